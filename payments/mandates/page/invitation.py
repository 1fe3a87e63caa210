"""When to invite a customer to automatic payment, and when to leave them alone. Pure.

Right after a payment and when a due date was missed, on at most three invoices in half a year;
not at all for half a year after "not now". The way in stands on the page all the same.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Protocol

PAGE: Final = "page"
PAID: Final = "paid"
MISSED: Final = "missed"
MOST_INVOICES: Final = 3
REMEMBERED: Final = timedelta(days=182)


class SeenBefore(Protocol):
    """An invitation that was seen, or turned down."""

    @property
    def invoice_id(self) -> int | None: ...
    @property
    def step(self) -> str: ...
    @property
    def at(self) -> datetime: ...


def moment_for(
    invoice_id: int,
    *,
    just_paid: bool,
    overdue: bool,
    seen: Iterable[SeenBefore],
    now: datetime,
) -> str:
    """The moment that this page invites at; PAGE where it only leaves the way in open."""
    if not just_paid and not overdue:
        return PAGE
    lately = [each for each in seen if now - each.at < REMEMBERED]
    if any(each.step == "dismissed" for each in lately):
        return PAGE
    others = {each.invoice_id for each in lately if each.step == "shown"} - {invoice_id}
    if len(others) >= MOST_INVOICES:
        return PAGE
    return PAID if just_paid else MISSED
