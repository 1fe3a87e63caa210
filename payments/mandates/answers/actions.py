"""The only writer of what banks say of mandates: each answer is followed once, by itself.

An answer that comes again, in the same file or in another, finds the mandate where it leads and
changes nothing. One that fits nobody is kept as "unknown" for finance to look at.
"""

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Final

from django.db import transaction

from invoices import clock
from invoices.billers.models import PayeeAccount
from invoices.customers.models import Customer
from invoices.history.actors import BANK
from invoices.history.record import record
from payments.bankfiles.actions import note_answer
from payments.bankfiles.models import BankAnswer
from payments.bankfiles.queries import accounts_by_name, mandate_answer, untaken_answers
from payments.formats.base import MandateAnswer, MandateChange
from payments.mandates import actions
from payments.mandates.answers.queries import customer_of, mandate_for, number_in
from payments.mandates.models import FunnelStep, Mandate, MandateOrder
from payments.mandates.orders.actions import order, refuse_signup
from payments.mandates.states import ASKED, FINAL, IN_FORCE, LEAVING, MandateState


class Result(StrEnum):
    """What came of an answer."""

    DONE = "done"
    SAME = "same"  # it was so already, or the answer came too late
    UNKNOWN = "unknown"  # fits nobody


NOT_FOUND: Final = "mandate.04"
NEW: Final = "signup.0"


def follow_file(file_id: int) -> int:
    """Follow what a file says of mandates; how many answers were taken. May be called again."""
    answers = untaken_answers(file_id, BankAnswer.About.MANDATE)
    for row in answers:
        with transaction.atomic():
            _follow(row, mandate_answer(row))
    if answers:
        _end_unlisted(file_id)
    return len(answers)


def _follow(row: BankAnswer, said: MandateAnswer) -> None:
    """Take one answer: to the mandate it is about, or to a new one."""
    payee = accounts_by_name(row.biller_id).get(said.account)
    customer = customer_of(row.biller_id, payee, said) if payee else None
    if payee is None or customer is None:
        _keep_unknown(row, said, payee)
        return
    actions.lock_customer(customer.pk)
    mandate = mandate_for(customer, said)
    if mandate is None and said.what in _BEGINS:
        mandate = _found_at_bank(customer, payee, said)
        if said.what == MandateChange.ASKED:
            order(MandateOrder.Kind.ACCEPT, mandate=mandate)
            note_answer(row, Result.DONE, actor=BANK)
            return
    if mandate is None:
        _keep_unknown(row, said, payee)
        return
    before = mandate.state, mandate.wants_notice
    _MEANS[said.what](mandate, said)
    mandate.refresh_from_db()
    moved = (mandate.state, mandate.wants_notice) != before
    note_answer(row, Result.DONE if moved else Result.SAME, actor=BANK)


def _keep_unknown(row: BankAnswer, said: MandateAnswer, payee: PayeeAccount | None) -> None:
    """Nobody's: a payer who asked is told no with the next file, so that the bank is not left
    waiting; the rest is for finance."""
    if said.what == MandateChange.ASKED and payee is not None:
        refuse_signup(row.biller_id, payee.pk, said.payer_number)
    note_answer(row, Result.UNKNOWN, actor=BANK)
    record(
        "mandate.unknown",
        biller_id=row.biller_id,
        actor=BANK,
        number=said.payer_number or said.kid,
        file_id=row.file_id,
        line=said.line_no,
    )


def _found_at_bank(customer: Customer, payee: PayeeAccount, said: MandateAnswer) -> Mandate:
    """A mandate that the customer made at the bank, and not from our page.

    What the customer began here and the bank knows nothing of is left for it.
    """
    for asked in Mandate.objects.filter(customer=customer, state__in=sorted(ASKED)):
        actions.move(asked, MandateState.LEFT, BANK)
    now = clock.now()
    mandate = Mandate.objects.create(
        biller_id=customer.biller_id,
        customer=customer,
        scheme=said.scheme,
        payee=payee,
        state=MandateState.REQUESTED,
        payer_number=number_in(payee, said, customer),
        payer_account=said.payer_account if len(said.payer_account) == 16 else "",
        wants_notice=said.notice is not False,
        moment=FunnelStep.Moment.BANK,
        language=customer.language,
        asked_at=now,
        changed_at=now,
    )
    actions.move(mandate, MandateState.PENDING, BANK)
    return mandate


def _active(mandate: Mandate, said: MandateAnswer) -> None:
    if mandate.state == MandateState.PAUSED and mandate.paused_by == Mandate.PausedBy.BANK:
        actions.resume(mandate.pk, by=Mandate.PausedBy.BANK, actor=BANK)
    elif mandate.state in IN_FORCE | LEAVING:
        if said.notice is not None:
            actions.note_notice(mandate.pk, said.notice, actor=BANK)
    else:
        by_bank = mandate.moment == FunnelStep.Moment.BANK
        actions.activate(mandate.pk, wants_notice=said.notice, by_bank=by_bank, actor=BANK)


def _refused(mandate: Mandate, said: MandateAnswer) -> None:
    """No to what we asked for. To end what the bank does not know means that it is over."""
    if mandate.state in LEAVING and said.reason == NOT_FOUND:
        actions.end(mandate.pk, said.reason, actor=BANK)
    elif mandate.state in ASKED:
        actions.refuse(mandate.pk, said.reason, actor=BANK)


def _paused(mandate: Mandate, said: MandateAnswer) -> None:
    if mandate.state == MandateState.ACTIVE:
        actions.pause(mandate.pk, by=Mandate.PausedBy.BANK, actor=BANK)


def _ended(mandate: Mandate, said: MandateAnswer) -> None:
    actions.end(mandate.pk, said.reason, actor=BANK)


def _asked(mandate: Mandate, said: MandateAnswer) -> None:
    """The customer asks for what is there, or the bank reminds: it has not heard our yes."""
    accepted = MandateOrder.objects.filter(mandate=mandate, kind=MandateOrder.Kind.ACCEPT)
    if mandate.state not in FINAL | LEAVING and (said.reason != NEW or not accepted.exists()):
        order(MandateOrder.Kind.ACCEPT, mandate=mandate)


def _exists(mandate: Mandate, said: MandateAnswer) -> None:
    """The bank has it, or is asking the payer: it will say which."""


_BEGINS: Final = frozenset({MandateChange.ACTIVE, MandateChange.LISTED, MandateChange.ASKED})
_MEANS: Final[dict[MandateChange, Callable[[Mandate, MandateAnswer], None]]] = {
    MandateChange.ACTIVE: _active,
    MandateChange.LISTED: _active,
    MandateChange.ASKED: _asked,
    MandateChange.EXISTS: _exists,
    MandateChange.REFUSED: _refused,
    MandateChange.PAUSED: _paused,
    MandateChange.ENDED: _ended,
}


def _end_unlisted(file_id: int) -> None:
    """A full listing replaces what is known of its account: what it leaves out is over."""
    rows = BankAnswer.objects.filter(file_id=file_id, about=BankAnswer.About.MANDATE)
    listed: dict[tuple[int, str], set[str]] = {}
    for row in rows:
        said = mandate_answer(row)
        if said.what == MandateChange.LISTED:
            listed.setdefault((row.biller_id, said.account), set()).add(said.kid)
    for (biller_id, account), kids in listed.items():
        _end_all_but(biller_id, account, kids)


def _end_all_but(biller_id: int, account: str, kids: Collection[str]) -> None:
    payee = accounts_by_name(biller_id).get(account)
    known = Mandate.objects.filter(
        biller_id=biller_id,
        payee=payee,
        scheme=Mandate.Scheme.AVTALEGIRO,
        state__in=sorted(IN_FORCE | LEAVING),
    )
    for mandate in known:
        if not any(kid.startswith(mandate.payer_number) for kid in kids):
            actions.end(mandate.pk, actor=BANK)
