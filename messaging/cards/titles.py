"""What is proposed, in one phrase, in any language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from invoices.money import Money, format_money
from invoices.page.words import long_date
from messaging.cards.models import Card
from messaging.cards.states import Promise, What


def title_of(card: Card, currency: str, language: str) -> str:
    """The phrase, in the language that is spoken now."""
    if card.what == What.AUTOPAY:
        return _("Automatic payment with {schemes}").format(schemes=schemes_of(card.terms))
    promise = Promise.of(card.promise)
    if card.what == What.MOVE:
        day = long_date(date.fromisoformat(promise.due_on), language)
        return _("New due date: {day}").format(day=day)
    if card.what == What.SPLIT:
        return _("{count} instalments").format(count=len(promise.parts))
    amount = format_money(Money(promise.credited, currency), language)
    return _("Credit of {amount}").format(amount=amount)


def schemes_of(terms: Mapping[str, Any]) -> str:
    """The ways that were proposed, by the names the customer knows them by."""
    return " / ".join(terms["schemes"])


def title_in(card: Card, language: str) -> str:
    """The phrase in another language than the one that is spoken now."""
    with translation.override(language):
        return title_of(card, card.thread.invoice.currency, language)
