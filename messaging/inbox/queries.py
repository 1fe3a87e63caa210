"""Which threads stand in which view of the inbox, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from invoices.billers.models import User
from invoices.billers.roles import ANSWERS
from messaging.threads.models import Message, Thread
from messaging.threads.states import Box, Kind, ThreadState

PER_PAGE = 50
FOUND_MAX = 500  # threads that hold a word; more is no answer to a search

_OPEN = Q(state=ThreadState.OPEN)


def threads_in(box: Box, biller_id: int, user_id: int) -> QuerySet[Thread]:
    """The biller's threads in a view of the inbox, those who have waited longest first.

    Where nobody waits, the newest come first.
    """
    found = Thread.objects.filter(_chosen(box, user_id), biller_id=biller_id)
    if box == Box.WAITING:
        return found.order_by("waiting_since", "pk")
    if box == Box.CLOSED:
        return found.order_by("-last_at", "-pk")
    return found.order_by(F("waiting_since").asc(nulls_last=True), "-last_at", "-pk")


def _chosen(box: Box, user_id: int) -> Q:
    return {
        Box.WAITING: Q(waiting_since__isnull=False),
        Box.MINE: _OPEN & Q(owner_id=user_id),
        Box.UNASSIGNED: _OPEN & Q(owner_id=None),
        Box.OPEN: _OPEN,
        Box.CLOSED: Q(state=ThreadState.CLOSED),
    }[box]


def found_by(words: str, biller_id: int) -> QuerySet[Thread]:
    """The biller's threads that a search finds, the newest first, open or closed.

    By the customer's name or number, the invoice's number or reference, or words of a message;
    words are found as they were written, in any order.
    """
    bare = "".join(words.split())
    said = (
        Message.objects.annotate(said=SearchVector("text", config="simple"))
        .filter(said=SearchQuery(words, config="simple", search_type="websearch"))
        .filter(thread__biller_id=biller_id)
        .order_by("-pk")
        .values_list("thread_id", flat=True)
    )
    return Thread.objects.filter(
        Q(pk__in=list(said[:FOUND_MAX]))
        | Q(invoice__number__iexact=bare)
        | Q(invoice__reference=bare)
        | Q(customer__number__iexact=bare)
        | Q(customer__name__icontains=words),
        biller_id=biller_id,
    ).order_by("-last_at", "-pk")


def with_last_words(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """The threads with all that a list shows of them, in one question."""
    last = Message.objects.filter(thread=OuterRef("pk"), kind=Kind.MESSAGE).order_by("-no")
    return threads.select_related("customer", "invoice", "owner").annotate(
        last_words=Subquery(last.values("text")[:1]), last_side=Subquery(last.values("side")[:1])
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many threads wait, are the reader's own, and are nobody's."""

    waiting: int
    mine: int
    unassigned: int


def counts(biller_id: int, user_id: int) -> Counts:
    """One question, of open threads alone."""
    open_ones = Thread.objects.filter(_OPEN, biller_id=biller_id)
    found: dict[str, Any] = open_ones.aggregate(
        waiting=Count("pk", filter=Q(waiting_since__isnull=False)),
        mine=Count("pk", filter=Q(owner_id=user_id)),
        unassigned=Count("pk", filter=Q(owner_id=None)),
    )
    return Counts(**found)


def colleagues(biller_id: int) -> Sequence[User]:
    """Everybody who answers the biller's customers, by name."""
    found = User.objects.filter(
        is_active=True, memberships__biller_id=biller_id, memberships__role__in=ANSWERS
    )
    return list(found.order_by("name", "email"))
