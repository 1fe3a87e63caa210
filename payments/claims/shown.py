"""The draws of an invoice as its page shows them: what is planned, what is under way, and what
came of the newest that failed. Reads only, one statement for the whole page.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from invoices import clock, prepared
from invoices.page.view import InvoiceView
from payments.claims.states import (
    BEFORE,
    FAILED,
    IN_FLIGHT,
    LIVE,
    ClaimState,
)
from payments.mandates.page.panels import known_standing
from payments.mandates.states import MandateState

_OF_INVOICE: Final = """
SELECT json_agg(c ORDER BY c.draw_on, c.id)::text FROM (
    SELECT c.id, c.public_id, c.state, c.scheme, c.amount_minor, c.draw_on, c.part, c.send_by,
        c.cancel_by, c.notice_by, c.needs_notice, c.tries, c.retry_on, c.reason, c.changed_at,
        m.state AS mandate
    FROM payments_claim c JOIN payments_mandate m ON m.id = c.mandate_id
    WHERE c.invoice_id = %(invoice)s
) c
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A claim as pages look at it."""

    id: int
    public_id: uuid.UUID
    state: ClaimState
    scheme: str
    amount_minor: int
    draw_on: date
    part: int
    send_by: datetime
    cancel_by: datetime
    notice_by: date
    needs_notice: bool
    tries: int
    retry_on: date | None
    reason: str
    changed_at: datetime
    mandate: str

    @property
    def can_be_stopped(self) -> bool:
        """Before it is sent, or while the bank can still be told."""
        if self.state in BEFORE:
            return True
        at_bank = self.state in IN_FLIGHT - {ClaimState.RETRYING}
        return at_bank and clock.now() < self.cancel_by

    @property
    def can_be_resumed(self) -> bool:
        told = not self.needs_notice or clock.today() <= self.notice_by
        active = self.mandate == MandateState.ACTIVE
        stopped = self.state == ClaimState.STOPPED
        return stopped and told and active and clock.now() < self.send_by


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page speaks of. ``failed`` is the newest draw that did not bring its money, where
    nothing has come in its place.
    """

    live: list[Drawn]
    stopped: list[Drawn]
    cancelling: list[Drawn]
    unbooked: list[Drawn]
    failed: Drawn | None

    @property
    def flying(self) -> Drawn | None:
        """The one that is at the bank."""
        return next((each for each in self.live if each.state in IN_FLIGHT), None)

    @property
    def next(self) -> Drawn | None:
        """The next that is planned."""
        return next((each for each in self.live if each.state in BEFORE), None)


def draws_of(view: InvoiceView) -> Shown:
    """The invoice's draws, read once for the whole page; nothing is asked where the customer has
    never paid automatically.
    """
    if "claims" not in view.known:
        never = known_standing(view).current is None
        view.known["claims"] = Shown([], [], [], [], None) if never else _read(view.invoice.pk)
    found: Shown = view.known["claims"]
    return found


def _read(invoice_id: int) -> Shown:
    ((rows,),) = prepared.fetch(_OF_INVOICE, {"invoice": invoice_id})
    every = [_drawn(row) for row in json.loads(rows or "[]")]
    ended = FAILED | {ClaimState.REFUNDED}
    newest = max(every, key=lambda each: each.id, default=None)
    return Shown(
        live=[each for each in every if each.state in LIVE],
        stopped=[each for each in every if each.state == ClaimState.STOPPED],
        cancelling=[each for each in every if each.state == ClaimState.CANCELLING],
        unbooked=[each for each in every if each.state == ClaimState.UNBOOKED],
        failed=newest if newest is not None and newest.state in ended else None,
    )


def _drawn(row: dict[str, Any]) -> Drawn:
    moments = ("send_by", "cancel_by", "changed_at")
    days = ("draw_on", "notice_by")
    return Drawn(
        **row
        | {name: datetime.fromisoformat(row[name]) for name in moments}
        | {name: date.fromisoformat(row[name]) for name in days}
        | {
            "public_id": uuid.UUID(row["public_id"]),
            "state": ClaimState(row["state"]),
            "retry_on": date.fromisoformat(row["retry_on"]) if row["retry_on"] else None,
        }
    )
