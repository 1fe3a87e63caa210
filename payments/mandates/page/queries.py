"""Where a customer stands with automatic payment: one statement, since it is on every page."""

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from invoices import prepared
from payments.mandates.accounts import Account
from payments.mandates.ibans import known_account
from payments.mandates.states import ASKED, IN_FORCE, LEAVING, MandateState
from payments.schemes.registry import SCHEMES, SchemeKind


@dataclass(frozen=True, slots=True)
class MandateFact:
    """A mandate as the page speaks of it."""

    id: int
    public_id: uuid.UUID
    scheme: str
    state: MandateState
    payer_account: str
    wants_notice: bool
    handover_url: str
    paused_by: str
    reason: str
    asked_at: datetime
    changed_at: datetime
    first_on: date | None
    has_pdf: bool
    ends_waits: bool  # an order to end it, in no file yet

    @property
    def kind(self) -> SchemeKind:
        return SCHEMES[self.scheme]

    @property
    def may_restore(self) -> bool:
        return self.state == MandateState.STOPPED and (
            self.scheme == "avtalegiro" or (self.scheme == "autogiro" and self.ends_waits)
        )


@dataclass(frozen=True, slots=True)
class SigningFact:
    """The newest try to sign."""

    id: int
    mandate_id: int
    state: str
    hint: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What the customer has seen of invitations, as (invoice, moment, step, when)."""

    invoice_id: int | None
    moment: str
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it. ``offers`` are the biller's schemes as (scheme, live)."""

    mandates: list[MandateFact]
    signing: SigningFact | None
    offers: list[tuple[str, bool]]
    accounts: list[Account]
    seen: list[Seen]

    @property
    def current(self) -> MandateFact | None:
        """The mandate to speak of: in force, else asked for, else being ended, else the newest."""
        for group in (IN_FORCE, ASKED, LEAVING):
            found = [each for each in self.mandates if each.state in group]
            if found:
                return found[0]
        return self.mandates[0] if self.mandates else None

    @property
    def asked(self) -> MandateFact | None:
        """What is asked for, also beside one in force."""
        return next((each for each in self.mandates if each.state in ASKED), None)

    def live_of(self, scheme: str) -> bool:
        return dict(self.offers).get(scheme, True)


_STANDING: Final = """
SELECT
    (SELECT json_agg(row_to_json(t)) FROM (
        SELECT m.id, m.public_id, m.scheme, m.state, m.payer_account, m.wants_notice,
            m.handover_url, m.paused_by, m.reason, m.asked_at, m.changed_at, m.first_on,
            EXISTS (SELECT 1 FROM payments_evidence e
                WHERE e.mandate_id = m.id AND e.pdf IS NOT NULL) AS has_pdf,
            EXISTS (SELECT 1 FROM payments_mandateorder o WHERE o.mandate_id = m.id
                AND o.kind = 'end' AND o.file_id IS NULL AND o.withdrawn_at IS NULL) AS ends_waits
        FROM payments_mandate m WHERE m.customer_id = %(customer)s
        ORDER BY m.id DESC LIMIT 5) t)::text,
    (SELECT json_build_array(s.id, s.mandate_id, s.state, s.hint) FROM payments_signing s
        JOIN payments_mandate m ON m.id = s.mandate_id
        WHERE m.customer_id = %(customer)s ORDER BY s.id DESC LIMIT 1)::text,
    (SELECT json_agg(json_build_array(scheme, live) ORDER BY rank, id)
        FROM payments_schemeaccount WHERE biller_id = %(biller)s AND is_open)::text,
    (SELECT json_agg(account) FROM (SELECT account FROM payments_payeraccount
        WHERE customer_id = %(customer)s AND biller_id = %(biller)s
        ORDER BY confirmed_at DESC, id DESC LIMIT 10) p)::text,
    (SELECT json_agg(json_build_array(invoice_id, moment, step, at) ORDER BY id)
        FROM payments_funnelstep WHERE customer_id = %(customer)s AND mandate_id IS NULL
        AND step IN ('shown', 'dismissed') AND moment IN ('paid', 'missed'))::text
"""


def standing(customer_id: int, biller_id: int) -> Standing:
    """Where the customer stands, and what the biller offers. One query."""
    values = {"customer": customer_id, "biller": biller_id}
    ((mandates, signing, offers, accounts, seen),) = prepared.fetch(_STANDING, values)
    return Standing(
        mandates=[_mandate(row) for row in json.loads(mandates or "[]")],
        signing=SigningFact(*json.loads(signing)) if signing else None,
        offers=[(scheme, live) for scheme, live in json.loads(offers or "[]")],
        accounts=_accounts(json.loads(accounts or "[]")),
        seen=[
            Seen(invoice, moment, step, datetime.fromisoformat(at))
            for invoice, moment, step, at in json.loads(seen or "[]")
        ],
    )


def _mandate(row: dict[str, Any]) -> MandateFact:
    return MandateFact(
        **row
        | {
            "public_id": uuid.UUID(row["public_id"]),
            "state": MandateState(row["state"]),
            "asked_at": datetime.fromisoformat(row["asked_at"]),
            "changed_at": datetime.fromisoformat(row["changed_at"]),
            "first_on": date.fromisoformat(row["first_on"]) if row["first_on"] else None,
        }
    )


def _accounts(texts: list[str]) -> list[Account]:
    found = {account.digits: account for text in texts if (account := known_account(text))}
    return list(found.values())
