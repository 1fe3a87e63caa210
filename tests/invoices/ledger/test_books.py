"""The books add up after every step, whatever happens in whatever order."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from invoices import clock
from invoices.billers.models import Biller
from invoices.documents.actions import (
    charge_invoice,
    credit_invoice,
    move_due_date,
    split_invoice,
)
from invoices.documents.models import Invoice
from invoices.documents.queries import figures, instalments, latest_due_on, with_left
from invoices.errors import Refused
from invoices.history.actors import SYSTEM
from invoices.ledger.actions import biller_account, reverse_transfer
from invoices.ledger.codes import DEBIT_NORMAL, AccountKind, Code
from invoices.ledger.models import Transfer
from invoices.ledger.queries import faults
from payments.matching.queries import outcome
from tests.build import a_biller, a_customer, a_line, an_invoice, an_ocr_file, receive

pytestmark = pytest.mark.django_db

MOVED_BY_BANK = (Code.PAYMENT, Code.PAYMENT_BACK, Code.OVERPAYMENT)


@dataclass
class Expected:
    """What we think of an invoice, told apart from the ledger."""

    asked: int
    customer_id: int
    credited: int = 0
    paid: int = 0
    uncredited: int = 0
    due_in: int = 14

    @property
    def left(self) -> int:
        return self.asked - self.credited - self.paid


class Books(RuleBasedStateMachine):
    """One biller, two customers, and everything that can happen to their invoices."""

    biller: Biller
    invoices = Bundle[int]("invoices")
    amounts = st.integers(1, 60_000)

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.customers = [a_customer(self.biller), a_customer(self.biller, "Bo Dahl")]
        self.expected: dict[int, Expected] = {}
        self.credit: Counter[int] = Counter()
        self.bank = self.clearing = self.of_credit_notes = 0
        self.files = count(1)

    def teardown(self) -> None:
        connection.check_constraints()
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    def arrives(self, invoice_id: int | None, amount: int) -> str:
        """Receive a file with one payment; returns what became of it."""
        paid = Invoice.objects.get(pk=invoice_id) if invoice_id else "4711"
        raw = an_ocr_file((paid, amount), biller=self.biller, number=next(self.files))  # type: ignore[arg-type]
        receipt = receive(self.biller, raw)
        self.bank += amount
        return "matched" if outcome(receipt.file).matched else "unmatched"

    @initialize(target=invoices)
    def begins(self) -> int:
        return self.issued(40_000, 0, 0)

    @precondition(lambda self: len(self.expected) < 4)
    @rule(
        target=invoices,
        net=st.integers(1, 50_000),
        vat=st.sampled_from([0, 1500, 2500]),
        whose=st.integers(0, 1),
    )
    def issue(self, net: int, vat: int, whose: int) -> int:
        return self.issued(net, vat, whose)

    def issued(self, net: int, vat: int, whose: int) -> int:
        invoice = an_invoice(self.customers[whose], a_line(net, vat))
        self.expected[invoice.pk] = Expected(
            invoice.total_minor, invoice.customer_id, uncredited=invoice.total_minor
        )
        return invoice.pk

    @rule(invoice_id=invoices, amount=amounts)
    def pay(self, invoice_id: int, amount: int) -> None:
        self.paid(invoice_id, amount)

    @rule(invoice_id=invoices)
    def pay_what_is_left(self, invoice_id: int) -> None:
        if left := self.expected[invoice_id].left:
            self.paid(invoice_id, left)

    def paid(self, invoice_id: int, amount: int) -> None:
        invoice = self.expected[invoice_id]
        to_invoice = min(amount, invoice.left)

        assert self.arrives(invoice_id, amount) == "matched"

        invoice.paid += to_invoice
        self.credit[invoice.customer_id] += amount - to_invoice

    @rule(amount=st.integers(-60_000, 60_000).filter(bool))
    def something_unknown_arrives(self, amount: int) -> None:
        assert self.arrives(None, amount) == "unmatched"

        self.clearing += amount

    @rule(invoice_id=invoices, amount=amounts, all_of_it=st.booleans())
    def the_bank_takes_back(self, invoice_id: int, amount: int, all_of_it: bool) -> None:
        invoice = self.expected[invoice_id]
        there = invoice.paid + self.credit[invoice.customer_id]
        amount = there if all_of_it and there else amount

        verdict = self.arrives(invoice_id, -amount)

        if amount > there:
            assert verdict == "unmatched"
            self.clearing -= amount
            return
        assert verdict == "matched"
        from_invoice = min(amount, invoice.paid)
        invoice.paid -= from_invoice
        self.credit[invoice.customer_id] -= amount - from_invoice

    @rule(invoice_id=invoices, amount=amounts)
    def credit_a_part(self, invoice_id: int, amount: int) -> None:
        self.credited(invoice_id, amount, whole=False)

    @rule(invoice_id=invoices)
    def credit_the_rest(self, invoice_id: int) -> None:
        self.credited(invoice_id, self.expected[invoice_id].uncredited, whole=True)

    def credited(self, invoice_id: int, amount: int, *, whole: bool) -> None:
        invoice = self.expected[invoice_id]
        lines = None if whole else [a_line(amount, 0)]
        if not 0 < amount <= invoice.uncredited:
            with pytest.raises(Refused):
                credit_invoice(invoice_id, lines, reason="", actor=SYSTEM)
            return

        note = credit_invoice(invoice_id, lines, reason="", actor=SYSTEM)

        assert note.total_minor == amount
        off = min(amount, invoice.left)
        invoice.credited += off
        invoice.uncredited -= amount
        self.credit[invoice.customer_id] += amount - off
        self.of_credit_notes += amount - off

    @rule(invoice_id=invoices, amount=st.integers(1, 5_000))
    def charge(self, invoice_id: int, amount: int) -> None:
        charge_invoice(invoice_id, [a_line(amount, 0)], reason="", actor=SYSTEM)

        self.expected[invoice_id].asked += amount
        self.expected[invoice_id].uncredited += amount

    @rule(invoice_id=invoices, days=st.integers(-3, 50))
    def move_the_due_date(self, invoice_id: int, days: int) -> None:
        invoice = self.expected[invoice_id]
        to_on = clock.today() + timedelta(days=days)
        latest = latest_due_on(Invoice.objects.get(pk=invoice_id))
        allowed = invoice.left and clock.today() <= to_on <= latest
        if days == invoice.due_in or allowed:
            move_due_date(invoice_id, to_on, reason="", actor=SYSTEM)
            invoice.due_in = days
        else:
            with pytest.raises(Refused):
                move_due_date(invoice_id, to_on, reason="", actor=SYSTEM)

    @rule(invoice_id=invoices, into=st.integers(1, 4))
    def split(self, invoice_id: int, into: int) -> None:
        invoice = self.expected[invoice_id]
        share = invoice.left // into
        amounts = [share] * (into - 1) + [invoice.left - share * (into - 1)]
        days = [clock.today() + timedelta(days=30 * n) for n in range(into)]
        parts = list(zip(days, amounts, strict=True))
        if into < 2 or not share:
            with pytest.raises(Refused):
                split_invoice(invoice_id, parts, reason="", actor=SYSTEM)
            return

        split_invoice(invoice_id, parts, reason="", actor=SYSTEM)

        invoice.due_in = 30 * (into - 1)
        now = instalments(Invoice.objects.get(pk=invoice_id), invoice.left)
        assert [(part.due_on, part.open) for part in now] == parts

    @precondition(lambda self: Transfer.objects.filter(code__in=MOVED_BY_BANK).exists())
    @rule(which=st.integers(0, 100))
    def undo_a_booking(self, which: int) -> None:
        found = list(Transfer.objects.filter(code__in=[*MOVED_BY_BANK, Code.REVERSAL]))
        transfer = found[which % len(found)]
        if transfer.reverses_id or hasattr(transfer, "reversed_by"):
            with pytest.raises(Refused):
                reverse_transfer(transfer)
            return
        to_clearing = transfer.code != Code.PAYMENT_BACK
        account = transfer.credit if to_clearing else transfer.debit
        amount = transfer.amount_minor if to_clearing else -transfer.amount_minor
        if account.kind == AccountKind.CREDIT:
            refused = self.credit[account.customer_id or 0] < amount
        else:
            invoice = self.expected[account.invoice_id or 0]
            refused = invoice.left + amount < 0
            if invoice.paid < amount:
                return  # taken back by the bank already: the caller's to notice
        if refused:
            with pytest.raises(IntegrityError), transaction.atomic():
                reverse_transfer(transfer)
            return

        reverse_transfer(transfer)

        self.clearing += amount
        if account.kind == AccountKind.CREDIT:
            self.credit[account.customer_id or 0] -= amount
        else:
            invoice.paid -= amount

    @invariant()
    def the_ledger_has_no_faults(self) -> None:
        assert faults() == []

    @invariant()
    def every_invoice_stands_where_we_think(self) -> None:
        for row in with_left(Invoice.objects.all()):
            expected, found = self.expected[row.pk], figures(row)
            assert (found.asked, found.credited, found.paid) == (
                expected.asked,
                expected.credited,
                expected.paid,
            )
            assert 0 <= found.left == row.left_minor <= found.asked
            assert (row.due_on - clock.today()).days == expected.due_in

    @invariant()
    def all_money_is_somewhere(self) -> None:
        at = sums_by_kind()
        assert at[AccountKind.BANK] == self.bank
        assert at[AccountKind.CLEARING] == self.clearing
        assert at[AccountKind.CREDIT] == self.credit.total()
        assert at[AccountKind.RECEIVABLE] == sum(each.left for each in self.expected.values())
        sides = [at[kind] if kind in DEBIT_NORMAL else -at[kind] for kind in AccountKind]
        assert sum(sides) == 0
        allocated = sum(invoice.paid for invoice in self.expected.values())
        received = self.credit.total() - self.of_credit_notes  # of what we hold for customers
        assert allocated + received + self.clearing == self.bank


def sums_by_kind() -> Counter[str]:
    """Kind of account -> the sum of its accounts' balances, straight from the transfers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.kind, sum(x.amount) FROM invoices_account a JOIN ("
            " SELECT debit_id AS id, amount_minor AS amount FROM invoices_transfer"
            " UNION ALL SELECT credit_id, -amount_minor FROM invoices_transfer) x USING (id)"
            " GROUP BY a.kind"
        )
        return Counter(
            {kind: int(s) if kind in DEBIT_NORMAL else -int(s) for kind, s in cursor.fetchall()}
        )


def test_the_books_add_up_after_every_step() -> None:
    biller = a_biller()
    biller_account(biller.pk, AccountKind.CLEARING, biller.currency)
    Books.biller = biller

    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
