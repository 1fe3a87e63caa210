"""The open conversation: its stream, how it stands, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from invoices.billers.models import User
from invoices.history.kinds import KINDS, Audience
from invoices.page.facts import PER_PAGE as ENTRIES
from invoices.page.facts import EntryFact
from invoices.page.sentences import fill
from invoices.page.story import Told, told_of
from invoices.page.words import clock, day_label
from messaging.clocks.due import due_of
from messaging.clocks.queries import answer_due, solve_due
from messaging.inbox.queue import TONES, Option, answer_words, due_words, span, when_words
from messaging.inbox.view import InboxView
from messaging.incidents.queries import incidents_on
from messaging.sorting.models import Tag
from messaging.sorting.queries import is_mentioned, tags_on
from messaging.sorting.until import LABELS as UNTIL
from messaging.threads.bubbles import Bubble, bubble
from messaging.threads.models import Thread
from messaging.threads.panels import talk_of
from messaging.threads.states import Side, ThreadState
from messaging.threads.topics import LABELS as TOPICS
from messaging.threads.topics import About
from messaging.together.queries import could_join, last_asked, others_with


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened between two messages."""

    id: str
    sentence: str
    small: str
    staff_only: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the stream: a message, an event, or one that a room above tells in its own way
    (``told``); ``day`` where a new day begins."""

    day: str
    time: str
    at: datetime
    bubble: Bubble | None
    event: Event | None
    told: Told | None = None


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
    people: Sequence[Option]
    waited: str
    closed: bool
    snoozed: str
    snooze_reason: str
    untils: Sequence[Option]
    tags: Sequence[Tag]
    more_tags: Sequence[Tag]
    topic: str
    topics: Sequence[Option]
    mentioned: bool
    answer_due: str
    answer_tone: str
    answer_first: bool
    solve_due: str
    solve_tone: str
    incidents: Sequence[str]
    together: Sequence["Together"]
    leads: bool
    could_join: Sequence[Option]
    teams: Sequence[Option]
    macros: Sequence[Option]
    form_id: UUID
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
    tags = tags_on(thread)
    due = answer_due(thread)
    answer, answer_tone = answer_words(view, thread)
    solve, solve_tone = _solve_words(view, thread)
    theirs = [m.no for m in talked.messages if m.side == Side.CUSTOMER]
    return Talking(
        name=thread.customer.name,
        number=thread.invoice.number,
        invoice_url=invoice_view.page_url,
        items=_items(view),
        owner=thread.owner.get_full_name() if thread.owner else "",
        owner_email=thread.owner.email if thread.owner else "",
        mine=thread.owner_id == view.user.pk,
        people=[
            Option(user.email, user.get_full_name(), user.pk == thread.owner_id)
            for user in view.people
        ],
        waited=span(waited) if waited is not None else "",
        closed=thread.state == ThreadState.CLOSED,
        snoozed=when_words(view, thread.snoozed_until) if thread.snoozed_until else "",
        snooze_reason=thread.snooze_reason,
        untils=[Option(until.value, _(label)) for until, label in UNTIL.items()],
        tags=tags,
        more_tags=[tag for tag in view.tags if tag not in tags],
        topic=_(TOPICS[About(thread.topic)]) if thread.topic else "",
        topics=[Option(a.value, _(TOPICS[a]), a.value == thread.topic) for a in About],
        mentioned=is_mentioned(thread, view.user.pk),
        answer_due=answer,
        answer_tone=answer_tone,
        answer_first=bool(due and due[1]),
        solve_due=solve,
        solve_tone=solve_tone,
        incidents=[incident.title for incident in incidents_on(thread)],
        together=_together(view, thread),
        leads=thread.lead_id is None,
        could_join=[
            Option(str(each.public_id), each.invoice.number) for each in could_join(thread)
        ],
        teams=[Option(str(t.public_id), t.name, t.pk == thread.team_id) for t in view.teams],
        macros=[Option(str(macro.public_id), macro.name) for macro in view.macros],
        form_id=uuid4(),
        newest_no=max(theirs, default=0),
        read_no=thread.staff_read_no,
        **{f"{what}_url": view.url(what) for what in ("write", "assign", "state", "seen")},
    )


@dataclass(frozen=True, slots=True)
class Together:
    """Another conversation of the customer's that the same answer serves."""

    id: str
    number: str
    url: str
    waits: bool
    words: str


def _together(view: InboxView, thread: Thread) -> list[Together]:
    return [
        Together(
            id=str(other.public_id),
            number=other.invoice.number,
            url=view.thread_url(other.public_id),
            waits=other.waiting_since is not None,
            words=" ".join(last_asked(other)[:160].split()),
        )
        for other in others_with(thread)
    ]


def _solve_words(view: InboxView, thread: Thread) -> tuple[str, str]:
    at = solve_due(thread)
    if at is None:
        return "", ""
    due = due_of(at, view.now, view.hours)
    return due_words(due), TONES[due.standing]


def _items(view: InboxView) -> list[Item]:
    """The newest entries of the history, the oldest of them first: messages among events."""
    invoice_view = view.invoice_view
    assert invoice_view is not None, "a thread has its invoice"
    talked = talk_of(invoice_view)
    by_id = {m.id: m for m in talked.messages} if talked else {}
    items: list[Item] = []
    day = None
    shown = invoice_view.entries[:ENTRIES]
    told = told_of(invoice_view, [e for e in shown if "message_id" not in e.data])
    for entry in reversed(shown):
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
                told=told.get(entry.public_id),
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
