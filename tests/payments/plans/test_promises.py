"""Promises to pay: what may be promised, and what is kept or broken."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from invoices import clock
from invoices.billers.roles import Role
from invoices.documents.actions import credit_invoice, split_invoice
from invoices.documents.holds import reminders_wait_until
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, SYSTEM, Actor, staff
from invoices.history.models import HistoryEntry
from payments.plans.actions import promise, take_back
from payments.plans.models import Promise, PromiseTerms
from payments.plans.states import (
    CLOSED,
    EDGES,
    LATE,
    OPEN,
    Owed,
    PromiseState,
    Terms,
    check_promise,
    judge,
    latest_day,
    leads,
    no_promise,
    suggested_day,
)
from payments.plans.tasks import late_promises
from tests.build import a_member, an_invoice, an_ocr_file, receive
from tests.jobs import run_queue

FRIDAY = date(2026, 11, 27)


@pytest.fixture
def friday() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 27, 9, tzinfo=UTC), tick=False):
        yield


def owed(**facts: Any) -> Owed:
    usual: dict[str, Any] = {"today": FRIDAY, "due_on": FRIDAY, "left": 500, "currency": "NOK"}
    return Owed(**usual | facts)


NORWAY = Terms("NO")


def test_every_state_is_in_one_group() -> None:
    assert set(PromiseState) == OPEN | CLOSED | LATE
    assert len(PromiseState) == len(OPEN) + len(CLOSED) + len(LATE)


@pytest.mark.parametrize(("old", "new"), list(product(PromiseState, PromiseState)))
def test_every_edge_is_told_or_refused(old: PromiseState, new: PromiseState) -> None:
    ends_now = old in OPEN and new not in OPEN
    kept_late = old in LATE and new == PromiseState.KEPT

    assert leads(old, new) is ((old, new) in EDGES) is (ends_now or kept_late)


@pytest.mark.parametrize(
    ("promised", "since", "left", "passed", "state"),
    [
        (500, 0, 500, False, PromiseState.MADE),
        (500, 499, 1, False, PromiseState.MADE),
        (500, 500, 100, False, PromiseState.KEPT),
        (500, 500, 100, True, PromiseState.KEPT),
        (500, 0, 0, True, PromiseState.KEPT),
        (500, 499, 1, True, PromiseState.BROKEN),
        (500, -200, 700, True, PromiseState.BROKEN),  # the bank took something back
    ],
)
def test_kept_and_broken_follow_from_what_has_come(
    promised: int, since: int, left: int, passed: bool, state: PromiseState
) -> None:
    assert judge(promised, since, left, passed=passed) == state


@pytest.mark.parametrize(
    ("terms", "facts", "customers", "staffs"),
    [
        (NORWAY, {}, True, True),
        (NORWAY, {"left": 0}, False, False),
        (NORWAY, {"disputed": True}, False, False),
        (NORWAY, {"open": True}, False, False),
        (NORWAY, {"made": 2}, False, True),
        (Terms("NO", self_service=False), {}, False, True),
    ],
)
def test_customers_are_held_to_the_billers_terms_and_staff_to_sense(
    terms: Terms, facts: dict[str, Any], customers: bool, staffs: bool
) -> None:
    assert (no_promise(terms, owed(**facts), by_staff=False) is None) is customers
    assert (no_promise(terms, owed(**facts), by_staff=True) is None) is staffs


@pytest.mark.parametrize(
    ("amount", "ahead", "customers", "staffs"),
    [
        (500, 0, True, True),
        (500, 14, True, True),
        (500, 15, False, True),
        (500, 92, False, True),
        (500, 93, False, False),
        (500, -1, False, False),
        (501, 3, False, False),
        (0, 3, False, False),
    ],
)
def test_the_amount_and_the_day_are_held_to_what_is_possible(
    amount: int, ahead: int, customers: bool, staffs: bool
) -> None:
    for by_staff, may in ((False, customers), (True, staffs)):
        try:
            check_promise(NORWAY, owed(), amount, FRIDAY + timedelta(days=ahead), by_staff=by_staff)
        except Refused:
            assert not may
        else:
            assert may


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(-90, 60), st.integers(0, 40))
def test_the_day_that_is_proposed_can_be_chosen(today: date, due_in: int, days_max: int) -> None:
    terms = Terms("SE", days_max=days_max)
    facts = owed(today=today, due_on=today + timedelta(days=due_in))

    check_promise(terms, facts, 500, suggested_day(terms, facts), by_staff=False)
    assert suggested_day(terms, facts) <= latest_day(terms, facts)


# ---------------------------------------------------------------- with the house

pytest_db = pytest.mark.django_db


def make(
    invoice: Invoice, ahead: int = 7, amount: int = 50_000, actor: Actor = CUSTOMER
) -> Promise:
    on = clock.today() + timedelta(days=ahead)
    return promise(invoice.pk, amount, on, request_id=uuid.uuid4(), actor=actor)


def now(made: Promise) -> Promise:
    return Promise.objects.get(pk=made.pk)


def told(invoice: Invoice) -> list[str]:
    entries = HistoryEntry.objects.filter(invoice=invoice, kind__startswith="promise.")
    return list(entries.order_by("pk").values_list("kind", flat=True))


def days_later(days: int) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(days=days), tick=False)


@pytest_db
def test_reminders_wait_until_the_day_and_the_days_of_grace(friday: None) -> None:
    invoice = an_invoice(due_in=0)

    made = make(invoice)

    assert made.pay_on == date(2026, 12, 4)
    assert reminders_wait_until(invoice.pk) == date(2026, 12, 8)  # two banking days later
    with days_later(12):
        assert reminders_wait_until(invoice.pk) is None


@pytest_db
def test_it_is_kept_by_the_payment_that_comes(friday: None) -> None:
    invoice = an_invoice(due_in=0)
    made = make(invoice, amount=30_000)

    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    run_queue("reactions")
    assert now(made).state == PromiseState.MADE
    receive(invoice.biller, an_ocr_file((invoice, 10_000), number=2))
    run_queue("reactions")

    assert now(made).state == PromiseState.KEPT
    assert told(invoice) == ["promise.made", "promise.kept"]


@pytest_db
def test_it_is_broken_when_the_day_has_passed_and_kept_late(friday: None) -> None:
    invoice = an_invoice(due_in=0)
    made = make(invoice)
    with days_later(11):
        late_promises(0)
        assert now(made).state == PromiseState.MADE  # the days of grace
    with days_later(12):
        late_promises(0)
        late_promises(0)
        assert now(made).state == PromiseState.BROKEN
        receive(invoice.biller, an_ocr_file((invoice, 50_000)))
        run_queue("reactions")

    assert now(made).state == PromiseState.KEPT
    assert told(invoice) == ["promise.made", "promise.broken", "promise.kept"]


@pytest_db
def test_a_credit_that_leaves_nothing_ends_it(friday: None) -> None:
    invoice = an_invoice(due_in=0)
    made = make(invoice)

    credit_invoice(invoice.pk, None, reason="", actor=SYSTEM)
    run_queue("reactions")

    assert now(made).state == PromiseState.KEPT


@pytest_db
def test_the_billers_own_terms_hold(friday: None) -> None:
    invoice = an_invoice(due_in=0)
    PromiseTerms.objects.create(biller=invoice.biller, days_max=3, grace_bank_days=0)

    with pytest.raises(Refused, match="at the latest"):
        make(invoice, ahead=4)
    make(invoice, ahead=3)

    assert reminders_wait_until(invoice.pk) == date(2026, 11, 30)


@pytest_db
def test_an_agent_agrees_on_a_later_day(friday: None) -> None:
    invoice = an_invoice(due_in=0)
    agent = staff(a_member(invoice.biller, Role.AGENT).pk)

    made = make(invoice, ahead=40, actor=agent)

    assert made.by_staff
    assert HistoryEntry.objects.get(kind="promise.made").actor_user_id == agent.user_id


@pytest_db
def test_the_same_form_twice_promises_once(friday: None) -> None:
    invoice, form = an_invoice(due_in=0), uuid.uuid4()

    for _ in range(2):
        promise(invoice.pk, 50_000, FRIDAY, request_id=form, actor=CUSTOMER)

    assert told(invoice) == ["promise.made"]
    with pytest.raises(Refused, match="agreed already"):
        make(invoice)


@pytest_db
def test_it_is_taken_back_once_and_can_be_made_anew(friday: None) -> None:
    invoice = an_invoice(due_in=0)
    made = make(invoice)

    assert take_back(invoice.pk, made.public_id, actor=CUSTOMER)
    assert not take_back(invoice.pk, made.public_id, actor=CUSTOMER)

    assert told(invoice) == ["promise.made", "promise.withdrawn"]
    assert reminders_wait_until(invoice.pk) is None
    make(invoice)


@pytest_db
def test_of_a_plan_the_next_part_is_what_is_asked_for(friday: None) -> None:
    invoice = an_invoice(due_in=0)
    parts = [(FRIDAY + timedelta(days=day), 25_000) for day in (1, 30)]
    split_invoice(invoice.pk, parts, reason="", actor=SYSTEM)

    made = make(invoice, ahead=8, amount=25_000)

    assert made.until == date(2026, 12, 9)
