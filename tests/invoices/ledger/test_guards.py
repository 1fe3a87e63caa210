"""What PostgreSQL itself refuses, whoever asks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from invoices import clock
from invoices.documents.actions import credit_invoice, note_change, split_invoice
from invoices.documents.models import Handover, Invoice
from invoices.documents.states import ChangeKind
from invoices.history.actors import SYSTEM
from tests.build import a_biller, a_customer, an_invoice

pytestmark = pytest.mark.django_db

APPEND_ONLY = {
    "invoices_transfer": "amount_minor = amount_minor + 1",
    "invoices_historyentry": "kind = 'invoice.charged'",
    "invoices_invoiceline": "net_minor = 0",
    "invoices_adjustment": "total_minor = 1",
    "invoices_instalment": "amount_minor = 1",
    "invoices_handover": "agency = 'Another'",
}


@pytest.fixture
def invoice() -> Invoice:
    """An invoice with a row of its own in every append-only table."""
    made = an_invoice(a_customer(a_biller()))
    credit_invoice(made.pk, None, reason="Outage", actor=SYSTEM)
    other = an_invoice(made.customer)
    today = clock.today()
    parts = [(today, 20_000), (today + timedelta(days=30), 30_000)]
    split_invoice(other.pk, parts, reason="", actor=SYSTEM)
    with transaction.atomic():
        change = note_change(other, ChangeKind.TO_COLLECTION, SYSTEM, None)
        Handover.objects.create(change=change, agency="Kravo AS")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE fails for another reason
    return made


def refused(statement: str, why: str) -> None:
    with (
        pytest.raises(IntegrityError, match=why),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_happened_is_never_changed_deleted_or_emptied(invoice: Invoice, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() != (0,)

    refused(f"UPDATE {table} SET {APPEND_ONLY[table]}", "append-only: UPDATE")
    refused(f"UPDATE {table} SET id = id", "append-only: UPDATE")
    refused(f"DELETE FROM {table}", "append-only: DELETE")
    refused(f"TRUNCATE {table} CASCADE", "append-only: TRUNCATE")


@pytest.mark.parametrize(
    "column",
    [
        "number = 'other'",
        "reference = '4711'",
        "currency = 'SEK'",
        "customer_id = customer_id + 1",
        "agreement_id = agreement_id + 1",
        "issued_on = issued_on - 1",
        "issued_due_on = issued_due_on + 1",
        "total_minor = total_minor - 1",
        "vat_minor = 0",
        "public_id = gen_random_uuid()",
        "created_at = now() - interval '1 day'",
        "due_on = due_on + 1, total_minor = 1",
    ],
)
def test_of_an_issued_invoice_only_the_due_date_changes(invoice: Invoice, column: str) -> None:
    refused(f"UPDATE invoices_invoice SET {column} WHERE id = {invoice.pk}", "never changes")


def test_an_issued_invoice_is_never_deleted(invoice: Invoice) -> None:
    refused(f"DELETE FROM invoices_invoice WHERE id = {invoice.pk}", "never changes")
    refused("TRUNCATE invoices_invoice CASCADE", "append-only: TRUNCATE")


def test_the_due_date_does_change(invoice: Invoice) -> None:
    invoice.due_on += timedelta(days=1)

    invoice.save(update_fields=["due_on"])

    assert Invoice.objects.get(pk=invoice.pk).due_on == invoice.due_on


@pytest.mark.parametrize(
    ("table", "change", "constraint"),
    [
        ("invoices_invoice", "total_minor = 0", "invoice_total_positive"),
        ("invoices_invoice", "issued_due_on = issued_on - 1", "invoice_due_after_issue"),
        ("invoices_adjustment", "total_minor = 0", "adjustment_total_positive"),
        ("invoices_instalment", "amount_minor = 0", "instalment_positive"),
    ],
)
def test_amounts_and_days_that_cannot_be_are_refused_even_without_the_guards(
    invoice: Invoice, table: str, change: str, constraint: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    refused(f"UPDATE {table} SET {change}", constraint)


def test_a_reference_is_given_out_once_under_an_agreement(invoice: Invoice) -> None:
    twin = Invoice.objects.values().get(pk=invoice.pk)
    del twin["id"], twin["public_id"]

    with pytest.raises(IntegrityError, match="reference_once"), transaction.atomic():
        Invoice.objects.create(**twin | {"number": "another"})
