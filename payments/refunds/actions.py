"""The only writer of paybacks: asked, approved by somebody else, refused, withdrawn, paid, back."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction

from invoices import clock
from invoices.documents.actions import lock_invoice
from invoices.documents.models import Invoice
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import record
from invoices.ledger.actions import (
    TransferDraft,
    biller_account,
    credit_accounts,
    post_transfers,
)
from invoices.ledger.codes import AccountKind, Code
from payments.matching.models import Decision, Waiting
from payments.refunds.accounts import Destination
from payments.refunds.credit.actions import lock_credit
from payments.refunds.models import Refund
from payments.refunds.queries import free_minor
from payments.refunds.states import (
    EDGES,
    UNDECIDED,
    Moves,
    RefundState,
    check_four_eyes,
    leads,
    moves,
)

SHOWN_FOR = timedelta(days=30)  # how long a page tells of what is over
_GONE_ON = N_("This payback has gone on meanwhile. Look at it again.")


@transaction.atomic
def ask(
    invoice_id: int,
    amount_minor: int,
    to: Destination,
    *,
    request_id: uuid.UUID,
    actor: Actor,
) -> Refund:
    """Ask for credit of the invoice's customer to be paid back; records ``refund.asked``.

    Nothing moves yet, but what is asked for is used for nothing else. Refused for more than is
    free. The same ``request_id`` asks once.
    """
    invoice = lock_invoice(invoice_id)
    known = Refund.objects.filter(public_id=request_id).first()
    if known is not None:
        if known.invoice_id != invoice.pk:
            raise Refused(N_("This form belongs to another invoice. Please open it again."))
        return known
    free = free_minor(lock_credit(invoice.customer_id))
    if not 0 < amount_minor <= free:
        raise Refused(
            N_("{free} of the credit can be paid back."), free_minor=free, currency=invoice.currency
        )
    now = clock.now()
    refund = Refund.objects.create(
        public_id=request_id,
        biller=invoice.biller,
        customer_id=invoice.customer_id,
        invoice=invoice,
        amount_minor=amount_minor,
        currency=invoice.currency,
        pay_to=to.pay_to,
        number=to.number,
        clearing=to.clearing,
        state=RefundState.ASKED,
        asked_by_id=actor.user_id,
        account_by_id=actor.user_id,
        asked_at=now,
        changed_at=now,
    )
    _tell("refund.asked", refund, actor)
    return refund


@transaction.atomic
def approve(refund_id: int, to: Destination, *, actor: Actor) -> Refund:
    """Set the money aside for paying it back; records ``refund.approved``.

    ``to`` is the account that the approver has seen: another one by now is refused. So is whoever
    prepared it, and more than the customer's credit holds. Approved already by the same person:
    nothing.
    """
    refund, _invoice = _locked(refund_id)
    assert actor.user_id is not None
    if refund.state == RefundState.APPROVED and refund.approved_by_id == actor.user_id:
        return refund
    if refund.state != RefundState.ASKED:
        raise Refused(_GONE_ON)
    check_four_eyes(actor.user_id, asked_by=refund.asked_by_id, account_by=refund.account_by_id)
    if refund.destination != to:
        raise Refused(N_("The account has been changed meanwhile. Look at it again."))
    account = lock_credit(refund.customer_id)
    held = account.credit_minor - account.debit_minor if account else 0
    if refund.amount_minor > held:
        raise Refused(
            N_("Only {held} of the credit is left, so this cannot be paid back."),
            held_minor=max(held, 0),
            currency=refund.currency,
        )
    refund.approved_by_id, refund.approved_at = actor.user_id, clock.now()
    _move(refund, RefundState.APPROVED, actor)
    return refund


@transaction.atomic
def refuse(refund_id: int, reason: str, *, actor: Actor) -> Refund:
    """Not paid back: the credit stays, or is free again; records ``refund.refused``."""
    refund, _invoice = _locked(refund_id)
    if refund.state == RefundState.REFUSED:
        return refund
    if not reason.strip():
        raise Refused(N_("Write why, in a few words."))
    refund.reason = reason.strip()[:300]
    _move(refund, RefundState.REFUSED, actor, reason=refund.reason)
    return refund


@transaction.atomic
def withdraw(refund_id: int, *, actor: Actor) -> Refund:
    """The customer keeps it as credit after all; records ``refund.withdrawn``.

    Refused once it is in a file for the bank.
    """
    refund, _invoice = _locked(refund_id)
    if refund.state == RefundState.WITHDRAWN:
        return refund
    if not leads(RefundState(refund.state), RefundState.WITHDRAWN):
        raise Refused(N_("It is on its way to the bank already, and cannot be taken back."))
    _move(refund, RefundState.WITHDRAWN, actor)
    return refund


@transaction.atomic
def change_account(refund_id: int, to: Destination, *, actor: Actor) -> Refund:
    """Pay it to another account; records ``refund.account_changed``.

    Whoever changes it has prepared it, and an approval is void: the money is credit again until
    somebody else approves it anew. Refused once it is in a file.
    """
    refund, _invoice = _locked(refund_id)
    if refund.state not in UNDECIDED:
        raise Refused(N_("It is on its way to the bank already, so the account cannot be changed."))
    if refund.destination == to:
        return refund
    refund.pay_to, refund.number, refund.clearing = to.pay_to, to.number, to.clearing
    refund.account_by_id = actor.user_id
    if refund.state == RefundState.APPROVED:
        _move(refund, RefundState.ASKED, actor, approval="void")
    else:
        refund.changed_at = clock.now()
        refund.save()
        _tell("refund.account_changed", refund, actor)
    return refund


@transaction.atomic
def follow(
    refund_id: int, new: RefundState, *, actor: Actor, code: str = "", file_id: int | None = None
) -> bool:
    """Follow an edge of a payback that the bank has, or is to have; False where there is none.

    ``file_id``: the file it must be in, so that late answers to another one change nothing.
    """
    refund, _invoice = _locked(refund_id)
    if file_id is not None and refund.file_id != file_id:
        return False
    if not leads(RefundState(refund.state), new):
        return False
    refund.code = code[:120]
    if new == RefundState.APPROVED:
        refund.file = None
    # What the bank says it has not paid after all never left, or is back: no payment waits.
    _move(refund, new, actor, back_from=AccountKind.BANK, code=refund.code)
    return True


@transaction.atomic
def note_code(refund_id: int, code: str, *, actor: Actor) -> None:
    """Keep the bank's word for a payback that it has and has not carried out."""
    refund, _invoice = _locked(refund_id)
    if refund.state == RefundState.IN_FILE:
        refund.code = code[:120]
        refund.save(update_fields=["code"])


@transaction.atomic
def put_in_file(refund: Refund, file_id: int, *, actor: Actor) -> None:
    """The payback is in a file for the bank; records ``refund.sent``."""
    locked, _invoice = _locked(refund.pk)
    if locked.state != RefundState.APPROVED or locked.destination != refund.destination:
        raise Refused(_GONE_ON)
    locked.file_id = file_id
    _move(locked, RefundState.IN_FILE, actor)


@transaction.atomic
def confirm_paid(refund_id: int, *, actor: Actor) -> Refund:
    """A person has seen at the bank that it was carried out; records ``refund.paid``."""
    refund, _invoice = _locked(refund_id)
    if refund.state != RefundState.PAID:
        _move(refund, RefundState.PAID, actor)
    return refund


@transaction.atomic
def note_refused_by_bank(refund_id: int, *, actor: Actor) -> Refund:
    """The bank did not carry it out: the money is credit again; records ``refund.returned``."""
    refund, _invoice = _locked(refund_id)
    if refund.state == RefundState.RETURNED:
        return refund
    if refund.state != RefundState.IN_FILE:
        raise Refused(_GONE_ON)
    _move(refund, RefundState.RETURNED, actor)
    return refund


@transaction.atomic
def note_returned(refund_id: int, line_id: int | None, *, actor: Actor) -> Refund:
    """It was paid and has come back: it becomes credit again; records ``refund.returned``.

    As the payment ``line_id`` that waits, clearing -> credit; or, where the bank shows it as a
    correction, which is no payment, straight from the bank.
    """
    refund, _invoice = _locked(refund_id)
    if refund.state == RefundState.RETURNED:
        return refund
    if refund.state != RefundState.PAID:
        raise Refused(_GONE_ON)
    if line_id is None:
        _move(refund, RefundState.RETURNED, actor, back_from=AccountKind.BANK)
        return refund
    _take_line(refund, line_id, actor)
    _move(refund, RefundState.RETURNED, actor, line=line_id)
    return refund


def _take_line(refund: Refund, line_id: int, actor: Actor) -> None:
    """The payment waits no longer: it is what has come back."""
    waiting = Waiting.objects.select_for_update(of=("self",)).filter(
        line_id=line_id, biller_id=refund.biller_id
    )
    came = waiting.select_related("line").first()
    if came is None or came.line.amount_minor != refund.amount_minor:
        raise Refused(N_("That payment is no longer waiting. Look at it again."))
    came.delete()
    Decision.objects.create(
        line_id=line_id,
        biller_id=refund.biller_id,
        kind=Decision.Kind.CREDIT,
        automatic=False,
        user_id=actor.user_id,
        rule="refund_returned",
        at=clock.now(),
    )


def _locked(refund_id: int) -> tuple[Refund, Invoice]:
    """The invoice first, as everywhere; then the payback."""
    invoice_id = Refund.objects.values_list("invoice_id", flat=True).get(pk=refund_id)
    invoice = lock_invoice(invoice_id)
    refunds = Refund.objects.select_for_update(of=("self",))
    return refunds.select_related("biller").get(pk=refund_id), invoice


def _move(
    refund: Refund,
    new: RefundState,
    actor: Actor,
    *,
    back_from: AccountKind = AccountKind.CLEARING,
    **told: Any,
) -> None:
    """Follow an edge and let the money follow it; Refused where there is none."""
    old = RefundState(refund.state)
    if not leads(old, new):
        raise Refused(_GONE_ON)
    if new == RefundState.ASKED:
        refund.approved_by_id, refund.approved_at = None, None
    money = moves(old, new)
    if money == Moves.RESERVE:
        refund.round += 1
    refund.state, refund.changed_at = new, clock.now()
    refund.save()
    if money != Moves.NOTHING:
        _post(refund, money, back_from)
    _tell(EDGES[old, new], refund, actor, **told)


def _post(refund: Refund, money: Moves, back_from: AccountKind) -> None:
    """Book what the edge does with the money; the credit account is locked first."""
    lock_credit(refund.customer_id)
    accounts = credit_accounts(refund.biller_id, refund.currency, [refund.customer_id])
    credit = accounts[refund.customer_id].pk
    aside = biller_account(refund.biller_id, AccountKind.PAYOUT, refund.currency).pk
    bank = biller_account(refund.biller_id, AccountKind.BANK, refund.currency).pk
    came = biller_account(refund.biller_id, back_from, refund.currency).pk
    debit_id, credit_id, code = {
        Moves.RESERVE: (credit, aside, Code.PAYOUT_RESERVED),
        Moves.RELEASE: (aside, credit, Code.PAYOUT_RELEASED),
        Moves.PAY: (aside, bank, Code.PAID_OUT),
        Moves.BACK: (came, credit, Code.PAID_OUT_BACK),
    }[money]
    source = f"refund:{refund.pk}:{refund.round}:{money}"
    draft = TransferDraft(debit_id, credit_id, refund.amount_minor, code, source)
    posted = post_transfers([draft], biller_id=refund.biller_id)
    assert posted == {source}, "the money of a payback moves once for each edge"


def _tell(kind: str, refund: Refund, actor: Actor, **told: Any) -> None:
    record(
        kind,
        biller_id=refund.biller_id,
        actor=actor,
        invoice_id=refund.invoice_id,
        customer_id=refund.customer_id,
        amount_minor=refund.amount_minor,
        refund=str(refund.public_id),
        **told,
    )
