"""Credit, charge, move and split: what they do and what they refuse."""

import uuid

import pytest

from invoices.documents.actions import (
    charge_invoice,
    credit_invoice,
    move_due_date,
    split_invoice,
)
from invoices.documents.models import Adjustment, Instalment, Invoice, InvoiceLine
from invoices.documents.queries import (
    creditable,
    figures,
    instalments,
    open_invoices,
    paid_of,
    uncredited,
)
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, SYSTEM
from invoices.history.models import HistoryEntry
from invoices.ledger.queries import faults
from tests.build import a_biller, a_customer, a_line, an_invoice
from tests.invoices.documents.acts import credit_of, in_days, pay, the_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice()


def test_a_credit_of_an_unpaid_invoice_lowers_what_is_left(invoice: Invoice) -> None:
    note = credit_invoice(invoice.pk, [a_line(8_000)], reason="Outage", actor=SYSTEM)

    assert (note.number, note.total_minor, note.vat_minor) == ("1-1", 10_000, 2_000)
    assert (figures(invoice).credited, figures(invoice).left) == (10_000, 40_000)
    assert (creditable(invoice), credit_of(invoice)) == (40_000, 0)
    assert the_entry("invoice.credited").data == {
        "amount_minor": 10_000,
        "refundable_minor": 0,
        "left_minor": 40_000,
        "reason": "Outage",
    }
    assert faults() == []


def test_what_was_paid_of_a_credited_invoice_becomes_credit_on_account(invoice: Invoice) -> None:
    pay(invoice, 20_000)

    credit_invoice(invoice.pk, None, reason="Moved out", actor=SYSTEM)

    now = figures(invoice)
    assert (now.paid, now.credited, now.left) == (20_000, 30_000, 0)
    assert (credit_of(invoice), creditable(invoice)) == (20_000, 0)
    assert the_entry("invoice.credited").data["refundable_minor"] == 20_000
    assert faults() == []


def test_all_that_is_left_is_credited_at_its_own_vat_rates() -> None:
    invoice = an_invoice(a_customer(a_biller()), a_line(199, 2500), a_line(333, 1500))
    credit_invoice(invoice.pk, [a_line(99, 2500)], reason="", actor=SYSTEM)

    note = credit_invoice(invoice.pk, None, reason="", actor=SYSTEM)

    lines = InvoiceLine.objects.filter(adjustment=note)
    assert [(line.vat_basis_points, line.net_minor, line.vat_minor) for line in lines] == [
        (1500, 333, 50),
        (2500, 100, 25),  # 50 of the whole, 25 of the first note
    ]
    assert (uncredited(invoice), figures(invoice).left) == ([], 0)


@pytest.mark.parametrize("net", [40_001, 0, -1])
def test_more_than_the_invoice_or_nothing_cannot_be_credited(invoice: Invoice, net: int) -> None:
    with pytest.raises(Refused, match=r"500\.00 of the invoice is not credited yet"):
        credit_invoice(invoice.pk, [a_line(net)], reason="", actor=SYSTEM)

    assert not Adjustment.objects.exists()


def test_what_is_credited_in_whole_cannot_be_credited_again(invoice: Invoice) -> None:
    credit_invoice(invoice.pk, None, reason="", actor=SYSTEM)

    for lines in (None, [a_line(1, 0)]):
        with pytest.raises(Refused, match=r"0\.00 of the invoice is not credited yet"):
            credit_invoice(invoice.pk, lines, reason="", actor=SYSTEM)


def test_a_request_sent_again_credits_once(invoice: Invoice) -> None:
    request_id = uuid.uuid4()

    notes = [
        credit_invoice(invoice.pk, [a_line(80)], reason="", actor=SYSTEM, request_id=request_id)
        for _ in range(2)
    ]

    assert notes[0] == notes[1] == Adjustment.objects.get(public_id=request_id)
    assert figures(invoice).credited == 100
    assert HistoryEntry.objects.filter(kind="invoice.credited").count() == 1


def test_a_charge_adds_to_what_is_left_and_can_be_credited(invoice: Invoice) -> None:
    note = charge_invoice(invoice.pk, [a_line(3_500, 0, "Gebyr")], reason="Late", actor=SYSTEM)

    assert (note.kind, note.number) == ("debit", "1-1")
    assert (figures(invoice).asked, figures(invoice).left) == (53_500, 53_500)
    assert creditable(invoice) == 53_500
    assert InvoiceLine.objects.get(adjustment=note).text == "Gebyr"
    assert the_entry("invoice.charged").data == {"amount_minor": 3_500, "reason": "Late"}
    assert faults() == []


def test_a_paid_invoice_that_is_charged_is_open_again(invoice: Invoice) -> None:
    pay(invoice, 50_000)

    charge_invoice(invoice.pk, [a_line(100, 0)], reason="", actor=SYSTEM)

    assert figures(invoice).left == 100
    assert [each.pk for each in open_invoices(invoice.biller_id)] == [invoice.pk]


@pytest.mark.parametrize("net", [0, -100])
def test_a_charge_of_nothing_or_less_is_refused(invoice: Invoice, net: int) -> None:
    with pytest.raises(Refused, match="more than nothing"):
        charge_invoice(invoice.pk, [a_line(net)], reason="", actor=SYSTEM)


def test_a_request_sent_again_charges_once(invoice: Invoice) -> None:
    request_id = uuid.uuid4()

    for _ in range(2):
        charge_invoice(invoice.pk, [a_line(80)], reason="", actor=SYSTEM, request_id=request_id)

    assert figures(invoice).asked == 50_100
    assert HistoryEntry.objects.filter(kind="invoice.charged").count() == 1


@pytest.mark.parametrize("days", [0, 13, 15, 44])
def test_the_due_date_moves_within_what_the_biller_allows(invoice: Invoice, days: int) -> None:
    move_due_date(invoice.pk, in_days(days), reason="Payday", actor=CUSTOMER)

    assert Invoice.objects.get().due_on == in_days(days)
    entry = the_entry("invoice.due_moved")
    assert entry.actor_kind == "customer"
    assert entry.data == {
        "from_on": in_days(14).isoformat(),
        "to_on": in_days(days).isoformat(),
        "reason": "Payday",
    }


@pytest.mark.parametrize("days", [-1, 45])
def test_a_day_that_has_passed_or_is_too_far_away_is_refused(invoice: Invoice, days: int) -> None:
    with pytest.raises(Refused, match=f"any day from today to {in_days(44).isoformat()}"):
        move_due_date(invoice.pk, in_days(days), reason="", actor=CUSTOMER)

    assert Invoice.objects.get().due_on == in_days(14)


def test_moving_again_and_again_does_not_lengthen_what_is_allowed(invoice: Invoice) -> None:
    move_due_date(invoice.pk, in_days(44), reason="", actor=CUSTOMER)

    with pytest.raises(Refused):
        move_due_date(invoice.pk, in_days(45), reason="", actor=CUSTOMER)


def test_moving_to_where_it_stands_tells_nothing(invoice: Invoice) -> None:
    for _ in range(2):
        move_due_date(invoice.pk, in_days(20), reason="", actor=CUSTOMER)

    assert HistoryEntry.objects.filter(kind="invoice.due_moved").count() == 1


def test_a_settled_invoice_has_no_due_date_to_move(invoice: Invoice) -> None:
    pay(invoice, 50_000)

    with pytest.raises(Refused, match="settled"):
        move_due_date(invoice.pk, in_days(20), reason="", actor=CUSTOMER)


def test_a_split_makes_instalments_of_what_is_left(invoice: Invoice) -> None:
    pay(invoice, 10_000)
    parts = [(in_days(10), 15_000), (in_days(40), 25_000)]

    split_invoice(invoice.pk, parts, reason="Tight", actor=CUSTOMER)

    invoice.refresh_from_db()
    assert invoice.due_on == in_days(40)
    assert [(part.due_on, part.open) for part in instalments(invoice, 40_000)] == parts
    assert the_entry("invoice.split").data == {
        "from_on": in_days(14).isoformat(),
        "count": 2,
        "first_minor": 15_000,
        "first_on": in_days(10).isoformat(),
        "reason": "Tight",
    }


def test_payments_after_a_split_fill_its_instalments_in_order(invoice: Invoice) -> None:
    split_invoice(
        invoice.pk, [(in_days(10), 15_000), (in_days(40), 35_000)], reason="", actor=CUSTOMER
    )

    pay(invoice, 20_000)

    now = instalments(invoice, figures(invoice).left)
    assert [part.open for part in now] == [0, 30_000]


def test_a_later_split_takes_the_place_of_the_earlier(invoice: Invoice) -> None:
    first = [(in_days(10), 25_000), (in_days(40), 25_000)]
    second = [(in_days(20), 10_000), (in_days(30), 10_000), (in_days(50), 30_000)]
    for parts in (first, second):
        split_invoice(invoice.pk, parts, reason="", actor=CUSTOMER)

    now = instalments(invoice, 50_000)

    assert [(part.due_on, part.amount) for part in now] == second
    assert Instalment.objects.count() == 5


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([(10, 50_000)], "at least two"),
        ([], "at least two"),
        ([(10, 50_000), (40, 0)], "more than nothing"),
        ([(10, 60_000), (40, -10_000)], "more than nothing"),
        ([(10, 25_000), (40, 24_999)], "add up to what is left, 500.00"),
        ([(10, 25_000), (40, 25_001)], "add up to what is left, 500.00"),
        ([(40, 25_000), (10, 25_000)], "in order"),
        ([(10, 25_000), (10, 25_000)], "different days"),
        ([(-1, 25_000), (10, 25_000)], "none in the past"),
    ],
)
def test_a_split_that_does_not_work_out_is_refused(
    invoice: Invoice, parts: list[tuple[int, int]], why: str
) -> None:
    dated = [(in_days(days), amount) for days, amount in parts]

    with pytest.raises(Refused, match=why):
        split_invoice(invoice.pk, dated, reason="", actor=CUSTOMER)

    assert Invoice.objects.get().due_on == in_days(14)


def test_what_was_paid_of_many_is_what_each_one_says(invoice: Invoice) -> None:
    other, untouched = an_invoice(invoice.customer), an_invoice(invoice.customer)
    pay(invoice, 20_000)
    pay(other, 50_001)
    pay(invoice, -5_000)
    credit_invoice(other.pk, None, reason="", actor=SYSTEM)
    each = [invoice, other, untouched]

    found = paid_of([one.pk for one in each])

    assert [found.get(one.pk, 0) for one in each] == [figures(one).paid for one in each]
    assert found == {invoice.pk: 15_000, other.pk: 50_000}
