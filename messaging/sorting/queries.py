"""The inbox's lists: which conversations stand in a view, in which order, page by page.

A page begins after the last row of the one before it (keyset), so that the hundredth costs what
the first did. Where first those who wait are shown and then the others, the list is two stretches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from invoices import prepared
from messaging.sorting.models import Mention, Tag, ThreadTag
from messaging.threads.models import Message, Thread
from messaging.threads.states import Box, Kind, ThreadState
from messaging.threads.topics import About

PER_PAGE: Final = 50
COUNTED_MOST: Final = 1_000  # a view that holds more says so, and is not counted to its end

_HERE = Q(state=ThreadState.OPEN, snoozed_until=None, lead=None)
_WAITS = Q(waiting_since__isnull=False, snoozed_until=None, lead=None)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list is asked for. ``tag`` and ``team`` are public ids; None and "" for any."""

    biller_id: int
    user_id: int
    box: Box = Box.WAITING
    tag: UUID | None = None
    team: UUID | None = None
    topic: About | None = None
    query: str = ""
    by_due: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a list in one order: by ``field``, upwards or downwards, then by id."""

    name: str
    which: Q
    field: str
    up: bool = True

    def place(self, thread: Thread) -> datetime:
        """Where a row of the stretch stands in its order."""
        value: Any = thread
        for part in self.field.split("__"):
            value = getattr(value, part)
        return value  # type: ignore[no-any-return]

    def rows(self, found: QuerySet[Thread], after: "Cursor | None") -> QuerySet[Thread]:
        """The stretch, from behind the cursor on."""
        sign, way = ("", "gt") if self.up else ("-", "lt")
        found = found.filter(self.which).order_by(f"{sign}{self.field}", f"{sign}pk")
        if after is None:
            return found
        at = {f"{self.field}__{way}e": after.at}
        beyond = Q(**{f"{self.field}__{way}": after.at}) | Q(**{f"pk__{way}": after.pk})
        return found.filter(beyond, **at)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row that was shown: the stretch it stood in, and its place there."""

    stretch: str
    at: datetime
    pk: int

    def __str__(self) -> str:
        micros = (self.at - _EPOCH) // timedelta(microseconds=1)
        return f"{self.stretch}.{micros}.{self.pk}"


def cursor_from(text: str) -> Cursor | None:
    """A cursor as it came with an address; None for what is none."""
    stretch, _, rest = text.partition(".")
    micros, _, pk = rest.partition(".")
    if not (micros.isascii() and micros.isdecimal() and pk.isascii() and pk.isdecimal()):
        return None
    if not stretch.isalpha() or len(micros) > 16 or len(pk) > 18:
        return None
    return Cursor(stretch, _EPOCH + timedelta(microseconds=int(micros)), int(pk))


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list; ``after`` is where the next ones begin, "" at the end."""

    threads: Sequence[Thread]
    after: str


def page_of(wanted: Wanted, after: Cursor | None = None, most: int = PER_PAGE) -> Page:
    """A page of the list: one question, or two where the page lies across two stretches."""
    stretches = _stretches(wanted)
    begin = next((i for i, s in enumerate(stretches) if after and s.name == after.stretch), None)
    if begin is None:
        begin, after = 0, None
    chosen = with_last_words(_chosen(wanted))
    rows: list[tuple[Stretch, Thread]] = []
    for stretch in stretches[begin:]:
        room = most + 1 - len(rows)
        if room:
            rows += [(stretch, thread) for thread in stretch.rows(chosen, after)[:room]]
        after = None
    if len(rows) <= most:
        return Page([thread for _, thread in rows], "")
    stretch, last = rows[most - 1]
    cursor = Cursor(stretch.name, stretch.place(last), last.pk)
    return Page([thread for _, thread in rows[:most]], str(cursor))


def _stretches(wanted: Wanted) -> list[Stretch]:
    waits = Stretch("w", Q(waiting_since__isnull=False), "waiting_since")
    rest = Stretch("r", Q(waiting_since=None), "last_at", up=False)
    newest = Stretch("n", Q(), "last_at", up=False)
    if wanted.by_due and wanted.box == Box.WAITING:
        # An aim is that of its own wait; who has none yet follows, the longest wait first.
        aimed = Q(clock__waiting_since=F("waiting_since"), clock__answer_due_at__isnull=False)
        return [
            Stretch("d", aimed, "clock__answer_due_at"),
            Stretch("w", _WAITS & ~Q(pk__in=Thread.objects.filter(aimed)), "waiting_since"),
        ]
    return {
        Box.WAITING: [waits],
        Box.MINE: [waits, rest],
        Box.UNASSIGNED: [waits, rest],
        Box.MENTIONS: [newest],
        Box.SNOOZED: [Stretch("s", Q(), "snoozed_until")],
        Box.OPEN: [waits, rest],
        Box.CLOSED: [newest],
    }[wanted.box]


def _chosen(wanted: Wanted) -> QuerySet[Thread]:
    found = Thread.objects.filter(_in_box(wanted), biller_id=wanted.biller_id)
    if wanted.tag:
        tagged = ThreadTag.objects.filter(tag__public_id=wanted.tag).values("thread_id")
        found = found.filter(pk__in=tagged)
    if wanted.team:
        found = found.filter(team__public_id=wanted.team)
    if wanted.topic:
        found = found.filter(topic=wanted.topic)
    return found


def _in_box(wanted: Wanted) -> Q:
    named = Mention.objects.filter(user_id=wanted.user_id, done_at=None).values("thread_id")
    return {
        Box.WAITING: _WAITS,
        Box.MINE: _HERE & Q(owner_id=wanted.user_id),
        Box.UNASSIGNED: _HERE & Q(owner_id=None),
        Box.MENTIONS: Q(pk__in=named),
        Box.SNOOZED: Q(snoozed_until__isnull=False, lead=None),
        Box.OPEN: _HERE,
        Box.CLOSED: Q(state=ThreadState.CLOSED, lead=None),
    }[wanted.box]


def with_last_words(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """The threads with all that a list shows of them, in one question."""
    last = Message.objects.filter(thread=OuterRef("pk"), kind=Kind.MESSAGE).order_by("-no")
    tags = ThreadTag.objects.filter(thread=OuterRef("pk")).order_by("tag__name")
    return threads.select_related("customer", "invoice", "owner", "clock").annotate(
        last_words=Subquery(last.values("text")[:1]),
        last_side=Subquery(last.values("side")[:1]),
        tag_names=ArraySubquery(tags.values("tag__name")),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations stand in the views, each counted to COUNTED_MOST at most."""

    waiting: int
    mine: int
    unassigned: int
    mentions: int
    snoozed: int


_HERE_SQL = (
    "biller_id = %(biller)s AND state = 'open' AND snoozed_until IS NULL AND lead_id IS NULL"
)
_COUNTED = (
    "biller_id = %(biller)s AND waiting_since IS NOT NULL"
    " AND snoozed_until IS NULL AND lead_id IS NULL",
    f"{_HERE_SQL} AND owner_id = %(user)s",
    f"{_HERE_SQL} AND owner_id IS NULL",
    "biller_id = %(biller)s AND id IN (SELECT thread_id FROM messaging_mention"
    " WHERE user_id = %(user)s AND done_at IS NULL)",
    "biller_id = %(biller)s AND snoozed_until IS NOT NULL AND lead_id IS NULL",
)
_COUNT = "(SELECT count(*) FROM (SELECT 1 FROM messaging_thread WHERE {} LIMIT {}) x)"
_COUNTS = f"SELECT {', '.join(_COUNT.format(which, COUNTED_MOST) for which in _COUNTED)}"


def counts(biller_id: int, user_id: int) -> Counts:
    """One question over the indexes of the views."""
    ((waiting, mine, unassigned, mentions, snoozed),) = prepared.fetch(
        _COUNTS, {"biller": biller_id, "user": user_id}
    )
    return Counts(waiting, mine, unassigned, mentions, snoozed)


def tags_of(biller_id: int) -> Sequence[Tag]:
    """The biller's tags that can be given, by name."""
    return list(Tag.objects.filter(biller_id=biller_id, retired=False))


def all_tags(biller_id: int) -> Sequence[Tag]:
    """The biller's tags, also retired ones, which can still be taken off."""
    return list(Tag.objects.filter(biller_id=biller_id))


def tags_on(thread: Thread) -> Sequence[Tag]:
    """The tags of one conversation, by name."""
    return list(Tag.objects.filter(pk__in=thread.thread_tags.values("tag_id")))


def is_mentioned(thread: Thread, user_id: int) -> bool:
    """Whether somebody is named in a note here and has not said that it is dealt with."""
    return thread.mentions.filter(user_id=user_id, done_at=None).exists()


def due_to_wake(now: datetime, most: int = 500) -> Sequence[Thread]:
    """Conversations whose snooze is over, the longest first."""
    found = Thread.objects.filter(snoozed_until__lte=now).order_by("snoozed_until")
    return list(found[:most])
