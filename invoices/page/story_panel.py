"""The panel that tells the story: everything that happened to the invoice, the newest first."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from invoices.billers.areas import Area
from invoices.billers.models import User
from invoices.documents.pdf.queries import WITH_RECEIPT
from invoices.history.kinds import KINDS, Audience, Tone, Topic, kinds_for
from invoices.history.models import HistoryEntry
from invoices.page.facts import PER_PAGE, EntryFact
from invoices.page.sentences import fill
from invoices.page.story import Told, told_of
from invoices.page.view import InvoiceView
from invoices.page.words import clock, day_label
from invoices.panels import Panel, register


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the story. ``said`` is what is read out when it arrives, ``small`` follows the
    time in the small print.
    """

    id: str
    at: str
    then_url: str
    time: str
    sentence: str
    said: str
    small: str
    tone: str
    staff_only: bool
    technical: list[tuple[str, str]]
    told: Told | None
    ask_url: str
    receipt_url: str


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    date: date
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Choice:
    """A topic the history can be narrowed to."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class History:
    days: list[Day]
    more_url: str
    topics: list[Choice]


def history(view: InvoiceView) -> History:
    shown = view.entries[:PER_PAGE]
    more = len(view.entries) > PER_PAGE
    told = told_of(view, shown)
    days = groupby(shown, key=lambda entry: timezone.localdate(entry.at))
    return History(
        days=[
            Day(
                day_label(day, view.on),
                day,
                [_entry(view, each, told.get(each.public_id)) for each in entries],
            )
            for day, entries in days
        ],
        more_url=_story_url(view, before=shown[-1].public_id) if more else "",
        topics=_topics(view),
    )


def _story_url(view: InvoiceView, **changed: str) -> str:
    """The page's story with something chosen; the rest of the choice stays."""
    chosen = {"show": view.topic.value if view.topic else "", **changed}
    if view.as_of:
        chosen["as_of"] = view.as_of.isoformat()
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{view.page_url}{'?' if query else ''}{query}#panel-history"


def _topics(view: InvoiceView) -> list[Choice]:
    labels = {
        None: _("Everything"),
        Topic.MONEY: _("Payments"),
        Topic.INVOICE: _("The invoice"),
        Topic.ACCESS: _("Access"),
        Topic.MESSAGES: _("Messages"),
    }
    return [
        Choice(label, _story_url(view, show=topic.value if topic else ""), topic == view.topic)
        for topic, label in labels.items()
        if topic is None or kinds_for(for_staff=view.for_staff, topic=topic)
    ]


def _entry(view: InvoiceView, entry: EntryFact, told: Told | None) -> Entry:
    kind = KINDS[entry.kind]
    currency = view.invoice.currency
    at = timezone.localtime(entry.at)
    sentence = fill(kind.say(entry.data), entry.data, currency)
    detail = fill(kind.detail(entry.data), entry.data, currency)
    return Entry(
        id=entry.public_id,
        at=at.isoformat(timespec="seconds"),
        then_url=f"{view.page_url}?{urlencode({'as_of': at.isoformat()})}",
        time=clock(at, view.language),
        sentence=sentence,
        said=told.said if told else f"{sentence} {detail}" if detail else sentence,
        small="".join(f" · {words}" for words in (_actor(view, entry), detail) if words),
        tone="" if kind.tone == Tone.PLAIN else kind.tone.value,
        staff_only=kind.audience == Audience.STAFF,
        technical=_technical(entry) if view.for_staff else [],
        told=told,
        ask_url="" if told else view.ask_url(f"event-{entry.public_id}"),
        receipt_url=_receipt_url(view, entry),
    )


def _receipt_url(view: InvoiceView, entry: EntryFact) -> str:
    """The receipt of a payment that stands; "" for the rest, and where the past is looked at."""
    if entry.kind not in WITH_RECEIPT or entry.taken_off or view.as_of:
        return ""
    if view.for_staff:
        slug = view.invoice.biller.slug
        return reverse("staff_receipt_pdf", args=[slug, view.invoice.public_id, entry.public_id])
    return reverse("receipt_pdf", args=[view.invoice.public_id, entry.public_id])


def _actor(view: InvoiceView, entry: EntryFact) -> str:
    if entry.actor_kind == HistoryEntry.ActorKind.STAFF:
        user = User(name=entry.name, email=entry.email)
        # The customer meets a first name; staff see who it was.
        return user.get_full_name() if view.for_staff else user.get_short_name()
    if entry.actor_kind == HistoryEntry.ActorKind.CUSTOMER:
        return _("The customer") if view.for_staff else _("You")
    return ""


def _technical(entry: EntryFact) -> list[tuple[str, str]]:
    """The raw facts behind a line, for staff."""
    return [("kind", entry.kind), *((key, str(value)) for key, value in entry.data.items())]


register(
    Panel(
        "invoice",
        "history",
        "invoices/page/_history.html",
        history,
        place="story",
        can_look_back=True,
        area=Area.HISTORY,
    )
)
