"""Reading promises to pay, and what the page says of them and of payments said to be made."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from invoices import clock, prepared
from invoices.billers.models import Biller
from invoices.documents.holds import holds_reminders
from invoices.documents.models import Invoice
from invoices.documents.queries import changes_of, figures, instalments
from invoices.documents.states import marks_of
from payments.plans.models import Promise, PromiseTerms
from payments.plans.states import Owed, Terms


def terms_of(biller: Biller) -> Terms:
    """The biller's terms for promises."""
    found = PromiseTerms.objects.filter(biller=biller).first() or PromiseTerms(biller=biller)
    return Terms(
        country=biller.country,
        self_service=found.self_service,
        days_max=found.days_max,
        promises_max=found.promises_max,
        grace_bank_days=found.grace_bank_days,
    )


def owed_of(invoice: Invoice) -> Owed:
    """How the invoice stands for whoever promises; certain under its lock."""
    left = figures(invoice).left
    part = next((part for part in instalments(invoice, left) if part.open), None)
    made = Promise.objects.filter(invoice=invoice)
    return Owed(
        today=clock.today(),
        due_on=part.due_on if part else invoice.due_on,
        left=left,
        currency=invoice.currency,
        disputed=marks_of(changes_of(invoice)).disputed,
        open=made.open().exists(),
        made=made.filter(withdrawn_at=None).count(),
        ask=part.open if part else left,
    )


@holds_reminders
def promised_until(invoice_ids: Collection[int]) -> Mapping[int, date]:
    """Invoice id -> the last day on which a promised payment is waited for."""
    made = Promise.objects.open().filter(invoice_id__in=invoice_ids, until__gte=clock.today())
    return dict(made.values_list("invoice_id", "until"))


@dataclass(frozen=True, slots=True)
class Said:
    """The newest thing that was said of paying: paid on a day, or to be paid on one."""

    public_id: str
    amount_minor: int
    on: date
    until: date
    at: datetime
    given_up: bool  # lapsed, or broken


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody has said, as far as it still matters: not what was kept or taken back."""

    paid: Said | None
    promise: Said | None


# One statement, since it stands on every page of an invoice. The newest row alone counts.
_STANDING: Final = """
SELECT
    (SELECT row_to_json(e)::text FROM (
        SELECT public_id, amount_minor, paid_on AS on, until, stated_at AS at,
            coalesce(withdrawn_at, met_at) AS closed_at, lapsed_at IS NOT NULL AS given_up
        FROM payments_expected WHERE invoice_id = %(invoice)s ORDER BY id DESC LIMIT 1) e),
    (SELECT row_to_json(p)::text FROM (
        SELECT public_id, amount_minor, pay_on AS on, until, made_at AS at,
            coalesce(withdrawn_at, kept_at) AS closed_at, broken_at IS NOT NULL AS given_up
        FROM payments_promise WHERE invoice_id = %(invoice)s ORDER BY id DESC LIMIT 1) p)
"""


def standing_of(invoice_id: int) -> Standing:
    """What was said of paying the invoice. One query."""
    ((paid, promise),) = prepared.fetch(_STANDING, {"invoice": invoice_id})
    return Standing(_said(paid), _said(promise))


def _said(text: str | None) -> Said | None:
    if not text:
        return None
    row: dict[str, Any] = json.loads(text)
    if row["closed_at"]:
        return None
    return Said(
        public_id=row["public_id"],
        amount_minor=row["amount_minor"],
        on=date.fromisoformat(row["on"]),
        until=date.fromisoformat(row["until"]),
        at=datetime.fromisoformat(row["at"]),
        given_up=row["given_up"],
    )
