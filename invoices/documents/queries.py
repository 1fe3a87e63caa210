"""Reading invoices: their figures, what can still be credited, the open ones."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from invoices.documents.amounts import MILLI, LineDraft
from invoices.documents.models import Adjustment, Handover, Invoice, InvoiceLine
from invoices.documents.states import (
    ChangeFact,
    ChangeKind,
    Collector,
    Figures,
    Part,
    collector_of,
    parts_of,
)
from invoices.ledger.codes import PAID, AccountKind, Code
from invoices.ledger.models import Transfer

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    type InvoiceWithLeft = WithAnnotations[Invoice, Left]


class Left(TypedDict):
    """What ``with_left`` adds to an invoice."""

    left_minor: int


# The statements below tell how it stood at a moment; this one is later than everything.
NOW = "infinity"

SUMS_BY_CODE = (
    "SELECT coalesce(undone.code, t.code) AS code,"
    " sum(CASE WHEN t.debit_id = a.id THEN t.amount_minor ELSE -t.amount_minor END) AS amount"
    " FROM invoices_account a"
    " JOIN invoices_transfer t ON t.debit_id = a.id OR t.credit_id = a.id"
    " LEFT JOIN invoices_transfer undone ON undone.id = t.reverses_id"
    " WHERE a.invoice_id = %(invoice)s AND t.at <= %(until)s::timestamptz GROUP BY 1"
)


def figures(invoice: Invoice) -> Figures:
    """The invoice's sums from the ledger. A reversal counts against what it undid. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS_BY_CODE, {"invoice": invoice.pk, "until": NOW})
        return figures_of({code: int(amount) for code, amount in cursor.fetchall()})


def figures_of(by_code: Mapping[str, int]) -> Figures:
    """What SUMS_BY_CODE found, as figures."""
    return Figures(
        asked=by_code.get(Code.ISSUE, 0) + by_code.get(Code.CHARGE, 0),
        credited=-by_code.get(Code.CREDIT_NOTE, 0),
        paid=-sum(by_code.get(code, 0) for code in PAID),
        written_down=-by_code.get(Code.WRITE_DOWN, 0),
    )


def creditable(invoice: Invoice) -> int:
    """How much of the invoice, paid or not, no credit note has taken back yet."""
    return sum(line.net_minor + line.vat_minor for line in uncredited(invoice))


def uncredited(invoice: Invoice) -> list[LineDraft]:
    """All that is not credited yet, as one line per VAT rate. One query."""
    rest: dict[int, tuple[int, int]] = {}
    lines = InvoiceLine.objects.filter(invoice=invoice).values_list(
        "vat_basis_points", "net_minor", "vat_minor", "adjustment__kind"
    )
    for rate, net, vat, kind in lines:
        sign = -1 if kind == Adjustment.Kind.CREDIT else 1
        so_far = rest.get(rate, (0, 0))
        rest[rate] = (so_far[0] + sign * net, so_far[1] + sign * vat)
    return [
        LineDraft(
            text=invoice.number,
            unit_price_minor=net,
            vat_basis_points=rate,
            quantity_milli=MILLI,
            fixed_vat_minor=vat,
        )
        for rate, (net, vat) in sorted(rest.items())
        if net or vat
    ]


def latest_due_on(invoice: Invoice) -> date:
    """The last day the biller's policy lets the due date be moved to."""
    return invoice.issued_due_on + timedelta(days=invoice.biller.move_due_days_max)


PARTS_IN_FORCE = (
    "SELECT due_on, amount_minor, left_before_minor FROM invoices_instalment"
    " WHERE invoice_id = %(invoice)s AND plan = ("
    "SELECT max(plan) FROM invoices_instalment p"
    " WHERE invoice_id = %(invoice)s AND created_at <= %(until)s::timestamptz AND NOT EXISTS ("
    "SELECT FROM invoices_change done JOIN invoices_change undone ON undone.undoes_id = done.id"
    " WHERE done.invoice_id = p.invoice_id AND done.plan = p.plan"
    " AND undone.at <= %(until)s::timestamptz)"
    ") ORDER BY position"
)


def instalments(invoice: Invoice, left_minor: int) -> list[Part]:
    """The parts of the split in force, with what is open of each; [] where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS_IN_FORCE, {"invoice": invoice.pk, "until": NOW})
        return parts_in_force(cursor.fetchall(), left_minor)


def parts_in_force(rows: Sequence[tuple[date, int, int]], left_minor: int) -> list[Part]:
    """What PARTS_IN_FORCE found, with what is open of each."""
    if not rows:
        return []
    return parts_of([(due_on, amount) for due_on, amount, _ in rows], rows[0][2], left_minor)


CHANGES = (
    "SELECT json_agg(c ORDER BY c.id) FROM ("
    "SELECT id, public_id, kind, actor_kind, at, from_on, to_on, bites_on, bookings, undoes_id,"
    " (SELECT row_to_json(h) FROM (SELECT agency, phone, site, case_no, account, reference"
    " FROM invoices_handover WHERE change_id = invoices_change.id) h) AS collector"
    " FROM invoices_change WHERE invoice_id = %(invoice)s AND at <= %(until)s::timestamptz) c"
)


def changes_of(invoice: Invoice) -> list[ChangeFact]:
    """What was changed of the invoice, oldest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({CHANGES})::text", {"invoice": invoice.pk, "until": NOW})
        return change_facts(json.loads(cursor.fetchone()[0] or "[]"))


def change_facts(rows: Sequence[Mapping[str, Any]]) -> list[ChangeFact]:
    """What CHANGES found."""
    return [
        ChangeFact(
            id=row["id"],
            public_id=row["public_id"],
            kind=ChangeKind(row["kind"]),
            by=row["actor_kind"],
            made_on=timezone.localdate(datetime.fromisoformat(row["at"])),
            from_on=_day(row["from_on"]),
            to_on=_day(row["to_on"]),
            bites_on=_day(row["bites_on"]),
            bookings=row["bookings"],
            undoes_id=row["undoes_id"],
            collector=Collector(**row["collector"]) if row["collector"] else None,
        )
        for row in rows
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def collector(invoice: Invoice) -> Collector | None:
    """Who collects the invoice now; None where it is ourselves. One query."""
    return collector_of(changes_of(invoice))


def last_collector(biller_id: int) -> Handover | None:
    """Whom the biller handed an invoice to last: most have one agency."""
    handed = Handover.objects.filter(change__invoice__biller_id=biller_id)
    return handed.order_by("-pk").first()


def bookings(invoice: Invoice) -> int:
    """How many amounts stand booked on the invoice, reversals too. One query."""
    own = Q(debit__invoice=invoice) | Q(credit__invoice=invoice)
    return Transfer.objects.filter(own).count()


def creditable_lines(invoice: Invoice) -> list[tuple[InvoiceLine, int]]:
    """The lines that ask for something, each with what of it (VAT included) is not credited.

    Only credits that name their line count against it. One query.
    """
    taken: dict[int, int] = {}
    asked = []
    for line in InvoiceLine.objects.filter(invoice=invoice).select_related("adjustment"):
        if line.adjustment is None or line.adjustment.kind == Adjustment.Kind.DEBIT:
            asked.append(line)
        elif line.credits_id is not None:
            taken[line.credits_id] = taken.get(line.credits_id, 0) + line.gross_minor
    asked.sort(key=lambda line: (line.adjustment_id or 0, line.position))
    return [(line, line.gross_minor - taken.get(line.pk, 0)) for line in asked]


def open_invoices(biller_id: int) -> "QuerySet[InvoiceWithLeft]":
    """The biller's invoices with something left to pay, annotated with ``left_minor``."""
    return with_left(Invoice.objects.filter(biller_id=biller_id)).filter(left_minor__gt=0)


def with_left(invoices: QuerySet[Invoice]) -> "QuerySet[InvoiceWithLeft]":
    """Annotate what is left to pay, from the running totals."""
    return invoices.filter(receivable__kind=AccountKind.RECEIVABLE).annotate(
        left_minor=F("receivable__debit_minor") - F("receivable__credit_minor")
    )


def paid_of(invoice_ids: Sequence[int]) -> dict[int, int]:
    """Invoice id -> what the bank brought for it and has not taken back. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.invoice_id,"
            " sum(CASE WHEN t.credit_id = a.id THEN t.amount_minor ELSE -t.amount_minor END)"
            " FROM invoices_account a"
            " JOIN invoices_transfer t ON t.debit_id = a.id OR t.credit_id = a.id"
            " LEFT JOIN invoices_transfer undone ON undone.id = t.reverses_id"
            " WHERE a.invoice_id = ANY(%s)"
            " AND coalesce(undone.code, t.code) = ANY(%s) GROUP BY 1",
            [list(invoice_ids), [Code.PAYMENT.value, Code.PAYMENT_BACK.value]],
        )
        return {invoice_id: int(amount) for invoice_id, amount in cursor.fetchall()}
