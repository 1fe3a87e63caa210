"""What the invoice page knows while it is drawn: each fact read once, when first asked for."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from invoices import clock
from invoices.documents import queries
from invoices.documents.models import Invoice, InvoiceLine
from invoices.documents.states import Figures, Part, State, state_of
from invoices.history.models import HistoryEntry
from invoices.history.queries import timeline, version
from invoices.live.tokens import page_token
from invoices.money import Money
from invoices.panels import CUSTOMER


@dataclass
class InvoiceView:
    """One invoice as one viewer sees it now. ``viewer`` is CUSTOMER or a role."""

    invoice: Invoice
    viewer: str
    language: str
    panels_url: str
    page_url: str
    before: uuid.UUID | None = None
    title: str = ""

    @property
    def for_staff(self) -> bool:
        return self.viewer != CUSTOMER

    @cached_property
    def version(self) -> int:
        return version(self.invoice.pk)

    @cached_property
    def on(self) -> date:
        return clock.today()

    @cached_property
    def figures(self) -> Figures:
        return queries.figures(self.invoice)

    @cached_property
    def lines(self) -> Sequence[InvoiceLine]:
        return queries.lines_of(self.invoice)

    @cached_property
    def parts(self) -> list[Part]:
        return queries.instalments(self.invoice, self.figures.left)

    @cached_property
    def entries(self) -> Sequence[HistoryEntry]:
        return timeline(self.invoice.pk, for_staff=self.for_staff, before=self.before)

    @property
    def next_part(self) -> Part | None:
        return next((part for part in self.parts if part.open), None)

    @property
    def due_on(self) -> date:
        """The day the next money is due: the next instalment's, else the invoice's."""
        return self.next_part.due_on if self.next_part else self.invoice.due_on

    @property
    def state(self) -> State:
        return state_of(self.figures, self.due_on, self.on)

    @property
    def socket_token(self) -> str:
        return page_token([f"i{self.invoice.pk}"], self.viewer)

    def money(self, minor: int) -> Money:
        return Money(minor, self.invoice.currency)
