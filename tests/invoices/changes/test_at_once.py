"""Customers and staff at the same moment: one after the other, and nothing twice."""

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

import pytest

from invoices import clock
from invoices.billers.roles import Role
from invoices.changes import actions
from invoices.changes.actions import Asker, Credit
from invoices.changes.policy import CUSTOMER
from invoices.documents.models import Change, Invoice
from invoices.documents.queries import figures, instalments
from invoices.history.models import HistoryEntry
from invoices.ledger.queries import faults
from tests.build import a_member, an_invoice
from tests.faults.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ANNA = Asker("customer", by=CUSTOMER)


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice()


@pytest.fixture
def agent(invoice: Invoice) -> Asker:
    return Asker("staff", a_member(invoice.biller).pk, Role.AGENT)


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def a_move(invoice: Invoice, days: int, request_id: uuid.UUID | None = None) -> Callable[[], None]:
    asked = {"actor": ANNA, "request_id": request_id or uuid.uuid4()}
    return partial(actions.move_due_date, invoice.pk, in_days(days), **asked)  # type: ignore[arg-type]


def kinds(outcomes: Sequence[object]) -> dict[str, int]:
    return dict(Counter(type(outcome).__name__ for outcome in outcomes))


def test_a_customer_moves_while_staff_credit(invoice: Invoice, agent: Asker) -> None:
    credit = partial(
        actions.credit,
        invoice.pk,
        Credit("Faktura", amount_minor=10_000),
        actor=agent,
        request_id=uuid.uuid4(),
        reason="Nede",
    )

    outcomes = at_once(a_move(invoice, 30), credit)

    assert outcomes == [None, None]
    assert Invoice.objects.get().due_on == in_days(30)
    assert figures(invoice).left == 40_000
    assert faults() == []


def test_a_double_click_moves_once(invoice: Invoice) -> None:
    request_id = uuid.uuid4()

    outcomes = at_once(*[a_move(invoice, 30, request_id)] * 4)

    assert outcomes == [None] * 4
    assert HistoryEntry.objects.filter(kind="invoice.due_moved").count() == 1


def test_more_moves_at_once_than_the_policy_allows_are_refused(invoice: Invoice) -> None:
    outcomes = at_once(*[a_move(invoice, days) for days in (20, 25, 30, 35)])

    assert kinds(outcomes) == {"NoneType": 2, "Refused": 2}
    assert Change.objects.count() == 2


def test_the_limit_of_writing_down_holds_for_two_agents_at_once(
    invoice: Invoice, agent: Asker
) -> None:
    def write_down() -> None:
        actions.write_down(invoice.pk, 3_000, actor=agent, request_id=uuid.uuid4(), reason="Rest")

    outcomes = at_once(write_down, write_down)

    assert kinds(outcomes) == {"NoneType": 1, "Refused": 1}
    assert figures(invoice).written_down == 3_000
    assert faults() == []


def test_a_split_that_a_credit_overtook_is_refused(invoice: Invoice, agent: Asker) -> None:
    parts = [(in_days(10), 25_000), (in_days(40), 25_000)]
    split = partial(actions.split, invoice.pk, parts, actor=ANNA, request_id=uuid.uuid4())
    credit = partial(
        actions.credit,
        invoice.pk,
        Credit("Faktura", amount_minor=10_000),
        actor=agent,
        request_id=uuid.uuid4(),
        reason="Nede",
    )

    outcomes = at_once(split, credit)

    # Whoever was first: the parts are together what is left.
    open_parts = [part.open for part in instalments(invoice, 40_000)]
    assert kinds(outcomes) in ({"NoneType": 2}, {"NoneType": 1, "Refused": 1})
    assert sum(open_parts) in (0, 40_000)
    assert figures(invoice).left == 40_000
    assert faults() == []
