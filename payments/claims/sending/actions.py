"""Gives notice and asks the bank: the only writer of files of claims."""

from collections.abc import Sequence
from itertools import batched
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from invoices import clock
from invoices.billers.models import Biller
from invoices.history.actors import Actor
from payments.claims.actions import Moves, claims_locked, reference_of
from payments.claims.files import reference_for, write
from payments.claims.models import Claim
from payments.claims.plan.actions import plan_invoices
from payments.claims.planning import Why
from payments.claims.states import BEFORE, ClaimState
from payments.mandates.states import MandateState
from payments.outgoing.actions import store_file, take_number
from payments.outgoing.models import OutgoingFile
from payments.schemes.base import Transport
from payments.schemes.models import SchemeAccount
from payments.schemes.queries import scheme_account
from payments.schemes.registry import SCHEMES
from payments.underway import actions as underway
from payments.underway.models import Underway
from payments.underway.queries import moving_to

CLAIMS_AT_ONCE: Final = 500
CLAIMS_IN_A_FILE: Final = 20_000


def notify_due(*, actor: Actor) -> int:
    """Tell the payers of draws whose notice may go now; records ``claim.notified``, which tells
    the day and the amount. Returns how many were told.
    """
    due = Claim.objects.filter(
        state=ClaimState.PLANNED, needs_notice=True, notice_from__lte=clock.today()
    )
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    return sum(_notify(chunk, actor) for chunk in batched(ids, CLAIMS_AT_ONCE, strict=False))


@transaction.atomic
def _notify(claim_ids: Sequence[int], actor: Actor) -> int:
    moves, told = Moves(actor), 0
    for claim in claims_locked(claim_ids):
        if claim.state == ClaimState.PLANNED and claim.needs_notice:
            claim.needs_notice = False
            moves.move(claim, ClaimState.NOTIFIED)
            told += 1
    moves.write()
    return told


def ready(biller_id: int, scheme: str) -> QuerySet[Claim]:
    """The claims that the bank can be asked for now."""
    told = Q(needs_notice=False) | Q(state=ClaimState.NOTIFIED)
    return Claim.objects.filter(
        told,
        biller_id=biller_id,
        scheme=scheme,
        state__in=sorted(BEFORE),
        mandate__state=MandateState.ACTIVE,
        send_from__lte=clock.today(),
        send_by__gt=clock.now(),
    )


@transaction.atomic
def send_claims(biller_id: int, scheme: str, *, actor: Actor) -> OutgoingFile | None:
    """Ask the bank for every draw whose time has come, in one file; records ``claim.sent`` for
    each. None where there is nothing to ask for, or it is asked for over an API.

    File, numbers and claims are one transaction: whoever dies on the way has written nothing, and
    run again it writes nothing twice. An invoice to which money is on its way is left out, and
    looked at again until there is no more time.
    """
    Biller.objects.select_for_update(no_key=True).get(pk=biller_id)  # one file at a time
    account = scheme_account(biller_id, scheme)
    if account is None:
        return None
    ids = list(ready(biller_id, scheme).order_by("pk").values_list("pk", flat=True))
    ids = ids[:CLAIMS_IN_A_FILE]
    if not ids:
        return None
    claims_locked(ids)
    invoices = Claim.objects.filter(pk__in=ids).values_list("invoice_id", flat=True)
    plan_invoices(set(invoices), actor=actor)  # what has changed unheard
    rows = ready(biller_id, scheme).filter(pk__in=ids).order_by("draw_on", "pk")
    claims = _begun(list(rows.select_related("mandate", "invoice__customer")))
    if not claims:
        return None
    if SCHEMES[scheme].transport == Transport.API:
        _to_be_asked_for(claims, actor)
        return None
    return _send(account, claims, actor)


def _begun(claims: Sequence[Claim]) -> list[Claim]:
    """Those whose money can be set moving: one draw of an invoice at a time, and none while
    somebody pays by hand.
    """
    taken = moving_to({claim.invoice_id for claim in claims})
    begun = []
    for claim in claims:
        if claim.invoice_id not in taken:
            taken.add(claim.invoice_id)
            begun.append(claim)
    underway.begin_all(
        [(claim.invoice_id, claim.amount_minor, reference_of(claim)) for claim in begun],
        by=Underway.By.CLAIM,
    )
    return begun


def _to_be_asked_for(claims: Sequence[Claim], actor: Actor) -> None:
    """Where an API is asked, a job does it after the commit (``charging``)."""
    moves = Moves(actor)
    for claim in claims:
        claim.sent_on, claim.look_at = claim.draw_on, clock.now()
        moves.move(claim, ClaimState.SENT)
    moves.write()


def _send(account: SchemeAccount, claims: Sequence[Claim], actor: Actor) -> OutgoingFile:
    for claim in claims:
        claim.reference = reference_for(account.scheme, claim.reference, claim.pk)
        claim.sent_on = claim.draw_on
    outgoing = write(
        account,
        claims,
        cancels=False,
        written_on=clock.today(),
        take=lambda series: take_number(account.biller_id, series),
    )
    file = store_file(
        account.biller,
        scheme=account.scheme,
        kind=OutgoingFile.Kind.CLAIMS,
        outgoing=outgoing,
        actor=actor,
    )
    moves = Moves(actor)
    for claim in claims:
        claim.file = file
        moves.move(claim, ClaimState.SENT)
    moves.write()
    return file


def give_up_missed(*, actor: Actor) -> int:
    """Withdraw what was not sent in time, and say that it is to be paid by hand; records
    ``claim.withdrawn``. Returns how many.
    """
    late = Claim.objects.filter(state__in=sorted(BEFORE), send_by__lte=clock.now())
    ids = list(late.order_by("pk").values_list("pk", flat=True))
    return sum(_give_up(chunk, actor) for chunk in batched(ids, CLAIMS_AT_ONCE, strict=False))


@transaction.atomic
def _give_up(claim_ids: Sequence[int], actor: Actor) -> int:
    moves, gone = Moves(actor), 0
    claims = claims_locked(claim_ids)
    held = moving_to({claim.invoice_id for claim in claims})
    for claim in claims:
        if claim.state in BEFORE and claim.send_by <= clock.now():
            claim.reason = Why.HELD if claim.invoice_id in held else Why.MISSED
            moves.move(claim, ClaimState.WITHDRAWN)
            gone += 1
    moves.write()
    return gone


@transaction.atomic
def note_accepted(file_id: int, *, actor: Actor) -> int:
    """The bank has confirmed that it has the file; records ``claim.accepted`` for each of its
    claims that is still waiting. Returns how many.
    """
    ids = Claim.objects.filter(file_id=file_id, state=ClaimState.SENT).values_list("pk", flat=True)
    moves, claims = Moves(actor), claims_locked(ids)
    waiting = [claim for claim in claims if claim.state == ClaimState.SENT]
    for claim in waiting:
        moves.move(claim, ClaimState.ACCEPTED)
    moves.write()
    return len(waiting)
