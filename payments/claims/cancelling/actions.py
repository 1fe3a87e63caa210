"""Takes claims back from the bank: the only writer of files of cancellations."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db import connection

from invoices import clock
from invoices.history.actors import Actor
from payments.claims.actions import Moves
from payments.claims.files import write
from payments.claims.models import Claim
from payments.claims.states import ClaimState
from payments.outgoing.actions import store_file, take_number
from payments.outgoing.models import OutgoingFile
from payments.schemes.base import Transport
from payments.schemes.queries import scheme_account
from payments.schemes.registry import SCHEMES


def cancel_at_bank(claims: Collection[Claim], *, actor: Actor) -> None:
    """Tell the bank not to draw what it was asked to draw; records ``claim.cancelling``.

    The file is written in the caller's transaction, so that the invoices are free to be paid by
    hand when, and only when, it will go out; where an API is asked, when it has answered. The
    caller has seen that there is time (``cancel_by``) and has locked the invoices. Should the bank
    draw all the same, the money is led to the invoice as any other, and what is too much becomes
    credit.
    """
    assert connection.in_atomic_block
    groups: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.biller_id, claim.scheme].append(claim)
    for (biller_id, scheme), group in sorted(groups.items()):
        _cancel(biller_id, scheme, group, actor)


def _cancel(biller_id: int, scheme: str, group: Sequence[Claim], actor: Actor) -> None:
    moves = Moves(actor)
    file = _file(biller_id, scheme, group, actor)
    for claim in group:
        claim.cancelled_in = file
        if file is None:
            claim.look_at = clock.now()
        moves.move(claim, ClaimState.CANCELLING)
    moves.write()


def _file(biller_id: int, scheme: str, group: Sequence[Claim], actor: Actor) -> OutgoingFile | None:
    """None where the other side is told over its API: a job does that after the commit."""
    if SCHEMES[scheme].transport != Transport.FILES:
        return None
    account = scheme_account(biller_id, scheme)
    assert account is not None, "claims were sent under an agreement"
    named = {claim.pk: claim for claim in group}
    rows = Claim.objects.filter(pk__in=named).select_related("mandate", "invoice__customer")
    outgoing = write(
        account,
        list(rows.order_by("pk")),
        cancels=True,
        written_on=clock.today(),
        take=lambda series: take_number(biller_id, series),
    )
    return store_file(
        account.biller,
        scheme=scheme,
        kind=OutgoingFile.Kind.CANCELLATIONS,
        outgoing=outgoing,
        actor=actor,
    )
