"""The panels of the inbox: who waits, the talk, and the invoice with what can be done to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from invoices.billers.models import User
from invoices.billers.roles import ANSWERS
from invoices.changes.panels import Actions, actions
from invoices.history.kinds import KINDS, Audience
from invoices.page.facts import PER_PAGE as ENTRIES
from invoices.page.facts import EntryFact
from invoices.page.panels import Balance, balance
from invoices.page.sentences import fill
from invoices.page.words import clock, day_label
from invoices.panels import Panel, register
from messaging.inbox.queries import (
    PER_PAGE,
    Counts,
    colleagues,
    counts,
    found_by,
    threads_in,
    with_last_words,
)
from messaging.inbox.view import InboxView
from messaging.threads.bubbles import Bubble, bubble
from messaging.threads.models import Thread
from messaging.threads.panels import talk_of
from messaging.threads.states import Box, Side, ThreadState

# How long somebody may wait before the list says so in colour.
LONG, TOO_LONG = timedelta(hours=1), timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Row:
    """A thread in the list. ``waited`` is "" where nobody waits."""

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


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class Queue:
    rows: list[Row]
    tabs: list[Tab]
    query: str
    box: str
    more_url: str


def queue(view: InboxView) -> Queue:
    """Who waits, or what a search finds."""
    found = (
        found_by(view.query, view.biller.pk)
        if view.query
        else threads_in(view.box, view.biller.pk, view.user.pk)
    )
    page = list(with_last_words(found)[view.start : view.start + PER_PAGE + 1])
    number = counts(view.biller.pk, view.user.pk)
    more = _asked(view, start=view.start + PER_PAGE) if len(page) > PER_PAGE else ""
    return Queue(
        rows=[_row(view, thread) for thread in page[:PER_PAGE]],
        tabs=[_tab(view, box, label, count) for box, label, count in _tabs(number)],
        query=view.query,
        box=view.box.value,
        more_url=f"{view.url()}{more}" if more else "",
    )


def _tabs(number: Counts) -> Sequence[tuple[Box, str, int | None]]:
    return [
        (Box.WAITING, _("Waiting"), number.waiting),
        (Box.MINE, _("Mine"), number.mine),
        (Box.UNASSIGNED, _("Unassigned"), number.unassigned),
        (Box.OPEN, _("All open"), None),
        (Box.CLOSED, _("Closed"), None),
    ]


def _tab(view: InboxView, box: Box, label: str, count: int | None) -> Tab:
    current = box == view.box and not view.query
    return Tab(label, f"{view.url()}?{urlencode({'view': box.value})}", count, current)


def _asked(view: InboxView, start: int = 0) -> str:
    """The list that is looked at, as a question; so that it stays when a thread is opened."""
    chosen: dict[str, object] = {"q": view.query} if view.query else {"view": view.box.value}
    if start:
        chosen["from"] = start
    return f"?{urlencode(chosen)}"


def _row(view: InboxView, thread: Thread) -> Row:
    waited = view.now - thread.waiting_since if thread.waiting_since else None
    last_words = getattr(thread, "last_words", None) or ""
    return Row(
        url=view.thread_url(thread.public_id) + _asked(view),
        name=thread.customer.name,
        words=" ".join(last_words[:160].split()),
        ours=getattr(thread, "last_side", "") == Side.STAFF,
        number=thread.invoice.number,
        owner=thread.owner.get_short_name() if thread.owner else "",
        waited=_("waited {time}").format(time=span(waited)) if waited is not None else "",
        tone=_tone(waited),
        when=_when(view, thread.last_at),
        closed=thread.state == ThreadState.CLOSED,
        current=view.thread is not None and thread.pk == view.thread.pk,
    )


def span(length: timedelta) -> str:
    """A length of time as it is said beside a name: 18 min, 3 h, 2 d."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    if minutes < 60:
        return _("{count} min").format(count=minutes)
    if minutes < 24 * 60:
        return _("{count} h").format(count=minutes // 60)
    return ngettext("%(days)d day", "%(days)d days", minutes // 1440) % {"days": minutes // 1440}


def _tone(waited: timedelta | None) -> str:
    if waited is None or waited < LONG:
        return "plain"
    return "warn" if waited < TOO_LONG else "bad"


def _when(view: InboxView, at: datetime) -> str:
    local = timezone.localtime(at)
    if local.date() == view.on:
        return clock(local, view.language)
    return day_label(local.date(), view.on)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened between two messages."""

    id: str
    sentence: str
    small: str
    staff_only: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the stream: a message or an event; ``day`` where a new day begins."""

    day: str
    time: str
    at: datetime
    bubble: Bubble | None
    event: Event | None


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Talking:
    """The open thread: its stream, oldest first, and how it stands."""

    name: str
    number: str
    invoice_url: str
    items: list[Item]
    owner: str
    owner_email: str
    mine: bool
    people: list[Person]
    waited: str
    closed: bool
    newest_no: int
    read_no: int
    write_url: str
    assign_url: str
    state_url: str
    seen_url: str


def talk(view: InboxView) -> Talking | None:
    """The open thread; None while none is."""
    thread, invoice_view = view.thread, view.invoice_view
    if thread is None or invoice_view is None:
        return None
    talked = talk_of(invoice_view)
    assert talked is not None, "the thread is there"
    waited = view.now - thread.waiting_since if thread.waiting_since else None
    theirs = [m.no for m in talked.messages if m.side == Side.CUSTOMER]
    return Talking(
        name=thread.customer.name,
        number=thread.invoice.number,
        invoice_url=invoice_view.page_url,
        items=_items(view),
        owner=thread.owner.get_full_name() if thread.owner else "",
        owner_email=thread.owner.email if thread.owner else "",
        mine=thread.owner_id == view.user.pk,
        people=[_person(user, thread) for user in colleagues(view.biller.pk)],
        waited=span(waited) if waited is not None else "",
        closed=thread.state == ThreadState.CLOSED,
        newest_no=max(theirs, default=0),
        read_no=thread.staff_read_no,
        **{f"{what}_url": view.url(what) for what in ("write", "assign", "state", "seen")},
    )


def _person(user: User, thread: Thread) -> Person:
    return Person(user.email, user.get_full_name(), user.pk == thread.owner_id)


def _items(view: InboxView) -> list[Item]:
    """The newest entries of the history, the oldest of them first: messages among events."""
    invoice_view = view.invoice_view
    assert invoice_view is not None, "a thread has its invoice"
    talked = talk_of(invoice_view)
    by_id = {m.id: m for m in talked.messages} if talked else {}
    items: list[Item] = []
    day = None
    for entry in reversed(invoice_view.entries[:ENTRIES]):
        at = timezone.localtime(entry.at)
        message = by_id.get(entry.data.get("message_id", 0))
        drawn = bubble(invoice_view, talked, message) if talked and message else None
        items.append(
            Item(
                day=day_label(at.date(), view.on) if at.date() != day else "",
                time=clock(at, view.language),
                at=at,
                bubble=drawn,
                event=None if drawn else _event(view, entry),
            )
        )
        day = at.date()
    return items


def _event(view: InboxView, entry: EntryFact) -> Event:
    assert view.invoice is not None, "an entry of its invoice"
    kind, currency = KINDS[entry.kind], view.invoice.currency
    by = User(name=entry.name, email=entry.email).get_full_name() if entry.email else ""
    detail = fill(kind.detail(entry.data), entry.data, currency)
    return Event(
        id=entry.public_id,
        sentence=fill(kind.say(entry.data), entry.data, currency),
        small="".join(f" · {words}" for words in (by, detail) if words),
        staff_only=kind.audience == Audience.STAFF,
    )


def invoice_balance(view: InboxView) -> Balance | None:
    """What the customer's page says is left and when."""
    return balance(view.invoice_view) if view.invoice_view else None


def invoice_actions(view: InboxView) -> Actions | None:
    """What the role can do with the invoice, as on its own page."""
    return actions(view.invoice_view) if view.invoice_view else None


for _panel in (
    Panel("inbox", "queue", "messaging/inbox/_queue.html", queue, "queue", 10, ANSWERS),
    Panel("inbox", "talk", "messaging/inbox/_talk.html", talk, "talk", 10, ANSWERS),
    Panel(
        "inbox", "balance", "messaging/inbox/_balance.html", invoice_balance, "side", 10, ANSWERS
    ),
    Panel(
        "inbox", "actions", "invoices/changes/_actions.html", invoice_actions, "side", 20, ANSWERS
    ),
):
    register(_panel)
