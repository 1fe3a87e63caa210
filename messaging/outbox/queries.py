"""What somebody is about to say in a conversation, and what has happened since they began."""

from collections.abc import Sequence
from datetime import datetime

from invoices.history.models import HistoryEntry
from messaging.outbox.models import AnswerDraft, Held
from messaging.threads.models import Message, Thread
from messaging.threads.states import Side

# What is told in the conversation itself, and what changes nothing of the invoice.
_NO_CHANGE = ("message.", "thread.", "link.", "invoice.opened", "contact.", "proposal.")


def draft_of(thread: Thread, user_id: int) -> AnswerDraft | None:
    """What the user has begun to write here."""
    return AnswerDraft.objects.filter(thread=thread, user_id=user_id).first()


def held_of(thread: Thread, user_id: int) -> Sequence[Held]:
    """The user's answers that can still be taken back, the oldest first."""
    return list(Held.objects.filter(thread=thread, user_id=user_id).order_by("pk"))


def overdue(now: datetime, most: int = 200) -> Sequence[int]:
    """Ids of answers that should have been sent by now."""
    return list(Held.objects.filter(due_at__lte=now).values_list("pk", flat=True)[:most])


def written_since(thread: Thread, no: int) -> int:
    """How many messages of the customer stand behind number ``no``."""
    return Message.objects.filter(thread=thread, side=Side.CUSTOMER, no__gt=no).count()


def changed_since(thread: Thread, at: datetime, most: int = 3) -> Sequence[HistoryEntry]:
    """What has changed the invoice since then, the newest first."""
    found = HistoryEntry.objects.filter(invoice_id=thread.invoice_id, at__gt=at)
    for beginning in _NO_CHANGE:
        found = found.exclude(kind__startswith=beginning)
    return list(found.order_by("-pk")[:most])
