"""What a conversation's aims are worked out from."""

from datetime import datetime

from invoices.history.models import HistoryEntry
from messaging.clocks.models import Clock
from messaging.threads.models import Message, Thread
from messaging.threads.states import Kind, Side


def answered(thread: Thread) -> bool:
    """Whether staff have written to the customer here."""
    return Message.objects.filter(thread=thread, side=Side.STAFF, kind=Kind.MESSAGE).exists()


def asked_at(thread: Thread) -> datetime | None:
    """When the customer brought up what is open now: the first message since the last closing."""
    closings = HistoryEntry.objects.filter(invoice_id=thread.invoice_id, kind="thread.closed")
    closed_at = closings.order_by("-pk").values_list("at", flat=True).first()
    asked = Message.objects.filter(thread=thread, side=Side.CUSTOMER)
    if closed_at:
        asked = asked.filter(at__gt=closed_at)
    return asked.order_by("no").values_list("at", flat=True).first()


def answer_due(thread: Thread) -> tuple[datetime, bool] | None:
    """(when the waiting customer should have an answer, whether it is the first one)."""
    clock: Clock | None = getattr(thread, "clock", None)
    if clock is None or clock.answer_due_at is None or thread.waiting_since is None:
        return None
    if clock.waiting_since != thread.waiting_since:
        return None  # of an earlier wait; it is being worked out
    return clock.answer_due_at, clock.is_first


def solve_due(thread: Thread) -> datetime | None:
    """When the open conversation should be closed."""
    clock: Clock | None = getattr(thread, "clock", None)
    return clock.solve_due_at if clock and thread.state == "open" else None
