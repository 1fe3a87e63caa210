"""A customer says that an invoice is paid: what waits, what is met, what lapses."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
import time_machine

from invoices import clock
from invoices.documents.actions import credit_invoice
from invoices.documents.holds import reminders_wait, reminders_wait_until
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, SYSTEM
from invoices.history.models import HistoryEntry
from payments.formats.bgmax import BgPayment
from payments.matching.expected.actions import give_up, state_paid, withdraw
from payments.matching.expected.states import (
    CLOSED,
    EDGES,
    GIVEN_UP,
    LAPSES_MAX,
    LONGEST_AGO,
    OPEN,
    Claimed,
    ExpectedState,
    check_statement,
    leads,
    no_statement,
    wait_until,
)
from payments.matching.expected.tasks import lapse
from payments.matching.models import Decision, Expected, Match, MatchingTerms
from payments.providers.actions import note_status
from payments.providers.base import Seen, Status
from tests.build import (
    a_bgmax_file,
    a_biller,
    a_customer,
    a_line,
    a_payment,
    an_invoice,
    an_ocr_file,
    receive,
)

FRIDAY = date(2026, 11, 27)


@pytest.fixture
def friday() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 27, 9, tzinfo=UTC), tick=False):
        yield


def say(invoice: Invoice, amount: int = 50_000, ago: int = 0) -> Expected:
    on = clock.today() - timedelta(days=ago)
    return state_paid(invoice.pk, amount, on, request_id=uuid.uuid4(), actor=CUSTOMER)


def now(said: Expected) -> Expected:
    return Expected.objects.get(pk=said.pk)


def told(invoice: Invoice) -> list[str]:
    entries = HistoryEntry.objects.filter(invoice=invoice, kind__startswith="expected.")
    return list(entries.order_by("pk").values_list("kind", flat=True))


def days_later(days: int) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(days=days), tick=False)


# ---------------------------------------------------------------- pure


def test_every_state_is_in_one_group() -> None:
    assert set(ExpectedState) == OPEN | CLOSED | GIVEN_UP
    assert len(ExpectedState) == len(OPEN) + len(CLOSED) + len(GIVEN_UP)


@pytest.mark.parametrize(("old", "new"), list(product(ExpectedState, ExpectedState)))
def test_what_is_open_or_given_up_goes_on_and_what_was_met_may_open_again(
    old: ExpectedState, new: ExpectedState
) -> None:
    again = (old, new) == (ExpectedState.MET, ExpectedState.STATED)
    may = again or (old not in CLOSED and new not in OPEN and old != new)

    assert leads(old, new) is ((old, new) in EDGES) is may


def claimed(**facts: object) -> Claimed:
    usual = {
        "today": FRIDAY,
        "issued_on": FRIDAY - timedelta(days=10),
        "left": 500,
        "currency": "NOK",
    }
    return Claimed(**usual | facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "facts",
    [{"left": 0}, {"disputed": True}, {"stated": True}, {"lapses": LAPSES_MAX}],
)
def test_it_cannot_be_said_where_it_makes_no_sense(facts: dict[str, object]) -> None:
    assert no_statement(claimed()) is None
    assert isinstance(no_statement(claimed(**facts)), Refused)


@pytest.mark.parametrize(
    ("amount", "paid_on", "issued_ago", "may"),
    [
        (500, FRIDAY, 10, True),
        (1, FRIDAY - timedelta(days=10), 10, True),
        (501, FRIDAY, 10, False),
        (0, FRIDAY, 10, False),
        (-5, FRIDAY, 10, False),
        (500, FRIDAY + timedelta(days=1), 10, False),
        (500, FRIDAY - timedelta(days=11), 10, False),
        (500, FRIDAY - LONGEST_AGO, 400, True),
        (500, FRIDAY - LONGEST_AGO - timedelta(days=1), 400, False),
    ],
)
def test_the_amount_and_the_day_are_held_to_what_is_possible(
    amount: int, paid_on: date, issued_ago: int, may: bool
) -> None:
    facts = claimed(issued_on=FRIDAY - timedelta(days=issued_ago))
    if may:
        check_statement(facts, amount, paid_on)
    else:
        with pytest.raises(Refused):
            check_statement(facts, amount, paid_on)


@pytest.mark.parametrize(
    ("today", "country", "until"),
    [
        (FRIDAY, "NO", date(2026, 12, 4)),
        (date(2026, 11, 28), "NO", date(2026, 12, 7)),  # a Saturday counts as the Monday after it
        (date(2026, 12, 22), "NO", date(2027, 1, 4)),  # 24, 25 and 31 December, 1 January
        (date(2026, 12, 29), "SE", date(2027, 1, 8)),  # and Epiphany in Sweden
    ],
)
def test_the_wait_is_counted_in_banking_days(today: date, country: str, until: date) -> None:
    assert wait_until(today, 5, country) == until


# ---------------------------------------------------------------- with the house

pytest_db = pytest.mark.django_db


@pytest_db
def test_reminders_wait_as_many_banking_days_as_the_biller_has_set(friday: None) -> None:
    invoice = an_invoice()
    assert reminders_wait_until(invoice.pk) is None
    MatchingTerms.objects.create(biller=invoice.biller, said_paid_bank_days=3)

    say(invoice)

    assert reminders_wait_until(invoice.pk) == date(2026, 12, 2)
    with days_later(5):
        assert reminders_wait_until(invoice.pk) == date(2026, 12, 2)
    with days_later(6):
        assert reminders_wait_until(invoice.pk) is None  # whether a job has run or not


@pytest_db
def test_many_invoices_are_asked_for_at_once(friday: None, django_assert_num_queries: type) -> None:
    customer = a_customer(a_biller())
    invoices = [an_invoice(customer) for _ in range(5)]
    for invoice in invoices[:3]:
        say(invoice)

    with django_assert_num_queries(3):  # one for each reason
        waiting = reminders_wait([invoice.pk for invoice in invoices])

    assert waiting == {invoice.pk: date(2026, 12, 4) for invoice in invoices[:3]}


@pytest_db
def test_the_same_form_twice_says_it_once() -> None:
    invoice, other, form = an_invoice(), an_invoice(a_customer(a_biller("b"))), uuid.uuid4()

    one, again = (
        state_paid(invoice.pk, 500, clock.today(), request_id=form, actor=CUSTOMER)
        for _ in range(2)
    )

    assert (one, told(invoice)) == (again, ["expected.stated"])
    with pytest.raises(Refused):
        state_paid(other.pk, 500, clock.today(), request_id=form, actor=CUSTOMER)
    with pytest.raises(Refused):  # another form, while this one is looked out for
        say(invoice)


@pytest_db
def test_the_payment_meets_it_when_it_comes() -> None:
    invoice = an_invoice()
    said = say(invoice, 20_000)

    receive(invoice.biller, an_ocr_file((invoice, 5_000)))
    assert now(said).state == ExpectedState.STATED  # something else came
    receive(invoice.biller, an_ocr_file((invoice, 20_000), number=2))

    assert now(said).state == ExpectedState.MET
    assert told(invoice) == ["expected.stated", "expected.met"]
    assert reminders_wait_until(invoice.pk) is None


@pytest_db
def test_two_payments_in_one_file_meet_it_together() -> None:
    invoice = an_invoice()
    said = say(invoice, 30_000)

    receive(invoice.biller, an_ocr_file((invoice, 10_000), (invoice, 20_000)))

    assert now(said).state == ExpectedState.MET


@pytest_db
def test_whatever_settles_the_invoice_meets_it() -> None:
    invoice = an_invoice()
    said = say(invoice, 50_000)
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))

    note_status(a_payment(invoice, 30_000).pk, Status(Seen.CAPTURED, 30_000), actor=SYSTEM)

    assert now(said).state == ExpectedState.MET


@pytest_db
def test_it_lapses_where_history_and_customer_see_it(friday: None) -> None:
    invoice = an_invoice()
    said = say(invoice)
    lapse(0)
    assert told(invoice) == ["expected.stated"]

    with days_later(8):
        lapse(0)
        lapse(0)

    assert now(said).state == ExpectedState.LAPSED
    assert told(invoice) == ["expected.stated", "expected.lapsed"]


@pytest_db
def test_a_payment_that_comes_late_still_meets_it(friday: None) -> None:
    invoice = an_invoice()
    said = say(invoice)
    with days_later(8):
        lapse(0)
        receive(invoice.biller, an_ocr_file((invoice, 50_000)))

    assert now(said).state == ExpectedState.MET
    assert told(invoice)[-1] == "expected.met"


@pytest_db
def test_nothing_lapses_where_nothing_is_left(friday: None) -> None:
    invoice = an_invoice()
    said = say(invoice)
    credit_invoice(invoice.pk, None, reason="", actor=SYSTEM)
    with days_later(8):
        assert give_up(said.pk)

    assert now(said).state == ExpectedState.WITHDRAWN


@pytest_db
def test_a_mistake_is_taken_back_once() -> None:
    invoice, other = an_invoice(), an_invoice(a_customer(a_biller("b")))
    said = say(invoice)

    assert not withdraw(other.pk, said.public_id, actor=CUSTOMER)
    assert withdraw(invoice.pk, said.public_id, actor=CUSTOMER)
    assert not withdraw(invoice.pk, said.public_id, actor=CUSTOMER)

    assert told(invoice) == ["expected.stated", "expected.withdrawn"]
    assert reminders_wait_until(invoice.pk) is None
    say(invoice)  # and it can be said anew


@pytest_db
def test_who_was_waited_for_in_vain_twice_talks_to_a_person(friday: None) -> None:
    invoice = an_invoice(due_in=90)
    for days in (10, 26):
        with days_later(days):
            said = say(invoice)
        with days_later(days + 15):
            assert give_up(said.pk)

    with days_later(45), pytest.raises(Refused, match="receipt from your bank"):
        say(invoice)


@pytest_db
def test_what_was_said_makes_a_damaged_payment_certain() -> None:
    """The account is known and the text says nothing: with another invoice of the same amount
    open, only the customer's word tells which of the two is meant."""
    biller = a_biller("norrsken", "SE")
    customer = a_customer(biller)
    first = an_invoice(customer, a_line(24_000))
    payer = "58056201"
    known = BgPayment(30_000, first.reference, payer=payer)
    receive(biller, a_bgmax_file(biller, known))
    meant, other = an_invoice(customer), an_invoice(customer)
    nameless = BgPayment(50_000, "tack", payer=payer)

    receive(biller, a_bgmax_file(biller, nameless, number=2))
    assert not Match.objects.filter(invoice__in=(meant, other)).exists()
    said = say(meant)
    receive(biller, a_bgmax_file(biller, nameless, number=3))

    match = Match.objects.get(invoice=meant)
    assert "customer_said" in str(match.evidence)
    assert not Match.objects.filter(invoice=other).exists()
    assert Decision.objects.get(line=match.line).automatic
    assert now(said).state == ExpectedState.MET
