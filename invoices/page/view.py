"""What the invoice page knows while it is drawn: each fact read once, when first asked for."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from invoices import clock
from invoices.billers.areas import Area
from invoices.documents.models import Invoice
from invoices.documents.states import (
    ChangeFact,
    Collector,
    Figures,
    Part,
    State,
    collector_of,
    marks_of,
    state_of,
)
from invoices.history.kinds import Topic, kinds_for
from invoices.live.tokens import CUSTOMER_SIDE, Voice, page_token
from invoices.money import Money
from invoices.page.facts import EntryFact, Facts, LineFact
from invoices.panels import CUSTOMER, PAYER, STAFF, names_on


@dataclass
class InvoiceView:
    """One invoice as one viewer sees it now. ``viewer`` is CUSTOMER, PAYER or a role.

    ``locked`` are the areas this viewer needs a code for; ``link_topic`` is closed when the link
    that led here is. ``known`` is what upper floors have read, once for all of their panels.
    """

    invoice: Invoice
    viewer: str
    language: str
    panels_url: str
    page_url: str
    before: uuid.UUID | None = None
    as_of: datetime | None = None
    topic: Topic | None = None
    title: str = ""
    locked: frozenset[str] = frozenset()
    # What the reader wants to ask about: "line-3" or "event-<id>".
    about: str = ""
    link_topic: str = ""
    payer_version: int = 0
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def for_staff(self) -> bool:
        return self.viewer in STAFF

    @property
    def as_of_local(self) -> datetime | None:
        """``as_of`` on the reader's clock."""
        return timezone.localtime(self.as_of) if self.as_of else None

    @cached_property
    def facts(self) -> Facts:
        kinds = kinds_for(for_staff=self.for_staff, topic=self.topic)
        return Facts.read(self.invoice, kinds=kinds, before=self.before, until=self.as_of)

    @property
    def version(self) -> int:
        return self.payer_version if self.viewer == PAYER else self.facts.version

    @cached_property
    def on(self) -> date:
        return timezone.localdate(self.as_of) if self.as_of else clock.today()

    @property
    def figures(self) -> Figures:
        return self.facts.figures

    @property
    def lines(self) -> Sequence[LineFact]:
        assert self.viewer != PAYER, "what it is for is not for whoever may only pay"
        return self.facts.lines

    @property
    def parts(self) -> list[Part]:
        return self.facts.parts

    @property
    def changes(self) -> list[ChangeFact]:
        return self.facts.changes

    @property
    def entries(self) -> Sequence[EntryFact]:
        assert self.viewer != PAYER, "history is not for whoever may only pay"
        return self.facts.entries

    @cached_property
    def next_part(self) -> Part | None:
        return next((part for part in self.parts if part.open), None)

    @cached_property
    def due_on(self) -> date:
        """The day the next money is due: the next instalment's, else the invoice's."""
        return self.next_part.due_on if self.next_part else self.facts.due_on

    @cached_property
    def state(self) -> State:
        marks = replace(marks_of(self.changes), refunded=self._is_refunded)
        return state_of(self.figures, self.due_on, self.on, marks)

    @property
    def _is_refunded(self) -> bool:
        """Whether all that was paid was credited afterwards, and is back with the customer."""
        back = self.facts.paid_back
        return back.whole and back.paid >= self.figures.paid

    @property
    def collector(self) -> Collector | None:
        """Who collects the invoice, as long as there is something left to collect."""
        return collector_of(self.changes) if self.figures.left else None

    @property
    def may_ask(self) -> bool:
        """Whether the reader is the customer and can write from here."""
        return self.viewer == CUSTOMER and self.as_of is None and Area.MESSAGES not in self.locked

    def ask_url(self, about: str) -> str:
        """Where the customer asks about a line or an event; "" for whoever cannot."""
        if not self.may_ask:
            return ""
        return f"{self.page_url}?{urlencode({'about': about})}#panel-messages"

    @property
    def socket_token(self) -> str:
        topics = [f"i{self.invoice.pk}", self.link_topic]
        only = names_on("pay_only") if self.viewer == PAYER else None
        voice = Voice(topics[0], CUSTOMER_SIDE) if self.may_ask else None
        return page_token([topic for topic in topics if topic], self.viewer, only, voice)

    def money(self, minor: int) -> Money:
        return Money(minor, self.invoice.currency)
