"""The list of the inbox: who waits, or what a search finds, and what can be done with several."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from invoices.page.words import clock, day_label
from messaging.clocks.due import Due, Standing, due_of
from messaging.clocks.queries import answer_due
from messaging.inbox.view import InboxView
from messaging.sorting.queries import COUNTED_MOST, Counts, counts, page_of
from messaging.sorting.search import found_by
from messaging.sorting.until import LABELS as UNTIL
from messaging.threads.models import Thread
from messaging.threads.states import Box, Side, ThreadState
from messaging.threads.topics import LABELS as TOPICS
from messaging.threads.topics import About

# How long somebody may wait before the list says so in colour.
LONG, TOO_LONG = timedelta(hours=1), timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Row:
    """A thread in the list. ``waited`` is "" where nobody waits."""

    id: str
    url: str
    name: str
    words: str
    ours: bool
    number: str
    owner: str
    waited: str
    tone: str
    when: str
    closed: bool
    current: bool
    topic: str = ""
    snoozed: str = ""
    due: str = ""
    due_tone: str = ""
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    count: str
    current: bool


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose from a list."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Bulk:
    """What can be done with the chosen conversations at once."""

    url: str
    back: str
    people: Sequence[Option]
    tags: Sequence[Option]
    untils: Sequence[Option]
    macros: Sequence[Option]
    incidents: Sequence[Option]
    form_id: UUID


@dataclass(frozen=True, slots=True)
class Queue:
    rows: list[Row]
    tabs: list[Tab]
    query: str
    box: str
    waiting: str
    more_url: str
    tags: Sequence[Option]
    topics: Sequence[Option]
    teams: Sequence[Option]
    filtered: bool
    by_due: bool
    bulk: Bulk
    first_page_url: str = ""
    hidden: dict[str, str] = field(default_factory=dict)


def queue(view: InboxView) -> Queue:
    """Who waits, or what a search finds."""
    if view.query:
        page = found_by(view.wanted, view.biller, view.after)
    else:
        page = page_of(view.wanted, view.after)
    number = counts(view.biller.pk, view.user.pk)
    return Queue(
        rows=[_row(view, thread) for thread in page.threads],
        tabs=_tabs(view, number),
        query=view.query,
        box=view.box.value,
        waiting=str(number.waiting),
        more_url=f"{view.url()}{view.asked(after=page.after)}" if page.after else "",
        first_page_url=f"{view.url()}{view.asked()}" if view.after else "",
        tags=[Option(str(t.public_id), t.name, t.public_id == view.tag) for t in view.tags],
        topics=[Option(a.value, _(TOPICS[a]), a == view.topic) for a in About],
        teams=[Option(str(t.public_id), t.name, t.public_id == view.team) for t in view.teams],
        by_due=view.by_due,
        filtered=bool(view.tag or view.team or view.topic),
        bulk=_bulk(view),
    )


def _bulk(view: InboxView) -> Bulk:
    return Bulk(
        url=reverse("inbox_bulk", args=[view.biller.slug]),
        back=view.asked(),
        people=[Option(user.email, user.get_full_name()) for user in view.people],
        tags=[Option(str(tag.public_id), tag.name) for tag in view.tags],
        untils=[Option(until.value, _(label)) for until, label in UNTIL.items()],
        macros=[Option(str(macro.public_id), macro.name) for macro in view.macros],
        incidents=[Option(str(each.public_id), each.title) for each in view.incidents],
        form_id=uuid4(),
    )


def _tabs(view: InboxView, number: Counts) -> list[Tab]:
    return [
        _tab(view, Box.WAITING, _("Waiting"), number.waiting),
        _tab(view, Box.MINE, _("Mine"), number.mine),
        _tab(view, Box.UNASSIGNED, _("Unassigned"), number.unassigned),
        _tab(view, Box.MENTIONS, _("Mentions"), number.mentions),
        _tab(view, Box.SNOOZED, _("Snoozed"), number.snoozed),
        _tab(view, Box.OPEN, _("All open"), None),
        _tab(view, Box.CLOSED, _("Closed"), None),
    ]


def _tab(view: InboxView, box: Box, label: str, count: int | None) -> Tab:
    said = "" if count is None else f"{COUNTED_MOST - 1}+" if count >= COUNTED_MOST else str(count)
    chosen = {"view": box.value} | view.narrowed
    url = f"{view.url()}?{urlencode(chosen)}"
    return Tab(label, url, said, box == view.box and not view.query)


def _row(view: InboxView, thread: Thread) -> Row:
    waited = view.now - thread.waiting_since if thread.waiting_since else None
    last_words = getattr(thread, "last_words", None) or ""
    due, due_tone = answer_words(view, thread)
    return Row(
        id=str(thread.public_id),
        url=view.thread_url(thread.public_id) + view.asked(),
        name=thread.customer.name,
        words=" ".join(last_words[:160].split()),
        ours=getattr(thread, "last_side", "") == Side.STAFF,
        number=thread.invoice.number,
        owner=thread.owner.get_short_name() if thread.owner else "",
        waited=_("waited {time}").format(time=span(waited)) if waited is not None else "",
        tone=_tone(waited),
        when=when_words(view, thread.last_at),
        closed=thread.state == ThreadState.CLOSED,
        current=view.thread is not None and thread.pk == view.thread.pk,
        topic=_(TOPICS[About(thread.topic)]) if thread.topic else "",
        snoozed=when_words(view, thread.snoozed_until) if thread.snoozed_until else "",
        tags=getattr(thread, "tag_names", ()),
        due=due,
        due_tone=due_tone,
    )


def span(length: timedelta) -> str:
    """A length of time as it is said beside a name: 18 min, 3 h, 2 d."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    if minutes < 60:
        return _("{count} min").format(count=minutes)
    if minutes < 24 * 60:
        return _("{count} h").format(count=minutes // 60)
    return ngettext("%(days)d day", "%(days)d days", minutes // 1440) % {"days": minutes // 1440}


def answer_words(view: InboxView, thread: Thread) -> tuple[str, str]:
    """(how long there is to answer, its tone); "" where there is no such aim, or nobody waits."""
    found = answer_due(thread)
    if found is None or thread.snoozed_until:
        return "", ""
    due = due_of(found[0], view.now, view.hours)
    return due_words(due), TONES[due.standing]


def due_words(due: Due) -> str:
    """What is left of an aim, or how long it has been missed, in opening time."""
    length = span(timedelta(seconds=due.seconds))
    if due.standing == Standing.LATE:
        return _("{time} late").format(time=length)
    return _("{time} left").format(time=length)


TONES = {Standing.FINE: "plain", Standing.SOON: "warn", Standing.LATE: "bad"}


def _tone(waited: timedelta | None) -> str:
    if waited is None or waited < LONG:
        return "plain"
    return "warn" if waited < TOO_LONG else "bad"


def when_words(view: InboxView, at: datetime) -> str:
    """A moment beside a row: the time of day today, else the day, and with a time ahead both."""
    local = timezone.localtime(at)
    time = clock(local, view.language)
    if local.date() == view.on:
        return time
    day = day_label(local.date(), view.on)
    return f"{day} {time}" if local.date() > view.on else day
