"""Automatic payment beside the talk with the customer: the same panel as on the staff's page."""

from typing import Protocol

from invoices.billers.roles import ANSWERS
from invoices.page.view import InvoiceView
from invoices.panels import Panel, register
from payments.mandates.page.panels import NAME, Autopay, autopay


class Beside(Protocol):
    """What is known beside a talk: its invoice, as staff see it, once a talk is open."""

    @property
    def invoice_view(self) -> InvoiceView | None: ...


def beside(view: Beside) -> Autopay:
    """How the customer pays automatically, and what can be done about it."""
    return autopay(view.invoice_view) if view.invoice_view is not None else Autopay()


register(
    Panel("inbox", NAME, "payments/mandates/_autopay.html", beside, "side", 25, audience=ANSWERS)
)
