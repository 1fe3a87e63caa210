"""Whoever writes in a conversation that follows another brings the leading one forward."""

from collections.abc import Sequence

from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from invoices.history.reactions import on
from messaging.together.actions import bring_forward


@on("message.sent")
def bring_leads_forward(entry_ids: Sequence[int]) -> None:
    """The leads of what customers wrote in wait too."""
    asked = HistoryEntry.objects.filter(pk__in=entry_ids, data__side="customer")
    ids = {data["thread_id"] for data in asked.values_list("data", flat=True)}
    bring_forward(ids, actor=SYSTEM)
