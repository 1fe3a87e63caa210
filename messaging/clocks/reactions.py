"""Aims are worked out anew when something was written, answered, closed or woken."""

from collections.abc import Sequence

from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from invoices.history.reactions import on
from messaging.clocks.actions import work_out

MOVES_AIMS = (
    "message.sent",
    "thread.closed",
    "thread.joined",
    "thread.reopened",
    "thread.settled",
    "thread.waits",
    "thread.woke",
)


def work_out_aims(entry_ids: Sequence[int]) -> None:
    """For every conversation that the entries are of."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids)
    work_out({data["thread_id"] for data in entries.values_list("data", flat=True)}, actor=SYSTEM)


for _kind in MOVES_AIMS:
    on(_kind)(work_out_aims)
