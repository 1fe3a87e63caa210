"""The conversation on the invoice page: where the customer writes, and how the story tells it.

In which order it is read out: the field first (heading, words, send, files, what may be expected),
then the story from the newest down, each message as its writer, what it asks about, its words, its
files, its time and mark. What arrives is announced once, in the page's one polite live region
(``data-announcer``), the oldest of it first, whatever the order on the page; a mark that moves, a
sign that somebody is typing and the swap itself say nothing there. Answers on file that fit what
is being written are a polite region of their own, beside the field.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from invoices import clock
from invoices.billers.areas import Area
from invoices.billers.roles import ANSWERS
from invoices.page.facts import PER_PAGE, EntryFact
from invoices.page.story import Told, register_teller
from invoices.page.view import InvoiceView
from invoices.panels import CUSTOMER, Panel, register
from messaging.files.rules import ACCEPT
from messaging.threads.beside import beside
from messaging.threads.bubbles import Bubble, bubble, quote_of
from messaging.threads.promises import promise, quiet_words
from messaging.threads.queries import Talk
from messaging.threads.states import TEXT_MAX, ThreadState

TOLD = ("message.sent", "message.noted")


def talk_of(view: InvoiceView) -> Talk | None:
    """The thread as this page needs it, read once for its panels. None before anybody wrote.

    The messages are those of the story's entries; where the story is behind a code and the
    messages are not, the newest ones.
    """
    if "talk" not in view.known:
        ids = None
        if Area.HISTORY not in view.locked:
            ids = [e.data["message_id"] for e in view.entries[:PER_PAGE] if e.kind in TOLD]
        view.known["talk"] = Talk.read(view.invoice.pk, for_staff=view.for_staff, ids=ids)
    talk: Talk | None = view.known["talk"]
    return talk


def tell(view: InvoiceView, entries: Sequence[EntryFact]) -> Mapping[str, Told]:
    """The messages among the entries, drawn as what was written."""
    if Area.MESSAGES in view.locked or (talk := talk_of(view)) is None:
        return {}
    by_id = {message.id: message for message in talk.messages}
    told = {}
    for entry in entries:
        if message := by_id.get(entry.data["message_id"]):
            drawn = bubble(view, talk, message)
            told[entry.public_id] = Told("messaging/threads/_bubble.html", drawn, drawn.said)
    return told


@dataclass(frozen=True, slots=True)
class Writing:
    """Where the customer writes. ``read_no`` is the last message the customer has seen.

    ``bubbles`` is the talk itself, only where no story holds it.
    """

    url: str
    seen_url: str
    message_id: str
    about: str
    quote: str
    closed: bool
    has_thread: bool
    read_no: int
    text_max: int = TEXT_MAX
    accept: str = ACCEPT
    text: str = ""
    draft_url: str = ""
    answers_url: str = ""
    promise: str = ""
    quiet: str = ""
    bubbles: list[Bubble] = field(default_factory=list)


def messages(view: InvoiceView) -> Writing:
    """The customer's composer."""
    talk = talk_of(view)
    here = {"public_id": view.invoice.public_id}
    now = clock.now()
    around = beside(view.invoice.biller, view.invoice.pk, _link_id(view), now)
    draft = around.draft
    # What was asked about just now wins over what the draft asks about.
    about = view.about or (draft.about if draft else "")
    quote = quote_of(view, about)
    apart = Area.HISTORY in view.locked
    return Writing(
        url=reverse("post_message", kwargs=here),
        seen_url=reverse("messages_seen", kwargs=here),
        message_id=draft.message_id if draft else str(uuid.uuid4()),
        about=about if quote else "",
        quote=quote,
        closed=talk is not None and talk.state == ThreadState.CLOSED,
        has_thread=talk is not None,
        read_no=talk.customer_read_no if talk else 0,
        text=draft.text if draft else "",
        draft_url=reverse("message_draft", kwargs=here),
        answers_url=reverse("message_answers", kwargs=here),
        promise=promise(around.expectation, around.hours, now, view.language),
        quiet=quiet_words(around.quiet),
        bubbles=[bubble(view, talk, m) for m in talk.messages] if talk and apart else [],
    )


def _link_id(view: InvoiceView) -> int:
    """The link that led the customer here, by its topic."""
    return int(view.link_topic.removeprefix("l") or 0)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The door from the staff's invoice page to the inbox."""

    url: str
    begun: bool
    waiting: bool
    closed: bool


def conversation(view: InvoiceView) -> Conversation:
    """Whether there is a thread, how it stands, and where it is."""
    talk = talk_of(view)
    where = [view.invoice.biller.slug, view.invoice.public_id]
    if talk is None:
        return Conversation(reverse("begin_thread", args=where), False, False, False)
    return Conversation(
        reverse("inbox_thread", args=[where[0], talk.public_id]),
        True,
        talk.waiting_since is not None,
        talk.state == ThreadState.CLOSED,
    )


register_teller(TOLD, tell)
register(
    Panel(
        "invoice",
        "messages",
        "messaging/threads/_messages.html",
        messages,
        place="story",
        order=20,
        audience=frozenset({CUSTOMER}),
        area=Area.MESSAGES,
    )
)
register(
    Panel(
        "invoice",
        "conversation",
        "messaging/threads/_conversation.html",
        conversation,
        place="story",
        order=20,
        audience=ANSWERS,
    )
)
