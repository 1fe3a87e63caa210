"""The ground floor's own panels on the invoice page: balance, lines, history (and ``pay``)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from invoices.billers.areas import Area
from invoices.billers.models import User
from invoices.documents.states import SETTLED, State
from invoices.history.kinds import KINDS, Audience, Tone, Topic, kinds_for
from invoices.history.models import HistoryEntry
from invoices.money import Money, format_money
from invoices.page.facts import PER_PAGE, EntryFact, LineFact, NoteFact
from invoices.page.pay import pay
from invoices.page.paying import PayLead, pay_lead
from invoices.page.sentences import fill
from invoices.page.status import status_label, status_tone
from invoices.page.view import InvoiceView
from invoices.page.words import clock, day_label, due_words
from invoices.panels import Panel, register


@dataclass(frozen=True, slots=True)
class NextInstalment:
    amount: Money
    due_on: date
    words: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left and when, in figures and in words."""

    heading: str
    status: State
    status_label: str
    tone: str
    left: Money
    total: Money
    paid: Money
    credited: Money
    written_down: Money
    percent_paid: int
    due_on: date
    due_words: str
    next_instalment: NextInstalment | None
    overpaid: Money | None
    document_title: str
    announcement: str
    pay: PayLead

    @property
    def left_minor(self) -> int:
        return self.left.minor


def balance(view: InvoiceView) -> Balance:
    figures, state = view.figures, view.state
    left = view.money(figures.left)
    part = view.next_part
    label = status_label(view)
    sum_words = format_money(left, view.language)
    if state in SETTLED:
        title = f"{label} · {view.invoice.biller.name}"
        said = label
    else:
        title = _("{amount} left · {biller}").format(
            amount=sum_words, biller=view.invoice.biller.name
        )
        said = _("{amount} left to pay.").format(amount=sum_words)
    return Balance(
        heading=_("Invoice {number}").format(number=view.invoice.number),
        status=state,
        status_label=label,
        tone=status_tone(view),
        left=left,
        total=view.money(figures.asked),
        paid=view.money(figures.paid),
        credited=view.money(figures.credited),
        written_down=view.money(figures.written_down),
        percent_paid=_percent(figures.left + figures.paid, figures.paid),
        due_on=view.due_on,
        due_words=due_words(view.due_on, view.on),
        next_instalment=NextInstalment(
            view.money(part.open), part.due_on, due_words(part.due_on, view.on)
        )
        if part
        else None,
        overpaid=view.money(view.facts.held_minor) if view.facts.held_minor else None,
        document_title=title,
        announcement=said,
        pay=pay_lead(view),
    )


def _percent(whole: int, part: int) -> int:
    """Rounded down, so that 100 means all of it; but 1 as soon as anything is paid."""
    if whole <= 0:
        return 100
    return max(100 * part // whole, 1 if part else 0)


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    detail: str
    quantity: str
    unit_price: Money
    vat_rate: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Note:
    """A credit or debit note; a credit's amounts are negative."""

    title: str
    issued_on: date
    reason: str
    lines: list[Line]
    amount: Money


@dataclass(frozen=True, slots=True)
class VatRow:
    rate: str
    net: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class Lines:
    lines: list[Line]
    adjustments: list[Note]
    vat_rows: list[VatRow]
    total: Money
    vat_total: Money


def lines(view: InvoiceView) -> Lines:
    shown: list[Line] = []
    notes: dict[int, Note] = {}
    vat: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in view.lines:
        sign = row.note.sign if row.note else 1
        vat[row.vat_basis_points][0] += sign * row.net_minor
        vat[row.vat_basis_points][1] += sign * row.vat_minor
        line = _line(view, row, sign)
        if row.note is None:
            shown.append(line)
        else:
            notes.setdefault(row.note.id, _note(view, row.note)).lines.append(line)
    return Lines(
        lines=shown,
        adjustments=list(notes.values()),
        vat_rows=[
            VatRow(percent(rate, view.language), view.money(net), view.money(tax))
            for rate, (net, tax) in sorted(vat.items(), reverse=True)
        ],
        total=view.money(sum(net + tax for net, tax in vat.values())),
        vat_total=view.money(sum(tax for _net, tax in vat.values())),
    )


def _line(view: InvoiceView, row: LineFact, sign: int) -> Line:
    whole, milli = divmod(row.quantity_milli, 1000)
    comma = "." if view.language == "en" else ","
    quantity = f"{whole}{comma}{milli:03d}".rstrip("0").rstrip(comma) if milli else str(whole)
    return Line(
        text=row.text,
        detail=row.detail,
        quantity="" if quantity == "1" else quantity,
        unit_price=view.money(row.unit_price_minor),
        vat_rate=percent(row.vat_basis_points, view.language),
        amount=view.money(sign * (row.net_minor + row.vat_minor)),
    )


def _note(view: InvoiceView, note: NoteFact) -> Note:
    title = _("Credit note {number}") if note.sign < 0 else _("Debit note {number}")
    return Note(
        title=title.format(number=note.number),
        issued_on=note.issued_on,
        reason=note.reason,
        lines=[],
        amount=view.money(note.sign * note.total_minor),
    )


def percent(basis_points: int, language: str) -> str:
    """A VAT rate for the eye: 25 %, 12,5 %, and 12.5 % in English."""
    whole, rest = divmod(basis_points, 100)
    mark = "." if language == "en" else ","
    digits = f"{mark}{rest:02d}".rstrip("0") if rest else ""
    return f"{whole}{digits}\u00a0%"


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
    days = groupby(shown, key=lambda entry: timezone.localdate(entry.at))
    return History(
        days=[
            Day(day_label(day, view.on), day, [_entry(view, entry) for entry in entries])
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
    }
    return [
        Choice(label, _story_url(view, show=topic.value if topic else ""), topic == view.topic)
        for topic, label in labels.items()
        if topic is None or kinds_for(for_staff=view.for_staff, topic=topic)
    ]


def _entry(view: InvoiceView, entry: EntryFact) -> Entry:
    kind = KINDS[entry.kind]
    currency = view.invoice.currency
    at = timezone.localtime(entry.at)
    sentence = fill(kind.say(entry.data), entry.data, currency)
    detail = fill(kind.detail(entry.data), entry.data, currency)
    return Entry(
        id=entry.public_id,
        at=at.isoformat(),
        then_url=f"{view.page_url}?{urlencode({'as_of': at.isoformat()})}",
        time=clock(at, view.language),
        sentence=sentence,
        said=f"{sentence} {detail}" if detail else sentence,
        small="".join(f" · {words}" for words in (_actor(view, entry), detail) if words),
        tone="" if kind.tone == Tone.PLAIN else kind.tone.value,
        staff_only=kind.audience == Audience.STAFF,
        technical=_technical(entry) if view.for_staff else [],
    )


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


for _panel in (
    Panel(
        "invoice",
        "balance",
        "invoices/page/_balance.html",
        balance,
        order=10,
        can_look_back=True,
    ),
    Panel("invoice", "lines", "invoices/page/_lines.html", lines, order=30, can_look_back=True),
    Panel("invoice", "pay", "invoices/page/_pay.html", pay, order=40),
    Panel(
        "invoice",
        "history",
        "invoices/page/_history.html",
        history,
        place="story",
        can_look_back=True,
        area=Area.HISTORY,
    ),
):
    register(_panel)
