"""Each change: what it does, what it refuses, that it happens once, and how it is undone."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from invoices import clock
from invoices.billers.roles import Role
from invoices.changes import actions
from invoices.changes.actions import Asker, Credit
from invoices.changes.policy import CUSTOMER
from invoices.changes.queries import paid_days, payday, standing_of
from invoices.documents.actions import charge_invoice
from invoices.documents.models import Adjustment, Change, Instalment, Invoice, InvoiceLine
from invoices.documents.queries import (
    changes_of,
    creditable_lines,
    figures,
    instalments,
)
from invoices.documents.states import ChangeKind, State, marks_of, state_of
from invoices.errors import Refused
from invoices.history.actors import SYSTEM
from invoices.history.kinds import KINDS
from invoices.history.models import HistoryEntry
from invoices.ledger.models import Account, Transfer
from invoices.ledger.queries import balance, faults
from invoices.page.sentences import fill
from tests.build import a_biller, a_customer, a_line, a_member, an_invoice, an_ocr_file, receive

pytestmark = pytest.mark.django_db

ANNA = Asker("customer", by=CUSTOMER)
WHY = "Avtalt på telefon"


@pytest.fixture
def invoice() -> Invoice:
    """500.00, due in 14 days."""
    return an_invoice()


@pytest.fixture(autouse=True)
def _the_books_add_up() -> Any:
    """After every test here."""
    yield
    if not connection.needs_rollback:
        assert faults() == []


def a_staff_asker(invoice: Invoice, role: Role = Role.AGENT) -> Asker:
    return Asker("staff", a_member(invoice.biller, role).pk, role)


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def now(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


def state(invoice: Invoice) -> State:
    marks = marks_of(changes_of(invoice))
    return state_of(figures(invoice), now(invoice).due_on, clock.today(), marks)


def told(kind: str) -> list[dict[str, Any]]:
    entries = HistoryEntry.objects.filter(kind=kind).order_by("pk")
    return [entry.data for entry in entries]


def move(invoice: Invoice, days: int, actor: Asker = ANNA, **more: Any) -> None:
    reason = "" if actor is ANNA else WHY
    asked: dict[str, Any] = {"request_id": uuid.uuid4(), "reason": reason} | more
    actions.move_due_date(invoice.pk, in_days(days), actor=actor, **asked)


def split(invoice: Invoice, *parts: tuple[int, int], actor: Asker = ANNA, **more: Any) -> None:
    asked: dict[str, Any] = {"request_id": uuid.uuid4()} | more
    dated = [(in_days(days), amount) for days, amount in parts]
    actions.split(invoice.pk, dated, actor=actor, **asked)


def undo(invoice: Invoice, actor: Asker = ANNA) -> None:
    newest = Change.objects.filter(invoice=invoice).exclude(kind=ChangeKind.UNDONE).latest("pk")
    actions.undo_change(invoice.pk, newest.public_id, actor=actor)


def write_down(invoice: Invoice, minor: int, actor: Asker, **more: Any) -> None:
    asked: dict[str, Any] = {"request_id": uuid.uuid4(), "reason": WHY} | more
    actions.write_down(invoice.pk, minor, actor=actor, **asked)


# ---------------------------------------------------------------- moving


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


# ---------------------------------------------------------------- splitting


def test_a_split_is_undone_and_what_is_left_is_one_sum_again(invoice: Invoice) -> None:
    split(invoice, (10, 25_000), (40, 25_000))
    assert [part.open for part in instalments(invoice, 50_000)] == [25_000, 25_000]
    assert now(invoice).due_on == in_days(40)

    undo(invoice)

    assert instalments(invoice, 50_000) == []
    assert now(invoice).due_on == in_days(14)
    assert told("invoice.split_undone")[0]["left_minor"] == 50_000
    assert Instalment.objects.count() == 2  # they stay, out of force


def test_an_earlier_plan_comes_back_when_the_later_one_is_undone(invoice: Invoice) -> None:
    agent = a_staff_asker(invoice)
    split(invoice, (10, 25_000), (40, 25_000))
    split(invoice, (20, 20_000), (30, 30_000), actor=agent, reason=WHY)

    undo(invoice, agent)

    assert [part.amount for part in instalments(invoice, 50_000)] == [25_000, 25_000]
    assert now(invoice).due_on == in_days(40)


def test_a_split_bites_with_its_first_part(invoice: Invoice) -> None:
    split(invoice, (5, 25_000), (35, 25_000))

    with time_machine.travel(clock.now() + timedelta(days=6), tick=False), pytest.raises(Refused):
        undo(invoice)


def test_a_split_happens_once_however_often_it_is_sent(invoice: Invoice) -> None:
    request_id = uuid.uuid4()

    for _ in range(2):
        split(invoice, (10, 25_000), (40, 25_000), request_id=request_id)

    assert Instalment.objects.count() == 2
    assert len(told("invoice.split")) == 1


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([(10, 25_000), (40, 24_999)], "add up to what is left"),
        ([(10, 9_000), (40, 41_000)], "or more"),
        ([(15, 25_000), (40, 25_000)], "is too late"),
        ([(10, 25_000), (10, 25_000)], "different days"),
    ],
)
def test_a_split_that_is_not_allowed_leaves_nothing(
    invoice: Invoice, parts: list[tuple[int, int]], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        split(invoice, *parts)

    assert Change.objects.count() == Instalment.objects.count() == 0


def test_a_plan_of_staff_ends_within_two_years(invoice: Invoice) -> None:
    agent = a_staff_asker(invoice)

    with pytest.raises(Refused, match="is too late"):
        split(invoice, (10, 25_000), (733, 25_000), actor=agent, reason=WHY)
    split(invoice, (10, 25_000), (732, 25_000), actor=agent, reason=WHY)

    assert now(invoice).due_on == in_days(732)


def test_a_split_invoice_has_no_single_due_date_to_move(invoice: Invoice) -> None:
    split(invoice, (10, 25_000), (40, 25_000))

    with pytest.raises(Refused, match="date of its own"):
        move(invoice, 30)
    with pytest.raises(Refused, match="can no longer be done"):
        move(invoice, 60, a_staff_asker(invoice))


# ---------------------------------------------------------------- crediting


def test_chosen_lines_are_credited_as_they_stand() -> None:
    invoice = an_invoice(None, a_line(40_000), a_line(8_000, 1500, "Film"))
    film = InvoiceLine.objects.get(text="Film")

    credit = Credit("All", line_ids=[film.pk])
    agent = a_staff_asker(invoice)
    actions.credit(invoice.pk, credit, actor=agent, request_id=uuid.uuid4(), reason=WHY)

    note = Adjustment.objects.get()
    line = note.lines.get()
    assert (line.text, line.net_minor, line.vat_minor, line.credits_id) == (
        "Film",
        8_000,
        1_200,
        film.pk,
    )
    assert figures(invoice).left == 50_000
    assert [rest for _line, rest in creditable_lines(invoice)] == [50_000, 0]


def test_a_line_is_credited_once(invoice: Invoice) -> None:
    charge_invoice(invoice.pk, [a_line(40_000)], reason="", actor=SYSTEM)
    line = InvoiceLine.objects.filter(adjustment=None).get()
    agent = a_staff_asker(invoice)
    credit = Credit("All", line_ids=[line.pk])
    actions.credit(invoice.pk, credit, actor=agent, request_id=uuid.uuid4(), reason=WHY)

    with pytest.raises(Refused):
        actions.credit(invoice.pk, credit, actor=agent, request_id=uuid.uuid4(), reason=WHY)

    assert figures(invoice).left == 50_000


def test_an_amount_is_credited_over_the_vat_rates_it_was_asked_at() -> None:
    invoice = an_invoice(None, a_line(40_000), a_line(10_000, 0, "Frakt"))  # 500 and 100

    credit = Credit("Faktura", amount_minor=10_001)
    agent = a_staff_asker(invoice)
    actions.credit(invoice.pk, credit, actor=agent, request_id=uuid.uuid4(), reason=WHY)

    note = Adjustment.objects.get()
    lines = [(line.vat_basis_points, line.gross_minor) for line in note.lines.all()]
    assert lines == [(0, 1_667), (2500, 8_334)]
    assert note.vat_minor == 1_667
    assert figures(invoice).left == 49_999


def test_what_is_written_down_cannot_be_credited_to_anybody(invoice: Invoice) -> None:
    finance = a_staff_asker(invoice, Role.FINANCE)
    receive(invoice.biller, an_ocr_file((invoice, 45_000)))
    write_down(invoice, 5_000, finance)

    with pytest.raises(Refused, match=r"450\.00 of the invoice is not credited yet"):
        actions.credit(
            invoice.pk, Credit("All"), actor=finance, request_id=uuid.uuid4(), reason=WHY
        )
    part = Credit("All", amount_minor=45_000)
    actions.credit(invoice.pk, part, actor=finance, request_id=uuid.uuid4(), reason=WHY)

    assert balance(Account.objects.get(customer=invoice.customer)) == 45_000


# ---------------------------------------------------------------- writing down


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


# ---------------------------------------------------------------- disputes and cancelling


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


# ---------------------------------------------------------------- rehearsing


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


# ---------------------------------------------------------------- what is said


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
