"""Reading payments at providers."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from invoices import prepared
from invoices.errors import N_, Refused
from payments.providers.models import PaymentIntent, ProviderAccount
from payments.providers.registry import label_of
from payments.providers.states import IntentState


@dataclass(frozen=True, slots=True)
class Moving:
    """An amount on its way to the invoice; ``by`` is one of Underway.By."""

    amount_minor: int
    by: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """The newest payment somebody wanted to make through a provider."""

    public_id: str
    state: IntentState
    amount_minor: int
    drawn_minor: int
    provider: str
    live: bool
    url: str
    qr: str
    code: str
    created_at: datetime
    changed_at: datetime
    received_id: str | None

    @property
    def label(self) -> str:
        return label_of(self.provider)


@dataclass(frozen=True, slots=True)
class Way:
    """A provider that the biller offers."""

    provider: str
    live: bool

    @property
    def label(self) -> str:
        return label_of(self.provider)


@dataclass(frozen=True, slots=True)
class Paying:
    """Where an invoice stands with paying on the page."""

    moving: Moving | None
    attempt: Attempt | None
    ways: list[Way]


# One statement, since it stands on every page of an invoice.
_STANDING: Final = """
SELECT
    (SELECT json_build_array(amount_minor, by) FROM payments_underway
        WHERE invoice_id = %(invoice)s AND until IS NULL)::text,
    (SELECT row_to_json(t) FROM (
        SELECT i.public_id, i.state, i.amount_minor, i.drawn_minor, a.provider, a.live,
            i.handover_url AS url, i.handover_qr AS qr, i.code, i.created_at, i.changed_at,
            (SELECT h.public_id FROM invoices_historyentry h
                WHERE i.drawn_minor > 0 AND h.invoice_id = i.invoice_id
                AND h.kind = 'payment.matched' AND h.data->>'intent' = i.public_id::text
                ORDER BY h.id LIMIT 1) AS received_id
        FROM payments_paymentintent i JOIN payments_provideraccount a ON a.id = i.account_id
        WHERE i.invoice_id = %(invoice)s ORDER BY i.id DESC LIMIT 1) t)::text,
    (SELECT json_agg(json_build_array(provider, live) ORDER BY rank, id)
        FROM payments_provideraccount WHERE biller_id = %(biller)s AND is_open)::text
"""


def paying(invoice_id: int, biller_id: int) -> Paying:
    """What is on its way, the newest attempt, and which providers are offered. One query."""
    values = {"invoice": invoice_id, "biller": biller_id}
    ((moving, attempt, ways),) = prepared.fetch(_STANDING, values)
    return Paying(
        moving=Moving(*json.loads(moving)) if moving else None,
        attempt=_attempt(json.loads(attempt)) if attempt else None,
        ways=[Way(*way) for way in json.loads(ways or "[]")],
    )


def _attempt(row: dict[str, Any]) -> Attempt:
    return Attempt(
        **row
        | {
            "state": IntentState(row["state"]),
            "created_at": datetime.fromisoformat(row["created_at"]),
            "changed_at": datetime.fromisoformat(row["changed_at"]),
        }
    )


def open_account(biller_id: int, provider: str) -> ProviderAccount:
    """The biller's account at a provider that is offered; else Refused."""
    found = ProviderAccount.objects.filter(biller_id=biller_id, provider=provider, is_open=True)
    account = found.first()
    if account is None:
        raise Refused(N_("Choose how to pay."))
    return account


def intent_of(account: ProviderAccount, reference: str) -> PaymentIntent | None:
    """The payment a provider knows by this reference."""
    try:
        public_id = uuid.UUID(reference)
    except ValueError:
        return None  # no reference of ours looks like that
    return PaymentIntent.objects.filter(account=account, public_id=public_id).first()
