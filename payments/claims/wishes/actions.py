"""What the customer, or staff, wants of a single draw."""

import uuid

from django.db import transaction

from invoices import clock
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from payments.claims.actions import Moves, lock_invoices
from payments.claims.cancelling.actions import cancel_at_bank
from payments.claims.models import Claim
from payments.claims.plan.actions import plan_invoices
from payments.claims.planning import Why
from payments.claims.states import BEFORE, IN_FLIGHT, LIVE, UNWANTED, ClaimState
from payments.mandates.states import MandateState

_TOO_LATE = N_(
    "It is too late to stop this draw: the bank has it. What you pay yourself besides "
    "is kept as credit on your account."
)
_NOT_AGAIN = N_("This draw cannot be planned again: there is too little time. Please pay by hand.")


@transaction.atomic
def stop_draw(invoice_id: int, claim_id: uuid.UUID, *, actor: Actor) -> Claim:
    """Let a draw not happen, as somebody wishes: a planned one is stopped (``claim.stopped``), one
    that is at the bank is taken back while there is time (``claim.cancelling``).

    Stopping what is stopped changes nothing. Refused when it is too late, in words for the
    customer.
    """
    claim = _locked(invoice_id, claim_id)
    if claim.state in UNWANTED:
        return claim
    if claim.state in IN_FLIGHT:
        if not can_be_taken_back(claim):
            raise Refused(_TOO_LATE)
        claim.by_wish, claim.reason = True, Why.WISH
        cancel_at_bank([claim], actor=actor)
        return claim
    if claim.state not in BEFORE:
        raise Refused(_TOO_LATE)
    claim.by_wish, claim.reason = True, Why.WISH
    moves = Moves(actor)
    moves.move(claim, ClaimState.STOPPED)
    moves.write()
    return claim


@transaction.atomic
def resume_draw(invoice_id: int, claim_id: uuid.UUID, *, actor: Actor) -> Claim:
    """Undo a stop (``claim.resumed``), while the bank can still be asked in time. The draw follows
    what has become of the invoice meanwhile. Refused when it is too late.
    """
    claim = _locked(invoice_id, claim_id)
    if claim.state in LIVE:
        return claim
    if claim.state != ClaimState.STOPPED or not can_be_resumed(claim) or _replaced(claim):
        raise Refused(_NOT_AGAIN)
    claim.by_wish, claim.reason = False, ""
    moves = Moves(actor)
    moves.move(claim, ClaimState.PLANNED)
    moves.write()
    plan_invoices([invoice_id], actor=actor)
    claim.refresh_from_db()
    return claim


def can_be_taken_back(claim: Claim) -> bool:
    """Whether the bank can still be told not to draw it."""
    return claim.state in IN_FLIGHT - {ClaimState.RETRYING} and clock.now() < claim.cancel_by


def can_be_resumed(claim: Claim) -> bool:
    """Whether a stop can still be undone: the payer knows of it, or can be told in time."""
    told = not claim.needs_notice or clock.today() <= claim.notice_by
    active = claim.mandate.state == MandateState.ACTIVE
    return told and active and clock.now() < claim.send_by


def _replaced(claim: Claim) -> bool:
    """Whether another claim has taken its place."""
    same = Claim.objects.filter(invoice_id=claim.invoice_id, plan=claim.plan, part=claim.part)
    return same.filter(state__in=sorted(LIVE)).exists()


def _locked(invoice_id: int, claim_id: uuid.UUID) -> Claim:
    lock_invoices([invoice_id])
    claims = Claim.objects.select_related("mandate", "biller").filter(invoice_id=invoice_id)
    claim = claims.filter(public_id=claim_id).first()
    if claim is None:
        raise Refused(N_("There is no such draw on this invoice."))
    return claim
