"""Follows draws that an API tells of: what was drawn is booked as what is paid on the page is.

No call goes out in here. Whatever is told twice, late or out of order leads to the same end: sums
are all so far, and a source is booked once.
"""

from typing import Any

from django.db import transaction

from invoices import clock
from invoices.documents.models import Invoice
from invoices.history.actors import Actor
from invoices.history.record import record
from invoices.ledger.actions import TransferDraft, biller_account, credit_accounts, post_transfers
from invoices.ledger.codes import AccountKind, Code
from invoices.ledger.models import Account, Transfer
from payments.claims.actions import Moves, claims_locked
from payments.claims.answers.actions import rest_mandates
from payments.claims.charges import next_look, where
from payments.claims.models import Claim
from payments.claims.states import ClaimState, leads
from payments.matching.expected.actions import Arrived, meet
from payments.providers.actions import book_drawn
from payments.schemes.base import ChargeSeen
from payments.schemes.registry import label_of

REASON = "vipps."  # before their own word for why; see claims.words


@transaction.atomic
def take_to_ask(claim_id: int, *, actor: Actor) -> bool:
    """Note that the draw is being asked for; False where it is not wanted any more.

    Kept before the call: whoever takes it back meanwhile knows that it may have been made.
    """
    (claim,) = claims_locked([claim_id])
    if claim.state != ClaimState.SENT:
        return False
    claim.asked_at = clock.now()
    moves = Moves(actor)
    moves.touch(claim)
    moves.write()
    return True


@transaction.atomic
def note_refused(claim_id: int, code: str, *, actor: Actor) -> Claim:
    """The other side did not take the draw; records ``claim.rejected``."""
    (claim,) = claims_locked([claim_id])
    if not leads(ClaimState(claim.state), ClaimState.REJECTED):
        return claim
    claim.reason = f"{REASON}rejected"
    moves = Moves(actor)
    moves.move(claim, ClaimState.REJECTED, code=code[:80])
    _look_again(claim)
    moves.write()
    rest_mandates([claim], actor)
    return claim


@transaction.atomic
def note_seen(claim_id: int, seen: ChargeSeen | None, *, actor: Actor) -> Claim:
    """Follow what the other side says, as far as there is an edge to it; None: it did not answer.

    What was drawn is booked once, provider -> invoice; what it gave back goes the other way.
    Records ``payment.matched`` and ``claim.settled``, ``claim.refunded`` or what the edge is.
    """
    (claim,) = claims_locked([claim_id])
    moves = Moves(actor)
    if seen is not None:
        _follow(claim, seen, moves, actor)
    _look_again(claim)
    moves.touch(claim)
    moves.write()
    if claim.state == ClaimState.FAILED:
        rest_mandates([claim], actor)
    return claim


def _follow(claim: Claim, seen: ChargeSeen, moves: Moves, actor: Actor) -> None:
    old = ClaimState(claim.state)
    new = where(old, seen.what, draw_on=claim.draw_on, today=clock.today())
    if new is not None and leads(old, new):
        told: dict[str, Any] = {}
        claim.reason = f"{REASON}{seen.code}" if seen.code and new != ClaimState.SETTLED else ""
        if new == ClaimState.SETTLED:
            _book(claim, seen.drawn_minor, actor)
        elif new == ClaimState.RETRYING:
            claim.tries, claim.retry_on = claim.tries + 1, clock.today()
            told = {"retry_on": clock.today().isoformat()}
        elif new == ClaimState.CANCELLED and old != ClaimState.CANCELLING:
            claim.by_wish = True  # not ours: the payer has stopped it there
        moves.move(claim, new, **told)
    if claim.state == ClaimState.SETTLED and seen.refunded_minor > claim.refunded_minor:
        _give_back(claim, seen, moves, actor)


def _book(claim: Claim, drawn_minor: int, actor: Actor) -> None:
    invoice = Invoice.objects.select_related("biller").get(pk=claim.invoice_id)
    claim.drawn_minor = drawn_minor
    booked = book_drawn(invoice, drawn_minor, source=_source(claim))
    _tell("payment.matched", claim, invoice, actor, booked)
    came = Arrived(invoice.customer_id, drawn_minor, booked["left_minor"])
    meet({invoice.pk: came}, biller_id=invoice.biller_id, actor=actor)


def _give_back(claim: Claim, seen: ChargeSeen, moves: Moves, actor: Actor) -> None:
    """Book what went back since: from what this draw has put on the customer's credit first."""
    back = seen.refunded_minor - claim.refunded_minor
    claim.refunded_minor = seen.refunded_minor
    invoice = Invoice.objects.select_related("biller").get(pk=claim.invoice_id)
    source = f"{_source(claim)}:back:{seen.refunded_minor}"
    held = biller_account(invoice.biller_id, AccountKind.PROVIDER, invoice.currency).pk
    receivable = Account.objects.get(invoice=invoice)
    from_credit = min(back, _on_credit(claim, invoice))
    drafts = []
    if from_credit:
        credit = credit_accounts(invoice.biller_id, invoice.currency, [invoice.customer_id])
        account = credit[invoice.customer_id].pk
        drafts.append(
            TransferDraft(account, held, from_credit, Code.PAYMENT_BACK, f"{source}:over")
        )
    if back > from_credit:
        rest = back - from_credit
        drafts.append(TransferDraft(receivable.pk, held, rest, Code.PAYMENT_BACK, source))
    post_transfers(drafts, biller_id=invoice.biller_id)
    receivable.refresh_from_db()
    left = receivable.debit_minor - receivable.credit_minor
    told = {"amount_minor": back, "left_minor": left, "booked_on": clock.today().isoformat()}
    _tell("payment.taken_back", claim, invoice, actor, told)
    if seen.refunded_minor >= claim.drawn_minor:
        moves.move(claim, ClaimState.REFUNDED, amount_minor=back)
    else:
        moves.tell("claim.refunded", claim, amount_minor=back)


def _on_credit(claim: Claim, invoice: Invoice) -> int:
    """What of the draw was too much, and is still on the customer's account."""
    over = Transfer.objects.filter(source=f"{_source(claim)}:over").first()
    if over is None:
        return 0
    credit = credit_accounts(invoice.biller_id, invoice.currency, [invoice.customer_id])
    account = Account.objects.get(pk=credit[invoice.customer_id].pk)
    return min(over.amount_minor, account.credit_minor - account.debit_minor)


def _source(claim: Claim) -> str:
    return f"claim:{claim.pk}"


def _look_again(claim: Claim) -> None:
    now = clock.now()
    claim.look_at = next_look(
        ClaimState(claim.state), draw_on=claim.draw_on, now=now, changed_at=claim.changed_at
    )


def _tell(kind: str, claim: Claim, invoice: Invoice, actor: Actor, told: dict[str, Any]) -> None:
    record(
        kind,
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        **{"provider": label_of(claim.scheme), "claim": str(claim.public_id), **told},
    )
