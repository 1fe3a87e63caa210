"""Messages as somebody reads them: whose they are, what they ask about, how far they have come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from invoices.billers.models import User
from invoices.history.kinds import KINDS
from invoices.money import format_money
from invoices.page.facts import PER_PAGE
from invoices.page.sentences import fill
from invoices.page.view import InvoiceView
from invoices.page.words import clock
from messaging.files.pictures import SMALL_SIDE
from messaging.threads.queries import FileFact, MessageFact, Talk
from messaging.threads.states import Kind, Mark, Side, mark_of
from messaging.threads.words import Part, parts


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file under a message. ``small_url`` is of its small picture, "" for what is none."""

    name: str
    size: str
    url: str
    small_url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Bubble:
    """``look`` is "us" for the reader's own side, "them" for the other, "note" for a note.

    ``writer`` is "" where the reader wrote it as the customer. ``quote`` is what it asks about,
    and ``quote_url`` where that stands.
    """

    id: str
    no: int
    look: str
    writer: str
    quote: str
    quote_url: str
    parts: Sequence[Part]
    mark: str
    at: datetime
    time: str
    said: str
    files: Sequence[SentFile] = ()


def bubble(view: InvoiceView, talk: Talk, message: MessageFact) -> Bubble:
    """One message for the viewer."""
    ours = (message.side == Side.STAFF) == view.for_staff
    writer = _writer(view, message, ours)
    at = timezone.localtime(message.at)
    words = " ".join(filter(None, (message.text, *(file.name for file in message.files))))
    return Bubble(
        id=message.public_id,
        no=message.no,
        look="note" if message.kind == Kind.NOTE else "us" if ours else "them",
        writer=writer,
        quote=_quote_of(view, message),
        quote_url=_quote_url(view, message),
        parts=parts(message.text),
        mark=_mark(talk, message) if ours and message.kind == Kind.MESSAGE else "",
        at=at,
        time=clock(at, view.language),
        said=f"{writer}: {words}" if writer else words,
        files=[_file(view, file) for file in message.files],
    )


def _writer(view: InvoiceView, message: MessageFact, ours: bool) -> str:
    if message.side == Side.CUSTOMER:
        return "" if ours else view.invoice.customer.name
    user = User(name=message.name, email=message.email)
    if view.for_staff:
        return user.get_full_name()
    # The customer meets a first name, never an address.
    first = user.get_short_name() if message.name else ""
    biller = view.invoice.biller.name
    return _("{name}, {biller}").format(name=first, biller=biller) if first else biller


def _mark(talk: Talk, message: MessageFact) -> str:
    got, read = (
        (talk.customer_got_no, talk.customer_read_no)
        if message.side == Side.STAFF
        else (talk.staff_got_no, talk.staff_read_no)
    )
    return mark_words(mark_of(message.no, got, read))


def mark_words(mark: Mark) -> str:
    """A mark in the reader's language."""
    return {
        Mark.SENT: _("Sent"),
        Mark.DELIVERED: _("Delivered"),
        Mark.READ: _("Read"),
    }[mark]


def _file(view: InvoiceView, file: FileFact) -> SentFile:
    biller = [view.invoice.biller.slug] if view.for_staff else []
    args = [*biller, view.invoice.public_id, file.public_id]
    name = "staff_message_file" if view.for_staff else "message_file"
    side = max(file.width, file.height)
    scale = min(SMALL_SIDE / side, 1) if side else 0
    return SentFile(
        name=file.name,
        size=_size(file.size),
        url=reverse(name, args=args),
        small_url=reverse(f"{name}_small", args=args) if side else "",
        width=max(round(file.width * scale), 1),
        height=max(round(file.height * scale), 1),
    )


def _size(size: int) -> str:
    if size < 1_000_000:
        return _("{count} kB").format(count=max(round(size / 1_000), 1))
    return _("{count} MB").format(count=number_format(size / 1_000_000, 1))


def _quote_url(view: InvoiceView, message: MessageFact) -> str:
    """Where it stands: on this page or, for what is further back, on the page as it was then."""
    if message.line is not None:
        return f"{view.page_url}#line-{message.line}"
    if message.event is None:
        return ""
    entry_id, then = message.event["id"], {"as_of": message.event["at"]}
    near = any(entry.public_id == entry_id for entry in view.entries[:PER_PAGE])
    return f"{view.page_url}{'' if near else f'?{urlencode(then)}'}#entry-{entry_id}"


def _quote_of(view: InvoiceView, message: MessageFact) -> str:
    if message.line is not None:
        return quote_of_line(view, message.line)
    if message.event is not None:
        return quote_of_event(view, message.event["kind"], message.event["data"])
    return ""


def quote_of_line(view: InvoiceView, position: int) -> str:
    """A line of the invoice as it is quoted: what it is, and what it costs."""
    for line in view.lines:
        if line.note is None and line.position == position:
            amount = view.money(line.net_minor + line.vat_minor)
            return f"{line.text} · {format_money(amount, view.language)}"
    return ""


def quote_of_event(view: InvoiceView, kind: str, data: dict[str, object]) -> str:
    """Something that happened as it is quoted: its sentence."""
    return fill(KINDS[kind].say(data), data, view.invoice.currency)


def quote_of(view: InvoiceView, about: str) -> str:
    """What the reader wants to ask about, in words; "" for what is not on this page."""
    what, _dash, which = about.partition("-")
    if what == "line" and which.isdecimal() and len(which) < 6:
        return quote_of_line(view, int(which))
    if what == "event":
        for entry in view.entries:
            if entry.public_id == which:
                return quote_of_event(view, entry.kind, entry.data)
    return ""
