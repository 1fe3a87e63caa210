"""A card as somebody reads it: what is proposed, in figures, and what can be done with it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from invoices import clock
from invoices.billers.roles import ANSWERS
from invoices.money import format_money
from invoices.page.enrolling import Buttons, buttons_on
from invoices.page.view import InvoiceView
from invoices.page.words import long_date
from invoices.panels import CUSTOMER
from messaging.cards.models import Card
from messaging.cards.states import WORDS_MAX, CardState, Promise, What
from messaging.cards.titles import title_of

ICONS = {
    What.MOVE: "calendar",
    What.SPLIT: "payments",
    What.CREDIT: "undo",
    What.AUTOPAY: "refresh",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A figure: what it is, what it becomes, and what it was ("" where that is the same)."""

    label: str
    value: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A card for its reader. Addresses are "" where there is nothing to do."""

    id: uuid.UUID
    title: str
    icon: str
    state: CardState
    label: str
    tone: str
    rows: Sequence[Row]
    parts: Sequence[tuple[str, str]]
    words: str
    accept_url: str = ""
    decline_url: str = ""
    withdraw_url: str = ""
    lent: Buttons | None = None
    words_max: int = WORDS_MAX

    @property
    def said(self) -> str:
        """What is read out when it arrives or changes."""
        return f"{self.title}. {self.label}."

    @property
    def is_open(self) -> bool:
        return self.state == CardState.PROPOSED


def shown(view: InvoiceView, card: Card) -> Shown:
    """The card as the viewer sees it now."""
    state = _state(card)
    doing: dict[str, Any] = {}
    if state == CardState.PROPOSED and view.as_of is None:
        doing = _urls(view, card)
    what, promise = What(card.what), Promise.of(card.promise)
    return Shown(
        id=card.public_id,
        title=title_of(card, view.invoice.currency, view.language),
        icon=ICONS[what],
        state=state,
        label=_label(state, for_staff=view.for_staff),
        tone=_TONES.get(state, "plain"),
        rows=_rows(view, what, promise),
        parts=_parts(view, promise) if what == What.SPLIT else [],
        words=_words(view, card, state),
        **doing,
    )


def _state(card: Card) -> CardState:
    """What it is now, also in the hours before the sweep has noted that its time is over."""
    if card.state == CardState.PROPOSED and clock.today() > card.expires_on:
        return CardState.EXPIRED
    return CardState(card.state)


def _rows(view: InvoiceView, what: What, promise: Promise) -> list[Row]:
    if what == What.MOVE:
        return [Row(_("Due"), _day(view, promise.due_on), _before(_day(view, promise.due_before)))]
    if what in (What.SPLIT, What.AUTOPAY):
        return []
    left, before = _money(view, promise.left), _money(view, promise.left_before)
    return [Row(_("Left to pay"), left, _before(before) if left != before else "")]


def _before(value: str) -> str:
    return _("before: {value}").format(value=value)


def _parts(view: InvoiceView, promise: Promise) -> list[tuple[str, str]]:
    return [(_day(view, on), _money(view, minor)) for on, minor in promise.parts]


def _day(view: InvoiceView, iso: str) -> str:
    return long_date(date.fromisoformat(iso), view.language)


def _money(view: InvoiceView, minor: int) -> str:
    return format_money(view.money(minor), view.language)


_TONES = {
    CardState.PROPOSED: "brand",
    CardState.ACCEPTED: "good",
    CardState.OUTDATED: "warn",
}


def _label(state: CardState, *, for_staff: bool) -> str:
    return {
        CardState.PROPOSED: _("Waits for the customer")
        if for_staff
        else _("Waits for your answer"),
        CardState.ACCEPTED: _("Accepted"),
        CardState.DECLINED: _("Declined"),
        CardState.WITHDRAWN: _("Taken back"),
        CardState.EXPIRED: _("Not answered in time"),
        CardState.OUTDATED: _("No longer fits"),
    }[state]


def _words(view: InvoiceView, card: Card, state: CardState) -> str:
    """What the state means for the reader, in a sentence; "" where the label says it all."""
    if state == CardState.PROPOSED:
        day = long_date(card.expires_on, view.language)
        if view.for_staff:
            return _("It can be answered until {day}.").format(day=day)
        return _("It costs nothing. You can answer until {day}.").format(day=day)
    if state == CardState.OUTDATED:
        return _("The invoice has changed since this was proposed. Nothing was done.")
    if state == CardState.ACCEPTED and _is_undone(view, card):
        return _("It was undone afterwards.")
    if state in (CardState.WITHDRAWN, CardState.EXPIRED) and not view.for_staff:
        return _("Nothing was changed. Write to us if you need it after all.")
    return ""


def _is_undone(view: InvoiceView, card: Card) -> bool:
    made = next((c.id for c in view.changes if c.public_id == str(card.public_id)), None)
    return made is not None and any(c.undoes_id == made for c in view.changes)


def _urls(view: InvoiceView, card: Card) -> dict[str, Any]:
    if view.viewer == CUSTOMER:
        args = [view.invoice.public_id, card.public_id]
        no = {"decline_url": reverse("decline_card", args=args)}
        if card.what == What.AUTOPAY:
            return no | {"lent": buttons_on(view)}
        return no | {"accept_url": reverse("accept_card", args=args)}
    if view.viewer not in ANSWERS:
        return {}
    where = [view.invoice.biller.slug, card.thread.public_id, card.public_id]
    return {"withdraw_url": reverse("withdraw_card", args=where)}
