"""Writing down, disputes and cancelling; what a rehearsal leaves, and what is said."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import translation

from invoices import clock
from invoices.billers.roles import Role
from invoices.changes import actions
from invoices.changes.actions import Credit
from invoices.changes.queries import paid_days, payday, standing_of
from invoices.documents.models import Adjustment, Change, Invoice
from invoices.documents.queries import figures
from invoices.documents.states import State
from invoices.errors import Refused
from invoices.history.kinds import KINDS
from invoices.history.models import HistoryEntry
from invoices.ledger.models import Account, Transfer
from invoices.ledger.queries import balance
from invoices.page.sentences import fill
from tests.build import a_biller, a_customer, a_line, an_invoice, an_ocr_file, receive
from tests.invoices.changes.acts import (
    WHY,
    a_staff_asker,
    in_days,
    move,
    state,
    told,
    undo,
    write_down,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    """500.00, due in 14 days."""
    return an_invoice()


def test_a_remainder_is_written_down_and_asked_for_again(invoice: Invoice) -> None:
    receive(invoice.biller, an_ocr_file((invoice, 49_950)))
    agent = a_staff_asker(invoice)

    write_down(invoice, 50, agent)

    assert (figures(invoice).left, figures(invoice).written_down) == (0, 50)
    assert state(invoice) == State.WRITTEN_OFF
    assert told("invoice.written_down") == [{"amount_minor": 50, "left_minor": 0, "reason": WHY}]
    losses = Account.objects.get(kind="losses")
    assert balance(losses) == 50

    undo(invoice, agent)

    assert (figures(invoice).left, figures(invoice).written_down) == (50, 0)
    assert state(invoice) == State.PART_PAID
    assert balance(losses) == 0
    assert told("invoice.write_down_undone") == [{"amount_minor": 50, "left_minor": 50}]


@pytest.mark.parametrize(
    ("role", "minor", "possible"),
    [
        (Role.AGENT, 5_000, True),
        (Role.AGENT, 5_001, False),
        (Role.AGENT, 0, False),
        (Role.FINANCE, 50_000, True),
        (Role.ADMIN, 50_001, False),
        (Role.FINANCE, -1, False),
    ],
)
def test_the_limit_of_the_role_holds(
    invoice: Invoice, role: Role, minor: int, possible: bool
) -> None:
    actor = a_staff_asker(invoice, role)
    if possible:
        write_down(invoice, minor, actor)
    else:
        with pytest.raises(Refused, match="the most you can write down"):
            write_down(invoice, minor, actor)

    assert figures(invoice).written_down == (minor if possible else 0)


def test_an_agent_cannot_go_beyond_the_limit_by_small_steps(invoice: Invoice) -> None:
    agent = a_staff_asker(invoice)
    write_down(invoice, 3_000, agent)

    with pytest.raises(Refused, match=r"20\.00 is the most"):
        write_down(invoice, 3_000, agent)


def test_a_write_down_is_booked_once(invoice: Invoice) -> None:
    agent, request_id = a_staff_asker(invoice), uuid.uuid4()

    for _ in range(2):
        write_down(invoice, 1_000, agent, request_id=request_id)

    assert Transfer.objects.filter(code="write_down").count() == 1


def test_a_dispute_stands_until_it_is_settled(invoice: Invoice) -> None:
    agent = a_staff_asker(invoice)

    def mark(settled: bool) -> None:
        actions.dispute(
            invoice.pk, settled=settled, actor=agent, request_id=uuid.uuid4(), reason=WHY
        )

    mark(settled=False)
    mark(settled=False)  # it stands already
    assert state(invoice) == State.DISPUTED
    with pytest.raises(Refused, match="looking into"):
        move(invoice, 30)

    mark(settled=True)
    mark(settled=True)

    assert state(invoice) == State.OPEN
    assert (len(told("invoice.disputed")), len(told("invoice.dispute_settled"))) == (1, 1)


def test_a_disputed_invoice_is_not_overdue_and_a_settled_one_is_settled(invoice: Invoice) -> None:
    agent = a_staff_asker(invoice)
    actions.dispute(invoice.pk, settled=False, actor=agent, request_id=uuid.uuid4(), reason=WHY)

    with time_machine.travel(clock.now() + timedelta(days=30), tick=False):
        assert state(invoice) == State.DISPUTED
    receive(invoice.biller, an_ocr_file((invoice, 50_000)))

    assert state(invoice) == State.PAID


def test_a_cancelled_invoice_asks_for_nothing_and_gives_back_what_was_paid(
    invoice: Invoice,
) -> None:
    finance, request_id = a_staff_asker(invoice, Role.FINANCE), uuid.uuid4()
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    write_down(invoice, 1_000, finance)

    for _ in range(2):
        actions.cancel(invoice.pk, "Faktura 1", actor=finance, request_id=request_id, reason=WHY)

    assert (figures(invoice).left, figures(invoice).written_down) == (0, 0)
    assert state(invoice) == State.CANCELLED
    assert balance(Account.objects.get(customer=invoice.customer)) == 20_000
    assert told("invoice.cancelled") == [{"reason": WHY}]
    assert Adjustment.objects.get().total_minor == 50_000
    with pytest.raises(Refused, match="can no longer be done"):
        actions.charge(invoice.pk, a_line(100), actor=finance, request_id=uuid.uuid4(), reason=WHY)


def test_an_invoice_that_is_credited_already_can_be_cancelled_too(invoice: Invoice) -> None:
    finance = a_staff_asker(invoice, Role.FINANCE)
    actions.credit(invoice.pk, Credit("x"), actor=finance, request_id=uuid.uuid4(), reason=WHY)
    assert state(invoice) == State.CREDITED

    actions.cancel(invoice.pk, "x", actor=finance, request_id=uuid.uuid4(), reason=WHY)

    assert state(invoice) == State.CANCELLED
    assert Adjustment.objects.count() == 1


def test_a_rehearsal_tells_all_and_leaves_nothing(invoice: Invoice) -> None:
    finance = a_staff_asker(invoice, Role.FINANCE)
    before = (HistoryEntry.objects.count(), Transfer.objects.count())

    outcome = actions.rehearse(
        invoice.pk,
        lambda: actions.cancel(invoice.pk, "x", actor=finance, request_id=uuid.uuid4(), reason=WHY),
    )

    assert [entry.kind for entry in outcome.told] == ["invoice.credited", "invoice.cancelled"]
    assert outcome.figures.left == 0
    assert (HistoryEntry.objects.count(), Transfer.objects.count()) == before
    assert figures(invoice).left == 50_000
    assert Change.objects.count() == Adjustment.objects.count() == 0


def test_changes_cannot_be_changed(invoice: Invoice) -> None:
    move(invoice, 30)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Change.objects.update(bookings=9)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Change.objects.all().delete()


@time_machine.travel("2026-11-14 12:00 +01:00")
def test_the_payday_is_read_from_payments_that_stood() -> None:
    biller = a_biller()
    customer = a_customer(biller)
    for number, ago in enumerate((61, 30), start=1):
        with clock.standing_at(clock.now() - timedelta(days=ago)):
            paid = an_invoice(customer)
            receive(biller, an_ocr_file((paid, 50_000), number=number))
    invoice = an_invoice(customer)

    days = paid_days(customer.pk)

    assert days == [in_days(-30), in_days(-61)]
    assert payday(invoice) in {day.day for day in days} | {31}
    assert standing_of(invoice).left == 50_000


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "Flyttingen er angret; forfallsdatoen er lørdag 28. november igjen."),
        ("sv", "Flytten är ångrad; förfallodagen är åter lördag 28 november."),
        ("en", "The move was undone; the due date is Saturday 28 November again."),
    ],
)
@time_machine.travel("2026-11-14 12:00 +01:00", tick=False)
def test_an_undoing_reads_as_a_sentence(language: str, sentence: str) -> None:
    invoice = an_invoice()
    move(invoice, 30)
    undo(invoice)

    (data,) = told("invoice.due_move_undone")
    with translation.override(language):
        assert fill(KINDS["invoice.due_move_undone"].say(data), data, "NOK") == sentence
