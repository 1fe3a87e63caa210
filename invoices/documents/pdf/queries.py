"""What PDFs are made of: the stored ones, the lines as issued, what happened since."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from invoices.customers.models import ContactPoint
from invoices.documents.models import Invoice, InvoiceLine
from invoices.documents.pdf.models import StoredPdf
from invoices.history.models import HistoryEntry
from invoices.ledger.codes import PAID, Code
from invoices.ledger.models import Transfer

# What there is a receipt of.
WITH_RECEIPT = ("payment.matched", "credit.used")
# What takes such a thing off the invoice again -> what both entries name it by.
TAKES_OFF = {"payment.undone": "line", "credit.unused": "source"}
# What lowers an invoice and is no document.
MOVES = (*PAID, Code.WRITE_DOWN)


def stored_pdf(invoice: Invoice, kind: StoredPdf.Kind, language: str) -> StoredPdf | None:
    """The PDF as it was made, if it was."""
    return StoredPdf.objects.filter(invoice=invoice, kind=kind, language=language).first()


def kind_of_record(invoice: Invoice, language: str) -> StoredPdf.Kind:
    """What the record is: the kind made first, else what the biller has chosen by now."""
    made = StoredPdf.objects.filter(invoice=invoice, language=language).order_by("pk")
    if kind := made.values_list("kind", flat=True).first():
        return StoredPdf.Kind(kind)
    return StoredPdf.Kind.ISSUED_WITH_XML if invoice.biller.facturx else StoredPdf.Kind.ISSUED


def issued_lines(invoice: Invoice) -> Sequence[InvoiceLine]:
    """The lines the invoice was issued with; those of later documents are not among them."""
    return list(InvoiceLine.objects.filter(invoice=invoice, adjustment=None).order_by("position"))


def later_lines(invoice: Invoice) -> Sequence[InvoiceLine]:
    """The lines of later documents, each with its document, in order. One query."""
    return list(
        InvoiceLine.objects.filter(invoice=invoice, adjustment__isnull=False)
        .select_related("adjustment")
        .order_by("adjustment_id", "position")
    )


def postal_address(invoice: Invoice) -> str:
    """The customer's first postal address that is not known to be wrong; "" for none."""
    return (
        ContactPoint.objects.filter(
            customer_id=invoice.customer_id, kind=ContactPoint.Kind.ADDRESS, bad_at=None
        )
        .order_by("rank")
        .values_list("value", flat=True)
        .first()
        or ""
    )


@dataclass(frozen=True, slots=True)
class Move:
    """What lowered the invoice on a day, negative where that was undone.

    Paid, unless it was ``written_down`` or lowered by the customer's own ``credit``.
    """

    on: date
    amount_minor: int
    written_down: bool
    credit: bool = False


def moves(invoice: Invoice) -> list[Move]:
    """What was paid and written down, in order; ``queries.figures`` has the sums of it."""
    moved = (
        Transfer.objects.filter(
            Q(code__in=MOVES) | Q(reverses__code__in=MOVES),
            Q(debit__invoice=invoice) | Q(credit__invoice=invoice),
        )
        .order_by("pk")
        .values_list("at", "amount_minor", "credit__invoice_id", "code", "reverses__code")
    )
    return [
        Move(
            on=timezone.localdate(at),
            amount_minor=amount if to_id == invoice.pk else -amount,
            written_down=Code.WRITE_DOWN in (code, undone),
            credit=Code.CREDIT_USED in (code, undone),
        )
        for at, amount, to_id, code, undone in moved
    ]


def payment_entry(invoice: Invoice, public_id: uuid.UUID) -> HistoryEntry | None:
    """The history entry of a payment received on this invoice, or of credit used on it.

    None where it was taken off again: nobody gets a receipt of what is not paid.
    """
    entry = HistoryEntry.objects.filter(
        invoice=invoice, kind__in=WITH_RECEIPT, public_id=public_id
    ).first()
    if entry is None:
        return None
    later = HistoryEntry.objects.filter(invoice=invoice, pk__gt=entry.pk, kind__in=TAKES_OFF)
    taken_off = any(
        (named := entry.data.get(TAKES_OFF[kind])) is not None
        and named == data.get(TAKES_OFF[kind])
        for kind, data in later.values_list("kind", "data")
    )
    return None if taken_off else entry
