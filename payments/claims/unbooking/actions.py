"""Follows what finance undoes: the money of a draw is here, and not on its invoice any more.

Such a draw is not made again, since the payer's account was drawn once. Booked to the invoice
again it is as settled as before; led elsewhere, it is paid by hand.
"""

from collections.abc import Sequence

from django.db import transaction

from invoices.history.actors import SYSTEM, Actor
from payments.claims.actions import Moves, claims_locked
from payments.claims.models import Claim
from payments.claims.planning import Why
from payments.claims.states import ClaimState
from payments.matching.models import Match


def unbook_lines(line_ids: Sequence[int], *, actor: Actor = SYSTEM) -> None:
    """Let go of the claims that these payments settled; records ``claim.unbooked``."""
    settled = Claim.objects.filter(line_id__in=line_ids, state=ClaimState.SETTLED)
    for claim_id in settled.order_by("pk").values_list("pk", flat=True):
        _follow(claim_id, ClaimState.SETTLED, actor)


def rebook_lines(line_ids: Sequence[int], *, actor: Actor = SYSTEM) -> set[int]:
    """See which of these payments are back on the invoice they were drawn for; records
    ``claim.rebooked``. Returns those payments.
    """
    waiting = Claim.objects.filter(line_id__in=line_ids, state=ClaimState.UNBOOKED)
    found = set()
    for claim_id in waiting.order_by("pk").values_list("pk", flat=True):
        line_id = _follow(claim_id, ClaimState.UNBOOKED, actor)
        if line_id is not None:
            found.add(line_id)
    return found


@transaction.atomic
def _follow(claim_id: int, state: ClaimState, actor: Actor) -> int | None:
    """Where the payment stands now decides; the payment where that changes something."""
    (claim,) = claims_locked([claim_id])
    on_invoice = Match.objects.filter(
        line_id=claim.line_id, invoice_id=claim.invoice_id, undone=None
    ).exists()
    if claim.state != state or on_invoice == (state == ClaimState.SETTLED):
        return None
    undone = state == ClaimState.SETTLED
    claim.by_wish, claim.reason = undone, Why.UNBOOKED if undone else ""
    moves = Moves(actor)
    moves.move(claim, ClaimState.UNBOOKED if undone else ClaimState.SETTLED)
    moves.write()
    line_id: int | None = claim.line_id
    return line_id
