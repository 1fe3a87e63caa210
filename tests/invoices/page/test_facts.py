"""What the page reads by statements of its own is what models and rooms would say."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices import clock, prepared
from invoices.documents.access import PARTS, read_invoice
from invoices.documents.actions import charge_invoice, credit_invoice, split_invoice
from invoices.documents.models import Invoice
from invoices.documents.queries import figures, instalments
from invoices.history.actors import SYSTEM
from invoices.history.kinds import kinds_for
from invoices.history.queries import version
from invoices.page.facts import PER_PAGE, Facts
from tests.build import a_line, a_link, an_invoice, an_ocr_file, receive

pytestmark = pytest.mark.django_db


def facts(invoice: Invoice, *, for_staff: bool = False) -> Facts:
    return Facts.read(invoice, kinds=kinds_for(for_staff=for_staff))


def test_the_invoice_and_its_neighbours_are_as_their_models_hold_them() -> None:
    invoice = an_invoice()

    found = read_invoice("i.public_id = %s", [invoice.public_id])

    assert found is not None
    near = (found, found.biller, found.customer, found.agreement, found.agreement.account)
    for (_, model), ours in zip(PARTS, near, strict=True):
        theirs = model._default_manager.get(pk=ours.pk)
        for field in model._meta.concrete_fields:
            assert getattr(ours, field.attname) == getattr(theirs, field.attname), field


def test_what_is_read_about_a_page_needs_no_further_query() -> None:
    invoice = an_invoice()
    found = read_invoice("i.public_id = %s", [invoice.public_id])
    assert found is not None

    with CaptureQueriesContext(connection) as queries:
        assert found.customer.biller == found.biller == found.agreement.account.biller

    assert len(queries) == 0


def test_figures_and_instalments_are_those_of_their_rooms() -> None:
    invoice = an_invoice()
    credit_invoice(invoice.pk, [a_line(4_000)], reason="Rain", actor=SYSTEM)
    charge_invoice(invoice.pk, [a_line(3_500, 0)], reason="Late", actor=SYSTEM)
    days = [clock.today() + timedelta(days=days) for days in (10, 20)]
    parts = list(zip(days, (20_000, 28_500), strict=True))
    split_invoice(invoice.pk, parts, reason="Asked for", actor=SYSTEM)
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))

    seen = facts(invoice)

    assert seen.figures == figures(invoice)
    assert seen.parts == instalments(invoice, seen.figures.left)
    assert [(line.net_minor, line.note and line.note.sign) for line in seen.lines] == [
        (40_000, None),
        (4_000, -1),
        (3_500, 1),
    ]


def test_what_was_paid_too_much_is_held() -> None:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 60_000)))

    assert facts(invoice).held_minor == 10_000


def test_the_customer_reads_less_than_counts() -> None:
    invoice = an_invoice()
    a_link(invoice)

    customers, staffs = facts(invoice), facts(invoice, for_staff=True)

    assert customers.version == staffs.version == version(invoice.pk) == 2
    assert [entry.kind for entry in customers.entries] == ["invoice.issued"]
    assert [entry.kind for entry in staffs.entries] == ["link.made", "invoice.issued"]


def test_a_long_story_is_read_page_by_page() -> None:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file(*[(invoice, 100)] * (PER_PAGE + 5)))

    first = facts(invoice).entries
    last_shown = uuid.UUID(first[PER_PAGE - 1].public_id)
    rest = Facts.read(invoice, kinds=kinds_for(for_staff=False), before=last_shown).entries

    assert len(first) == PER_PAGE + 1
    assert len(rest) == 6
    assert rest[0] == first[PER_PAGE]
    assert rest[-1].kind == "invoice.issued"


def test_a_statement_is_planned_once_per_connection_and_counted_each_time() -> None:
    statement = "SELECT %s::int + 1"

    with CaptureQueriesContext(connection) as queries:
        answers = [prepared.fetch(statement, [number]) for number in range(5)]

    assert answers == [[(number + 1,)] for number in range(5)]
    assert len(queries) == 5
    kept = prepared.fetch("SELECT statement FROM pg_prepared_statements", [])
    assert ("SELECT $1::int + 1",) in kept
