"""Moving the due date: what it does, what it refuses, that it is once, and how it is undone."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from invoices import clock
from invoices.changes import actions
from invoices.changes.actions import Credit
from invoices.documents.models import Change, Invoice
from invoices.errors import Refused
from invoices.history.models import HistoryEntry
from tests.build import an_invoice, an_ocr_file, receive
from tests.invoices.changes.acts import WHY, a_staff_asker, in_days, move, now, split, told, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    """500.00, due in 14 days."""
    return an_invoice()


def test_a_customer_moves_the_due_date_and_undoes_it(invoice: Invoice) -> None:
    move(invoice, 30)
    assert now(invoice).due_on == in_days(30)
    assert told("invoice.due_moved")[0]["to_on"] == in_days(30).isoformat()

    undo(invoice)

    assert now(invoice).due_on == in_days(14)
    assert told("invoice.due_move_undone") == [
        {
            "from_on": in_days(30).isoformat(),
            "to_on": in_days(14).isoformat(),
            "left_minor": 50_000,
        }
    ]
    assert HistoryEntry.objects.filter(kind="invoice.due_moved").count() == 1  # it stays


def test_the_same_form_moves_once(invoice: Invoice) -> None:
    request_id = uuid.uuid4()

    for _ in range(3):
        move(invoice, 30, request_id=request_id)

    assert len(told("invoice.due_moved")) == Change.objects.count() == 1


def test_a_form_sent_again_after_an_undo_changes_nothing(invoice: Invoice) -> None:
    request_id = uuid.uuid4()
    move(invoice, 30, request_id=request_id)
    undo(invoice)

    move(invoice, 30, request_id=request_id)

    assert now(invoice).due_on == in_days(14)


def test_a_form_of_another_invoice_is_refused(invoice: Invoice) -> None:
    other = an_invoice(invoice.customer)
    request_id = uuid.uuid4()
    move(invoice, 30, request_id=request_id)

    with pytest.raises(Refused, match="belongs to another invoice"):
        move(other, 30, request_id=request_id)
    agent = a_staff_asker(invoice)
    credit = Credit("All", amount_minor=100)
    actions.credit(invoice.pk, credit, actor=agent, request_id=request_id, reason=WHY)
    with pytest.raises(Refused, match="belongs to another invoice"):
        actions.credit(other.pk, credit, actor=agent, request_id=request_id, reason=WHY)


def test_undoing_twice_is_once(invoice: Invoice) -> None:
    move(invoice, 30)

    undo(invoice)
    undo(invoice)

    assert len(told("invoice.due_move_undone")) == 1


def test_a_customer_is_held_to_the_policy_and_staff_are_not(invoice: Invoice) -> None:
    agent = a_staff_asker(invoice)

    with pytest.raises(Refused, match="Choose a day after"):
        move(invoice, 45)
    move(invoice, 120, agent)

    assert now(invoice).due_on == in_days(120)
    assert told("invoice.due_moved")[0]["reason"] == WHY
    with pytest.raises(Refused):
        move(invoice, 367, agent)
    with pytest.raises(Refused):
        move(invoice, -1, agent)


def test_a_customer_moves_as_often_as_the_biller_allows(invoice: Invoice) -> None:
    for days in (20, 30):
        move(invoice, days)

    with pytest.raises(Refused, match="as often as it can be"):
        move(invoice, 40)
    undo(invoice)
    move(invoice, 40)

    assert now(invoice).due_on == in_days(40)


@pytest.mark.parametrize("field", ["self_service_move", "self_service_split"])
def test_a_biller_can_keep_changes_to_itself(invoice: Invoice, field: str) -> None:
    biller = invoice.biller
    setattr(biller, field, False)
    biller.save(update_fields=[field])

    ask: dict[str, Callable[[], None]] = {
        "self_service_move": lambda: move(invoice, 30),
        "self_service_split": lambda: split(invoice, (14, 25_000), (44, 25_000)),
    }
    with pytest.raises(Refused, match="by agreement"):
        ask[field]()
    assert Change.objects.count() == 0


def test_a_payment_ends_the_time_for_undoing(invoice: Invoice) -> None:
    move(invoice, 30)
    receive(invoice.biller, an_ocr_file((invoice, 100)))

    with pytest.raises(Refused, match="something else has happened"):
        undo(invoice)


def test_the_original_due_date_ends_the_time_for_undoing(invoice: Invoice) -> None:
    move(invoice, 30)

    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        with pytest.raises(Refused, match="can no longer be undone"):
            undo(invoice)
        assert now(invoice).due_on == in_days(15)


def test_what_staff_have_moved_a_customer_cannot_undo(invoice: Invoice) -> None:
    move(invoice, 30, a_staff_asker(invoice))

    with pytest.raises(Refused):
        undo(invoice)


def test_staff_undo_what_a_customer_has_done(invoice: Invoice) -> None:
    move(invoice, 30)

    undo(invoice, a_staff_asker(invoice))

    assert now(invoice).due_on == in_days(14)
