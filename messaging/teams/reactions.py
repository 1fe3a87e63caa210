"""What teams do when something has happened."""

from collections.abc import Sequence

from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from invoices.history.reactions import on
from messaging.teams.actions import give_out


@on("message.sent")
def give_out_what_is_new(entry_ids: Sequence[int]) -> None:
    """A customer who wrote gets somebody who looks after it, where the biller has it so."""
    asked = HistoryEntry.objects.filter(pk__in=entry_ids, data__side="customer")
    for data in asked.order_by("pk").values_list("data", flat=True):
        give_out(data["thread_id"], actor=SYSTEM)
