"""Everything the page says of one invoice, read by one statement.

One statement sees one moment: the version always fits what is shown beside it, so that a page
never takes itself for newer than it is. And it costs a fifth of what one query for each would.
"""

import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.utils import timezone

from invoices import prepared
from invoices.documents.explain import Fact, Nature
from invoices.documents.models import Adjustment, Invoice
from invoices.documents.pdf.queries import TAKES_OFF, WITH_RECEIPT
from invoices.documents.queries import (
    CHANGES,
    NOW,
    PARTS_IN_FORCE,
    SUMS_BY_CODE,
    change_facts,
    figures_of,
    parts_in_force,
)
from invoices.documents.refunded import Held, PaidBack, paid_back
from invoices.documents.states import ChangeFact, Figures, Part

PER_PAGE = 40  # entries of the history; one more is read, which tells that there are earlier ones

_SUMS = f"SELECT json_object_agg(code, amount) FROM ({SUMS_BY_CODE}) s"  # noqa: S608

_LINES = """
SELECT json_agg(l ORDER BY l.note_id NULLS FIRST, l.position) FROM (
    SELECT line.position, line.text, line.detail, line.nature, line.quantity_milli,
        line.unit_price_minor,
        line.vat_basis_points, line.net_minor, line.vat_minor, line.adjustment_id AS note_id,
        note.kind, note.number, note.issued_on, note.reason, note.total_minor
    FROM invoices_invoiceline line
    LEFT JOIN invoices_adjustment note ON note.id = line.adjustment_id
    WHERE line.invoice_id = %(invoice)s
    AND (note.id IS NULL OR note.created_at <= %(until)s::timestamptz)
) l
"""

_PART = "json_build_array(due_on, amount_minor, left_before_minor)"
_INSTALMENTS = f"SELECT json_agg({_PART}) FROM ({PARTS_IN_FORCE}) i"  # noqa: S608

_ENTRIES = """
SELECT json_agg(h ORDER BY h.id DESC) FROM (
    SELECT entry.id, entry.public_id, entry.kind, entry.at, entry.data, entry.actor_kind,
        who.name, who.email,
        entry.kind = ANY(%(receipts)s) AND EXISTS (
            SELECT FROM invoices_historyentry later
            WHERE later.invoice_id = entry.invoice_id AND later.id > entry.id
            AND later.at <= %(until)s::timestamptz
            AND entry.data->>(%(takes_off)s::jsonb->>later.kind)
                = later.data->>(%(takes_off)s::jsonb->>later.kind)
        ) AS taken_off
    FROM invoices_historyentry entry
    LEFT JOIN invoices_user who ON who.id = entry.actor_user_id
    WHERE entry.invoice_id = %(invoice)s
    AND entry.kind = ANY(%(kinds)s) AND entry.at <= %(until)s::timestamptz
    AND (%(before)s::uuid IS NULL OR entry.id < (
        SELECT id FROM invoices_historyentry
        WHERE invoice_id = %(invoice)s AND public_id = %(before)s
    ))
    ORDER BY entry.id DESC LIMIT %(most)s
) h
"""

# What came onto the customer's account and left it; ``own`` came from a note to this invoice.
# Credit that is paid back is set aside first ("refund:7:1:reserve") and leaves the bank later
# (":pay"); what is not paid after all, or comes back, undoes that it was set aside.
_HELD = """
SELECT json_agg(h ORDER BY h.id) FROM (
    SELECT t.id, coalesce(gone.code, t.code) AS code, coalesce(gone.at, t.at) AS at,
        coalesce(t.reverses_id, aside.id) AS reverses_id,
        CASE WHEN t.credit_id = a.id THEN t.amount_minor ELSE -t.amount_minor END AS amount_minor,
        t.code = 'credit_refundable' AND EXISTS (
            SELECT FROM invoices_adjustment note WHERE note.invoice_id = %(invoice)s
            AND t.source = 'adjustment:' || note.id || ':paid'
        ) AS own
    FROM invoices_account a JOIN invoices_transfer t ON t.debit_id = a.id OR t.credit_id = a.id
    LEFT JOIN invoices_transfer gone ON t.code = 'payout_reserved'
        AND gone.source = replace(t.source, ':reserve', ':pay')
        AND gone.at <= %(until)s::timestamptz
    LEFT JOIN invoices_transfer aside ON t.code IN ('payout_released', 'paid_out_back')
        AND aside.source = regexp_replace(t.source, ':(release|back)$', ':reserve')
    WHERE a.customer_id = %(customer)s AND t.at <= %(until)s::timestamptz
) h
"""

# When the bank booked the newest payment that found the invoice, where it said so.
_PAID = """
SELECT coalesce(data->>'booked_on', (at AT TIME ZONE %(zone)s)::date::text)
FROM invoices_historyentry
WHERE invoice_id = %(invoice)s AND kind = 'payment.matched' AND at <= %(until)s::timestamptz
ORDER BY id DESC LIMIT 1
"""

# Whatever moved the due date says from where: the first that came later knows how it stood.
_DUE_ON = """
SELECT data->>'from_on' FROM invoices_historyentry
WHERE invoice_id = %(invoice)s AND at > %(until)s::timestamptz AND data ? 'from_on'
ORDER BY id LIMIT 1
"""

# The customer's invoice before this one, as issued.
_PREVIOUS = """
SELECT json_build_object('issued_on', before.issued_on, 'lines', (
    SELECT json_agg(json_build_array(
        text, net_minor + vat_minor, unit_price_minor, quantity_milli, nature
    ) ORDER BY position)
    FROM invoices_invoiceline WHERE invoice_id = before.id AND adjustment_id IS NULL
))
FROM invoices_invoice before
WHERE before.customer_id = %(customer)s AND before.biller_id = %(biller)s
AND (before.issued_on, before.id) < (%(issued_on)s::date, %(invoice)s::bigint)
ORDER BY before.issued_on DESC, before.id DESC LIMIT 1
"""

_ALL = f"""
SELECT
    (SELECT count(*) FROM invoices_historyentry WHERE invoice_id = %(invoice)s
        AND at <= %(until)s::timestamptz),
    ({_DUE_ON}),
    ({_PAID}),
    ({_SUMS})::text,
    ({_LINES})::text,
    ({_INSTALMENTS})::text,
    ({CHANGES})::text,
    ({_ENTRIES})::text,
    ({_PREVIOUS})::text,
    ({_HELD})::text
"""  # noqa: S608 - put together from the constants above


@dataclass(frozen=True, slots=True)
class NoteFact:
    """A credit or debit note. ``sign`` is -1 for a credit note."""

    id: int
    number: str
    issued_on: date
    reason: str
    total_minor: int
    sign: int


@dataclass(frozen=True, slots=True)
class LineFact:
    """A line of the invoice, or of a note to it."""

    position: int
    text: str
    detail: str
    nature: str
    quantity_milli: int
    unit_price_minor: int
    vat_basis_points: int
    net_minor: int
    vat_minor: int
    note: NoteFact | None


@dataclass(frozen=True, slots=True)
class EntryFact:
    """Something that happened. ``name`` and ``email`` are of the member of staff who did it.

    ``taken_off`` says of a payment that it was taken off the invoice again since.
    """

    public_id: str
    kind: str
    at: datetime
    data: dict[str, Any]
    actor_kind: str
    name: str
    email: str
    taken_off: bool


@dataclass(frozen=True, slots=True)
class Previous:
    """The customer's invoice before this one."""

    issued_on: date
    lines: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Facts:
    """The invoice at one moment. ``held_minor`` is credit on the customer's account."""

    version: int
    held_minor: int
    paid_back: PaidBack
    due_on: date
    paid_on: date | None
    figures: Figures
    lines: Sequence[LineFact]
    parts: list[Part]
    changes: list[ChangeFact]
    entries: Sequence[EntryFact]
    previous: Previous | None

    @classmethod
    def read(
        cls,
        invoice: Invoice,
        *,
        kinds: Collection[str],
        before: uuid.UUID | None = None,
        until: datetime | None = None,
    ) -> Self:
        """Read them as they are, or as they stood at ``until``.

        The history holds ``kinds``; with ``before``, an entry, it begins with the one before it.
        """
        values: dict[str, Any] = {
            "invoice": invoice.pk,
            "customer": invoice.customer_id,
            "biller": invoice.biller_id,
            "issued_on": invoice.issued_on,
            "kinds": list(kinds),
            "receipts": list(WITH_RECEIPT),
            "takes_off": json.dumps(TAKES_OFF),
            "until": until or NOW,
            "zone": timezone.get_current_timezone_name(),
            "before": before,
            "most": PER_PAGE + 1,
        }
        ((version, due_on, paid_on, *texts),) = prepared.fetch(_ALL, values)
        sums, lines, instalments, changes, entries, previous, held = (
            json.loads(text or "null") for text in texts
        )
        figures = figures_of(sums or {})
        parts = [(date.fromisoformat(due_on), *rest) for due_on, *rest in instalments or ()]
        on_account = [_held(row) for row in held or ()]
        return cls(
            version=version,
            held_minor=sum(each.amount_minor for each in on_account),
            paid_back=paid_back(on_account),
            due_on=date.fromisoformat(due_on) if due_on else invoice.due_on,
            paid_on=date.fromisoformat(paid_on) if paid_on else None,
            figures=figures,
            lines=[_line(row) for row in lines or ()],
            parts=parts_in_force(parts, figures.left),
            changes=change_facts(changes or ()),
            entries=[_entry(row) for row in entries or ()],
            previous=_previous(previous) if previous else None,
        )


def _line(row: dict[str, Any]) -> LineFact:
    note = None
    if row["note_id"] is not None:
        note = NoteFact(
            id=row["note_id"],
            number=row["number"],
            issued_on=date.fromisoformat(row["issued_on"]),
            reason=row["reason"],
            total_minor=row["total_minor"],
            sign=-1 if row["kind"] == Adjustment.Kind.CREDIT else 1,
        )
    return LineFact(
        position=row["position"],
        text=row["text"],
        detail=row["detail"],
        nature=row["nature"],
        quantity_milli=row["quantity_milli"],
        unit_price_minor=row["unit_price_minor"],
        vat_basis_points=row["vat_basis_points"],
        net_minor=row["net_minor"],
        vat_minor=row["vat_minor"],
        note=note,
    )


def _previous(row: dict[str, Any]) -> Previous:
    return Previous(
        issued_on=date.fromisoformat(row["issued_on"]),
        lines=[
            Fact(text, amount, unit_price, quantity_milli, Nature(nature))
            for text, amount, unit_price, quantity_milli, nature in row["lines"] or ()
        ],
    )


def _held(row: dict[str, Any]) -> Held:
    return Held(
        id=row["id"],
        amount_minor=row["amount_minor"],
        code=row["code"],
        on=timezone.localdate(datetime.fromisoformat(row["at"])),
        own=row["own"],
        reverses_id=row["reverses_id"],
    )


def _entry(row: dict[str, Any]) -> EntryFact:
    return EntryFact(
        public_id=row["public_id"],
        kind=row["kind"],
        at=datetime.fromisoformat(row["at"]),
        data=row["data"],
        actor_kind=row["actor_kind"],
        name=row["name"] or "",
        email=row["email"] or "",
        taken_off=row["taken_off"],
    )
