"""What finance decides of payments: booked, shared, kept, set aside, paid back."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.customers.models import Customer
from invoices.documents.queries import figures
from invoices.errors import Refused
from invoices.history.actors import Actor
from invoices.history.models import HistoryEntry
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.queries import balance, faults
from payments.bankfiles.models import BankLine
from payments.formats.camt import CamtPayment
from payments.matching.models import Decision, Match, PayerAccount
from payments.matching.review import actions
from payments.matching.review.actions import Choice, book_payment, book_payments
from payments.matching.review.plan import Portion
from payments.matching.review.reasons import Reason
from payments.matching.review.undoing.actions import undo_booking
from tests.build import (
    a_biller,
    a_customer,
    a_line,
    an_invoice,
    an_ocr_file,
    receive,
)
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


# ---------------------------------------------------------------- booking


def test_a_proposal_that_is_booked_keeps_its_rule_and_its_rank(anna: Customer, finn: Actor) -> None:
    invoice = an_invoice(anna)
    line = received(anna.biller, CamtPayment(40_000, invoice.reference[:-1], payer_iban=IBAN))
    assert waits(line)

    book(line, (invoice, 40_000), by=finn)

    assert (left(invoice), on_clearing(anna.biller), waits(line)) == ([10_000], 0, False)
    match = Match.objects.get()
    assert (match.rule, match.automatic) == ("check_digit_missing", False)
    assert ["check_digit_missing"] in match.evidence
    label = Decision.objects.get()
    assert (label.kind, label.automatic, label.rank) == (Decision.Kind.BOOKED, False, 1)
    assert (label.chosen, label.user_id) == (invoice.number, finn.user_id)
    assert label.suggested[0][0] == invoice.number
    entry = HistoryEntry.objects.get(kind="payment.matched")
    assert entry.actor_user_id == finn.user_id
    known = PayerAccount.objects.values_list("account", "customer_id")
    assert list(known) == [(IBAN, anna.pk)]
    assert faults() == []


def test_an_invoice_that_was_not_proposed_is_booked_by_hand(
    anna: Customer, bo: Customer, finn: Actor
) -> None:
    bos = an_invoice(bo)
    line = received(anna.biller, CamtPayment(60_000, "4711"))

    book(line, (bos, 60_000), by=finn)

    assert (left(bos), credit_of(bo)) == ([0], 10_000)
    assert Match.objects.get().rule == "by_hand"
    assert Decision.objects.get().rank is None
    assert faults() == []


def test_one_payment_is_shared_between_invoices_of_two_customers(
    anna: Customer, bo: Customer, finn: Actor
) -> None:
    annas, bos = an_invoice(anna), an_invoice(bo)
    line = received(anna.biller, CamtPayment(70_000, "for begge"))

    book(line, (annas, 45_000), (bos, 25_000), by=finn)

    assert left(annas, bos) == [5_000, 25_000]
    assert on_clearing(anna.biller) == 0
    assert len(HistoryEntry.objects.filter(kind="payment.matched")) == 2


@pytest.mark.parametrize("amounts", [(45_000, 24_999), (45_000, 25_001), (0, 70_000)])
def test_a_split_that_does_not_add_up_books_nothing(
    anna: Customer, finn: Actor, amounts: tuple[int, int]
) -> None:
    first, second = an_invoice(anna), an_invoice(anna, a_line(80_000))
    line = received(anna.biller, CamtPayment(70_000, "for begge"))

    with pytest.raises(Refused):
        book(line, (first, amounts[0]), (second, amounts[1]), by=finn)

    assert (left(first, second), waits(line)) == ([50_000, 100_000], True)
    assert Decision.objects.count() == 0


def test_another_billers_invoice_cannot_be_chosen(anna: Customer, finn: Actor) -> None:
    theirs = an_invoice(a_customer(a_biller("nordnett")))
    line = received(anna.biller, CamtPayment(50_000, "4711"))

    with pytest.raises(Refused, match="of this company"):
        book(line, (theirs, 50_000), by=finn)

    assert (left(theirs), waits(line)) == ([50_000], True)


def test_what_was_shown_is_what_is_booked(anna: Customer, finn: Actor) -> None:
    invoice = an_invoice(anna)
    line = received(anna.biller, CamtPayment(50_000, "4711"))
    receive(anna.biller, an_ocr_file((invoice, 20_000), number=2))

    with pytest.raises(Refused, match="has changed"):
        book_payment(Choice(line, [Portion(invoice.pk, 50_000, 50_000)], uuid4()), actor=finn)

    assert (left(invoice), waits(line)) == ([30_000], True)


def test_the_same_form_twice_books_once_and_another_form_is_told(
    anna: Customer, finn: Actor
) -> None:
    invoice = an_invoice(anna)
    line = received(anna.biller, CamtPayment(20_000, "4711"))
    form = uuid4()

    book(line, (invoice, 20_000), by=finn, request_id=form)
    book(line, (invoice, 20_000), by=finn, request_id=form)

    assert left(invoice) == [30_000]
    with pytest.raises(Refused, match="meanwhile"):
        book(line, (invoice, 20_000), by=finn)
    assert left(invoice) == [30_000]


def test_money_that_the_bank_took_back_is_led_by_hand(anna: Customer, finn: Actor) -> None:
    invoice = an_invoice(anna)
    receive(anna.biller, an_ocr_file((invoice, 50_000)))
    receive(anna.biller, an_ocr_file(("4711", -20_000), biller=anna.biller, number=2))
    line = BankLine.objects.latest("pk")

    book(line, (invoice, -20_000), by=finn)

    assert (left(invoice), figures(invoice).paid) == ([20_000], 30_000)
    undo(line, finn)
    assert (left(invoice), waits(line)) == ([0], True)
    assert faults() == []


def test_many_are_accepted_as_one_set_and_what_has_changed_is_told(
    anna: Customer, finn: Actor
) -> None:
    biller = anna.biller
    invoices = [an_invoice(anna, a_line(1_000 * n)) for n in range(10, 14)]
    lines = [
        received(biller, CamtPayment(i.total_minor - 1, i.reference[:-1]), n)
        for n, i in enumerate(invoices, 1)
    ]
    receive(biller, an_ocr_file((invoices[3], 1_000), number=9))
    choices = [
        Choice(line, [Portion(i.pk, line.amount_minor, i.total_minor)], uuid4())
        for line, i in zip(lines, invoices, strict=True)
    ]
    twice = [*choices, Choice(lines[0], choices[0].portions, uuid4())]

    done = book_payments(twice, biller=biller, actor=finn)

    assert done.booked == 3
    assert [line for line, _ in done.refused] == [lines[3], lines[0]]
    assert left(*invoices) == [1, 1, 1, invoices[3].total_minor - 1_000]
    assert book_payments(choices[:3], biller=biller, actor=finn).booked == 3
    assert Match.objects.filter(automatic=False).count() == 3
    assert faults() == []


def test_many_are_booked_in_as_many_queries_as_one(anna: Customer, finn: Actor) -> None:
    biller, counted, number = anna.biller, [], 0
    for size in (1, 8):
        choices = []
        for _ in range(size):
            number += 1
            invoice = an_invoice(anna)
            line = received(biller, CamtPayment(40_000 + number, "4711"), number)
            choices.append(Choice(line, [Portion(invoice.pk, 40_000 + number)], uuid4()))
        with CaptureQueriesContext(connection) as queries:
            assert book_payments(choices, biller=biller, actor=finn).booked == size
        counted.append(len(queries))

    assert counted[0] == counted[1]


# ---------------------------------------------------------------- kept, set aside, paid back


def test_a_payment_is_kept_as_credit_and_let_go_again(anna: Customer, finn: Actor) -> None:
    line = received(anna.biller, CamtPayment(50_000, "forskudd"))

    actions.keep_as_credit(line, anna, actor=finn, request_id=uuid4())

    assert (credit_of(anna), on_clearing(anna.biller), waits(line)) == (50_000, 0, False)
    undo(line, finn)
    assert (credit_of(anna), on_clearing(anna.biller), waits(line)) == (0, 50_000, True)
    actions.keep_as_credit(line, anna, actor=finn, request_id=uuid4())
    assert credit_of(anna) == 50_000
    assert len(said("payment.kept")) == 2
    assert len(said("payment.let_go")) == 1
    assert faults() == []


def test_what_is_not_ours_stays_on_clearing_until_it_is_paid_back(
    anna: Customer, finn: Actor
) -> None:
    biller = anna.biller
    line = received(biller, CamtPayment(50_000, "husleie"))
    with pytest.raises(Refused, match="not ours first"):
        actions.note_paid_back(line, actor=finn, request_id=uuid4())

    actions.set_aside(line, actor=finn, request_id=uuid4())
    assert (on_clearing(biller), waits(line)) == (50_000, False)

    actions.take_up_again(line, actor=finn, request_id=uuid4())
    assert waits(line)

    form = uuid4()
    actions.set_aside(line, actor=finn, request_id=uuid4())
    actions.note_paid_back(line, actor=finn, request_id=form)
    actions.note_paid_back(line, actor=finn, request_id=form)
    assert on_clearing(biller) == 0
    assert balance(biller_account(biller.pk, AccountKind.BANK, "NOK")) == 0
    with pytest.raises(Refused, match="meanwhile"):
        actions.set_aside(line, actor=finn, request_id=uuid4())
    assert faults() == []


def test_a_payment_set_aside_can_be_booked_when_somebody_finds_where_it_belongs(
    anna: Customer, finn: Actor
) -> None:
    invoice = an_invoice(anna)
    line = received(anna.biller, CamtPayment(50_000, "husleie"))
    actions.set_aside(line, actor=finn, request_id=uuid4())

    book(line, (invoice, 50_000), by=finn)

    assert left(invoice) == [0]


def test_only_a_real_reason_and_a_real_person_are_kept(anna: Customer, finn: Actor) -> None:
    invoice = an_invoice(anna)
    line = received(anna.biller, CamtPayment(50_000, invoice.reference))
    undo_booking(line, reason=Reason.SLIP, actor=finn, request_id=uuid4(), note="x" * 1_000)

    label = Decision.objects.get(kind=Decision.Kind.UNDONE)
    assert (len(label.note), label.user_id) == (300, finn.user_id)


ACTS: list[Callable[..., None]] = [actions.set_aside, actions.note_paid_back]


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_decided_of_a_payment_that_does_not_wait(
    anna: Customer, finn: Actor, act: Callable[..., None]
) -> None:
    invoice = an_invoice(anna)
    line = received(anna.biller, CamtPayment(50_000, invoice.reference))

    with pytest.raises(Refused, match="meanwhile"):
        act(line, actor=finn, request_id=uuid4())
