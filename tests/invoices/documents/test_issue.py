"""Issuing: what is asked for, which numbers are given, and what is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.billers.models import Agreement, Biller
from invoices.documents.actions import (
    issue_invoice,
    issue_invoices,
)
from invoices.documents.amounts import LineDraft
from invoices.documents.drafts import made_reference
from invoices.documents.models import Invoice, InvoiceLine
from invoices.documents.queries import figures
from invoices.errors import Refused
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from invoices.ledger.queries import faults
from tests.build import a_biller, a_customer, a_line, an_invoice
from tests.invoices.documents.acts import a_draft, in_days, the_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice()


def test_an_issued_invoice_asks_for_its_lines_and_says_so() -> None:
    customer = a_customer(a_biller())

    invoice = an_invoice(customer, a_line(40_000), a_line(100, 1500, "Gebyr"))

    assert (invoice.total_minor, invoice.vat_minor) == (50_115, 10_015)
    assert (invoice.number, invoice.reference) == ("1", "0000010000016")
    assert (invoice.currency, invoice.due_on, invoice.issued_due_on) == (
        "NOK",
        in_days(14),
        in_days(14),
    )
    lines = InvoiceLine.objects.values_list("position", "text", "net_minor", "vat_minor")
    assert list(lines) == [(1, "Fiber 500", 40_000, 10_000), (2, "Gebyr", 100, 15)]
    assert figures(invoice).left == 50_115
    entry = the_entry("invoice.issued")
    assert (entry.invoice, entry.customer, entry.actor_kind) == (invoice, customer, "system")
    assert entry.data == {"amount_minor": 50_115, "due_on": in_days(14).isoformat()}
    assert faults() == []


def test_numbers_and_references_run_on_from_batch_to_batch(invoice: Invoice) -> None:
    drafts = [a_draft(invoice, a_line()) for _ in range(3)]

    ids = issue_invoices(drafts, biller=invoice.biller, actor=SYSTEM)

    made = [Invoice.objects.get(pk=pk) for pk in ids]
    assert [each.number for each in made] == ["2", "3", "4"]
    assert len({each.reference for each in made}) == 3
    assert Biller.objects.get().next_invoice_no == Agreement.objects.get().next_serial == 5


def test_a_swedish_invoice_has_an_ocr_number_with_a_length_digit() -> None:
    invoice = an_invoice(a_customer(a_biller("telia", "SE")))

    assert (invoice.currency, invoice.reference) == ("SEK", "133")


def test_a_number_and_a_reference_of_the_billers_own_are_kept(invoice: Invoice) -> None:
    draft = a_draft(invoice, a_line(), number="F-77", reference="0000 0900 0000 1")

    made = issue_invoice(draft, biller=invoice.biller, actor=SYSTEM)

    assert (made.number, made.reference) == ("F-77", "0000090000001")


@pytest.mark.parametrize(
    ("lines", "due_in", "reference", "why"),
    [
        ([], 14, "", "has no lines"),
        ([a_line(0)], 14, "", "nothing to pay"),
        ([a_line(100), a_line(-100)], 14, "", "nothing to pay"),
        ([a_line(-100)], 14, "", "nothing to pay"),
        ([a_line()], -1, "", "due before it is issued"),
        ([a_line()], 14, "0000090000004", "not valid under the agreement"),
        ([a_line()], 14, "000090000004", "not valid under the agreement"),
        ([a_line()], 14, "abc", "not valid under the agreement"),
    ],
)
def test_one_impossible_invoice_refuses_the_whole_batch(
    invoice: Invoice, lines: list[LineDraft], due_in: int, reference: str, why: str
) -> None:
    good = a_draft(invoice, a_line())
    bad = a_draft(invoice, *lines, due_in=due_in, reference=reference)

    with pytest.raises(Refused, match=why):
        issue_invoices([good, bad], biller=invoice.biller, actor=SYSTEM)

    assert Invoice.objects.get() == invoice
    assert Biller.objects.get().next_invoice_no == 2
    assert HistoryEntry.objects.count() == 1


@pytest.mark.parametrize("field", ["number", "reference"])
def test_what_another_invoice_has_is_refused_with_a_sentence(invoice: Invoice, field: str) -> None:
    used = getattr(invoice, field)
    again = a_draft(invoice, a_line(), **{field: used})

    with pytest.raises(Refused, match=f"{used} already"):
        issue_invoice(again, biller=invoice.biller, actor=SYSTEM)

    assert Invoice.objects.count() == 1


def test_the_same_number_twice_in_one_run_is_refused(invoice: Invoice) -> None:
    drafts = [a_draft(invoice, a_line(), number="A-1") for _ in range(2)]

    with pytest.raises(Refused, match="A-1 already"):
        issue_invoices(drafts, biller=invoice.biller, actor=SYSTEM)


def test_the_series_goes_past_what_others_have_brought_themselves(invoice: Invoice) -> None:
    agreement = Agreement.objects.get(biller=invoice.biller)
    ahead = [a_draft(invoice, a_line()) for _ in range(3)]
    coming = [made_reference(ahead[0], agreement, agreement.next_serial + n) for n in (0, 1, 3)]
    next_no = Biller.objects.get(pk=invoice.biller.pk).next_invoice_no
    brought = [
        a_draft(invoice, a_line(), number=str(next_no + n), reference=reference)
        for n, reference in enumerate(coming)
    ]
    issue_invoices(brought, biller=invoice.biller, actor=SYSTEM)

    made = issue_invoices(ahead, biller=invoice.biller, actor=SYSTEM)

    numbers = list(Invoice.objects.filter(pk__in=made).order_by("pk").values_list("number"))
    assert numbers == [(str(next_no + n),) for n in (3, 4, 5)]
    references = set(Invoice.objects.filter(pk__in=made).values_list("reference", flat=True))
    assert len(references - set(coming)) == 3
    assert faults() == []


def test_a_made_reference_meets_none_that_stands_in_the_same_run(invoice: Invoice) -> None:
    agreement = Agreement.objects.get(biller=invoice.biller)
    blank = a_draft(invoice, a_line())
    coming = made_reference(blank, agreement, agreement.next_serial)

    made = issue_invoices(
        [blank, a_draft(invoice, a_line(), reference=coming)], biller=invoice.biller, actor=SYSTEM
    )

    assert Invoice.objects.filter(pk__in=made).count() == 2


def test_a_hundred_invoices_take_as_many_queries_as_one(invoice: Invoice) -> None:
    biller, counts = invoice.biller, []

    for size in (1, 100):
        drafts = [a_draft(invoice, a_line()) for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            issue_invoices(drafts, biller=biller, actor=SYSTEM)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert faults() == []
