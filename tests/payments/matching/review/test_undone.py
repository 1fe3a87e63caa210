"""Decisions taken back: the books, what is known of payers, receipts and what was said."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from invoices import clock
from invoices.customers.models import Customer
from invoices.documents.actions import credit_invoice
from invoices.documents.holds import reminders_wait_until
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, SYSTEM, Actor
from invoices.history.kinds import KINDS
from invoices.history.models import HistoryEntry
from invoices.ledger.models import Transfer
from invoices.ledger.queries import faults
from payments.bankfiles.models import BankLine
from payments.formats.camt import CamtPayment
from payments.matching.expected.actions import state_paid
from payments.matching.expected.states import ExpectedState
from payments.matching.models import Decision, Expected, Match, PayerAccount, Waiting
from payments.matching.queries import ranked_for
from payments.matching.review.reasons import Reason
from tests.build import (
    an_invoice,
    an_ocr_file,
    receive,
)
from tests.invoices.documents.pdf.papers import a_reader_of, url_of
from tests.payments.matching.review.desk import (
    book,
    credit_of,
    left,
    on_clearing,
    received,
    said,
    undo,
    waits,
)

pytestmark = pytest.mark.django_db

IBAN = "NO9386011117947"


def test_an_automatic_booking_is_undone_and_booked_where_it_belongs(
    anna: Customer, bo: Customer, finn: Actor
) -> None:
    annas, bos = an_invoice(anna), an_invoice(bo)
    line = received(anna.biller, CamtPayment(50_000, annas.reference, payer_iban=IBAN))
    assert left(annas) == [0]

    undo(line, finn)

    assert (left(annas), figures(annas).paid, waits(line)) == ([50_000], 0, True)
    assert PayerAccount.objects.count() == 0
    label = Decision.objects.get(kind=Decision.Kind.UNDONE)
    assert (label.reason, label.note) == ("wrong_customer", "Ringte")
    (entry,) = HistoryEntry.objects.filter(kind="payment.undone")
    assert entry.invoice_id == annas.pk
    assert "{left} left to pay" in said("payment.undone")[0]
    assert "somebody else" in KINDS["payment.undone"].detail(entry.data)
    assert "Ringte" not in str(entry.data)

    book(line, (bos, 50_000), by=finn)
    assert left(annas, bos) == [50_000, 0]
    with pytest.raises(Refused, match="nothing to undo"):
        undo_twice(line, finn)
    assert faults() == []


def undo_twice(line: BankLine, by: Actor) -> None:
    undo(line, by)
    undo(line, by)


def test_the_same_payment_can_be_undone_and_booked_again_on_the_same_invoice(
    anna: Customer, finn: Actor
) -> None:
    invoice = an_invoice(anna)
    line = received(anna.biller, CamtPayment(60_000, invoice.reference))

    for _ in range(3):
        undo(line, finn)
        assert (left(invoice), credit_of(anna)) == ([50_000], 0)
        book(line, (invoice, 60_000), by=finn)
        assert (left(invoice), credit_of(anna)) == ([0], 10_000)

    assert [match.round for match in Match.objects.order_by("pk")] == [0, 1, 2, 3]
    assert faults() == []


def test_there_is_no_receipt_of_what_was_undone_until_it_is_booked_again(
    anna: Customer, finn: Actor
) -> None:
    invoice = an_invoice(anna)
    line = received(anna.biller, CamtPayment(50_000, invoice.reference))
    reader = a_reader_of(invoice)
    (first,) = receipts(reader, invoice)

    undo(line, finn)
    assert receipts(reader, invoice) == []
    assert reader.get(first).status_code == 404

    book(line, (invoice, 50_000), by=finn)
    (second,) = receipts(reader, invoice)
    assert second != first
    assert reader.get(second).status_code == 200
    assert reader.get(first).status_code == 404


def test_what_a_customer_said_is_paid_is_looked_out_for_again(anna: Customer, finn: Actor) -> None:
    invoice = an_invoice(anna)
    said_paid = state_paid(invoice.pk, 50_000, clock.today(), request_id=uuid4(), actor=CUSTOMER)
    line = received(anna.biller, CamtPayment(50_000, invoice.reference))
    assert reminders_wait_until(invoice.pk) is None

    with time_machine.travel(clock.now() + timedelta(days=40)):
        undo(line, finn)
        until = reminders_wait_until(invoice.pk)
        assert until is not None
        assert until > clock.today()
        (told,) = HistoryEntry.objects.filter(kind="expected.reopened")
        assert (told.data["amount_minor"], told.data["until_on"]) == (50_000, until.isoformat())

        book(line, (invoice, 50_000), by=finn)
        said_paid.refresh_from_db()
        assert said_paid.state == ExpectedState.MET


def test_only_the_payment_that_met_it_opens_it_again(anna: Customer, finn: Actor) -> None:
    invoice = an_invoice(anna)
    state_paid(invoice.pk, 30_000, clock.today(), request_id=uuid4(), actor=CUSTOMER)
    first = received(anna.biller, CamtPayment(10_000, invoice.reference))
    received(anna.biller, CamtPayment(30_000, invoice.reference))
    assert said("expected.met")

    undo(first, finn)

    assert HistoryEntry.objects.filter(kind="expected.reopened").count() == 0
    assert Expected.objects.get().state == ExpectedState.MET


def receipts(reader: Client, invoice: Invoice) -> list[str]:
    text = reader.get(url_of("invoice_page", invoice)).text
    return re.findall(r'href="([^"]+/receipt/[^"]+)"', text)


def test_a_shared_payment_is_undone_as_a_whole(anna: Customer, bo: Customer, finn: Actor) -> None:
    annas, bos = an_invoice(anna), an_invoice(bo)
    line = received(anna.biller, CamtPayment(110_000, "for begge"))
    book(line, (annas, 55_000), (bos, 55_000), by=finn)

    undo(line, finn, Reason.WRONG_INVOICE)

    assert (left(annas, bos), credit_of(anna), credit_of(bo)) == ([50_000, 50_000], 0, 0)
    assert on_clearing(anna.biller) == 110_000


def test_what_the_bank_took_back_cannot_be_undone_as_well(anna: Customer, finn: Actor) -> None:
    invoice = an_invoice(anna)
    line = received(anna.biller, CamtPayment(50_000, invoice.reference))
    receive(anna.biller, an_ocr_file((invoice, -50_000), number=2))
    before = Transfer.objects.count()

    with pytest.raises(Refused, match="taken some of this payment back"):
        undo(line, finn)

    assert (figures(invoice).paid, Transfer.objects.count()) == (0, before)
    assert not Waiting.objects.filter(line=line).exists()


def test_a_booking_whose_credit_was_used_cannot_be_undone(anna: Customer, finn: Actor) -> None:
    first, second = an_invoice(anna), an_invoice(anna)
    line = received(anna.biller, CamtPayment(60_000, first.reference))
    other = received(anna.biller, CamtPayment(50_000, second.reference), 2)
    # The bank takes back more than was paid on the second: what is on the account goes with it.
    receive(anna.biller, an_ocr_file((second, -55_000), number=3))
    assert credit_of(anna) == 5_000

    with pytest.raises(Refused, match=r"50\.00 is left"):
        undo(line, finn)

    assert left(first, second) == [0, 50_000]
    with pytest.raises(Refused, match="taken some of this payment back"):
        undo(other, finn)
    assert faults() == []


def test_money_back_is_not_undone_where_the_invoice_was_paid_again(
    anna: Customer, finn: Actor
) -> None:
    invoice = an_invoice(anna)
    receive(anna.biller, an_ocr_file((invoice, 50_000)))
    receive(anna.biller, an_ocr_file((invoice, -50_000), number=2))
    back = BankLine.objects.latest("pk")
    receive(anna.biller, an_ocr_file((invoice, 40_000), number=3))

    with pytest.raises(Refused, match=r"100\.00 is left"):
        undo(back, finn)

    assert left(invoice) == [10_000]


def test_undoing_a_payment_of_a_credited_invoice_keeps_the_books_right(
    anna: Customer, finn: Actor
) -> None:
    invoice = an_invoice(anna)
    line = received(anna.biller, CamtPayment(50_000, invoice.reference))
    credit_invoice(invoice.pk, None, reason="Feil", actor=SYSTEM)
    assert credit_of(anna) == 50_000

    undo(line, finn)

    assert (left(invoice), credit_of(anna)) == ([0], 0)
    assert (figures(invoice).paid, figures(invoice).credited) == (0, 50_000)
    assert faults() == []
    book(line, (invoice, 50_000), by=finn)
    undo(line, finn)
    assert (left(invoice), credit_of(anna)) == ([0], 0)


def test_an_account_stays_known_where_another_payment_says_the_same(
    anna: Customer, finn: Actor
) -> None:
    first, second = an_invoice(anna), an_invoice(anna)
    one = received(anna.biller, CamtPayment(50_000, first.reference, payer_iban=IBAN))
    two = received(anna.biller, CamtPayment(50_000, second.reference, payer_iban=IBAN), 2)

    undo(one, finn)
    assert [p.line_id for p in PayerAccount.objects.all()] == [two.pk]

    undo(two, finn)
    assert PayerAccount.objects.count() == 0


def test_what_was_undone_is_not_proposed_as_paid_lately(anna: Customer, finn: Actor) -> None:
    invoice = an_invoice(anna)
    line = received(anna.biller, CamtPayment(50_000, invoice.reference))
    undo(line, finn)

    (ranked,) = ranked_for(anna.biller_id, [line.pk]).values()

    assert ranked[0].key == invoice.number
    assert not ranked[0].codes & {"paid_before", "paid_lately"}
