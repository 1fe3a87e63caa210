"""Until when reminders of an invoice wait: upper floors that know a reason say so here.

Whoever sends reminders asks ``reminders_wait_until``, and knows nothing of the reasons.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date

# From ids of invoices to the last day on which their reminders wait; only those that wait.
Holder = Callable[[Collection[int]], Mapping[int, date]]

_holders: list[Holder] = []


def holds_reminders(holder: Holder) -> Holder:
    """Register who knows a reason for reminders to wait."""
    if holder not in _holders:
        _holders.append(holder)
    return holder


def reminders_wait(invoice_ids: Collection[int]) -> dict[int, date]:
    """Invoice id -> the last day on which its reminders wait, for all reasons together.

    A query for each reason, however many invoices. What no longer waits is left out.
    """
    until: dict[int, date] = {}
    for holder in _holders:
        for invoice_id, day in holder(invoice_ids).items():
            until[invoice_id] = max(day, until.get(invoice_id, day))
    return until


def reminders_wait_until(invoice_id: int) -> date | None:
    """The last day on which reminders of the invoice wait; None where none does."""
    return reminders_wait([invoice_id]).get(invoice_id)
