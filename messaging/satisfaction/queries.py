"""What customers said of their conversations: of one, and of all lately."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Subquery

from invoices.history.models import HistoryEntry
from messaging.satisfaction.models import Rating
from messaging.satisfaction.states import Score


@dataclass(frozen=True, slots=True)
class Sum:
    """How many said what."""

    good: int
    fair: int
    bad: int

    @property
    def answers(self) -> int:
        return self.good + self.fair + self.bad

    @property
    def good_percent(self) -> int:
        """How many of a hundred were content; 0 where nobody answered."""
        return round(100 * self.good / self.answers) if self.answers else 0


def summed(biller_id: int, since: datetime) -> Sum:
    """What the biller's customers said since then, by one question."""
    found = Rating.objects.filter(biller_id=biller_id, at__gte=since)
    counts = found.aggregate(**{score.value: Count("pk", filter=Q(score=score)) for score in Score})
    return Sum(**counts)


def rating_of(thread_id: int) -> Rating | None:
    """The last that its customer said of the thread."""
    return Rating.objects.filter(thread_id=thread_id).order_by("-pk").first()


def rating_after_last_closing(invoice_id: int) -> Rating | None:
    """What was said after the conversation was last closed; None where nothing was."""
    closings = HistoryEntry.objects.filter(invoice_id=invoice_id, kind="thread.closed")
    last = closings.order_by("-pk").values("pk")[:1]
    return Rating.objects.filter(closing_id=Subquery(last)).first()
