"""Splitting and crediting: what they do, what they refuse, that they happen once."""

import uuid
from datetime import timedelta

import pytest
import time_machine

from invoices import clock
from invoices.billers.roles import Role
from invoices.changes import actions
from invoices.changes.actions import Credit
from invoices.documents.actions import charge_invoice
from invoices.documents.models import Adjustment, Change, Instalment, Invoice, InvoiceLine
from invoices.documents.queries import (
    creditable_lines,
    figures,
    instalments,
)
from invoices.errors import Refused
from invoices.history.actors import SYSTEM
from invoices.ledger.models import Account
from invoices.ledger.queries import balance
from tests.build import a_line, an_invoice, an_ocr_file, receive
from tests.invoices.changes.acts import (
    WHY,
    a_staff_asker,
    in_days,
    move,
    now,
    split,
    told,
    undo,
    write_down,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    """500.00, due in 14 days."""
    return an_invoice()


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
