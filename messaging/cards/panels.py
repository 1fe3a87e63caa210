"""Cards on pages: in the story of both sides, on top of the customer's page, beside the thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from invoices.billers.areas import Area
from invoices.billers.roles import ANSWERS
from invoices.changes import policy
from invoices.changes.policy import Action, Standing
from invoices.changes.queries import standing_from
from invoices.changes.ways import Way
from invoices.page.enrolling import names_on
from invoices.page.facts import EntryFact
from invoices.page.story import Told, register_teller
from invoices.page.view import InvoiceView
from invoices.panels import CUSTOMER, Panel, register
from messaging.cards.actions import may_propose
from messaging.cards.drawing import ICONS, Shown, shown
from messaging.cards.models import Card
from messaging.cards.proposing import label, propose_url
from messaging.cards.queries import cards_of
from messaging.cards.states import CardState, What
from messaging.inbox.view import InboxView
from messaging.threads.panels import talk_of

TEMPLATE = "messaging/cards/_card.html"


def cards_on(view: InvoiceView) -> Sequence[Card]:
    """The invoice's cards, read once for the page; none are asked for before anybody wrote."""
    if "cards" not in view.known:
        view.known["cards"] = cards_of(view.invoice.pk) if talk_of(view) else []
    found: Sequence[Card] = view.known["cards"]
    return found


def tell(view: InvoiceView, entries: Sequence[EntryFact]) -> Mapping[str, Told]:
    """The card itself stands where it was proposed; what became of it is told by sentences."""
    if Area.MESSAGES in view.locked:
        return {}
    by_id = {card.pk: card for card in cards_on(view)}
    told = {}
    for entry in entries:
        if card := by_id.get(entry.data["card_id"]):
            drawn = shown(view, card)
            told[entry.public_id] = Told(TEMPLATE, drawn, drawn.said)
    return told


@dataclass(frozen=True, slots=True)
class Proposals:
    """What waits for the customer's answer: ``whole`` where the story does not show it."""

    cards: Sequence[Shown]
    whole: bool


def proposals(view: InvoiceView) -> Proposals:
    """The open cards, on top of the customer's page: hidden while there is none."""
    cards = [card for card in cards_on(view) if card.state == CardState.PROPOSED]
    drawn = [card for card in (shown(view, each) for each in cards) if card.is_open]
    return Proposals(drawn, whole=Area.HISTORY in view.locked)


@dataclass(frozen=True, slots=True)
class Proposing:
    """What the agent can propose."""

    ways: Sequence[Way]


def proposing(view: InboxView) -> Proposing | None:
    """The proposals that the role may make, and that the invoice as it stands lets anybody make."""
    seen, thread = view.invoice_view, view.thread
    if seen is None or thread is None:
        return None
    standing = standing_from(seen.invoice, seen.figures, seen.parts, seen.changes)
    return Proposing(
        [
            Way(label(what), propose_url(view.biller.slug, thread, what), ICONS[what])
            for what in What
            if may_propose(view.viewer, what) and _fits(seen, view.viewer, what, standing)
        ]
    )


def _fits(view: InvoiceView, role: str, what: What, standing: Standing) -> bool:
    if what == What.AUTOPAY:
        return bool(names_on(view.invoice))
    if what == What.CREDIT and standing.left <= 0:
        return False
    return policy.staff_can(role, Action(what.value), standing)


register_teller(("card.proposed",), tell)
register(
    Panel(
        "invoice",
        "proposals",
        "messaging/cards/_proposals.html",
        proposals,
        order=11,
        audience=frozenset({CUSTOMER}),
        area=Area.MESSAGES,
        told_of=False,
    )
)
register(Panel("inbox", "cards", "messaging/cards/_proposing.html", proposing, "side", 15, ANSWERS))
