"""Reading cards: those of an invoice, and those nobody answered in time."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date

from messaging.cards.models import Card
from messaging.cards.states import CardState


def cards_of(invoice_id: int) -> Sequence[Card]:
    """The invoice's cards, the oldest first."""
    found = Card.objects.filter(thread__invoice_id=invoice_id)
    return list(found.select_related("thread").order_by("pk"))


def card_on(invoice_id: int, card_id: uuid.UUID) -> Card | None:
    """The card, if it is this invoice's."""
    return Card.objects.filter(thread__invoice_id=invoice_id, public_id=card_id).first()


def open_cards(invoice_ids: Collection[int]) -> Sequence[Card]:
    """The cards that wait for an answer on these invoices."""
    return list(Card.objects.filter(thread__invoice_id__in=invoice_ids, state=CardState.PROPOSED))


def expired_cards(on: date) -> Sequence[Card]:
    """The cards whose last day is past, that still say they are open."""
    return list(Card.objects.filter(state=CardState.PROPOSED, expires_on__lt=on)[:500])


def cards_with(message_ids: Collection[int]) -> dict[int, Card]:
    """The cards that came with these messages, by the message's id."""
    found = Card.objects.filter(message_id__in=message_ids).select_related("thread__invoice")
    return {card.message_id: card for card in found}
