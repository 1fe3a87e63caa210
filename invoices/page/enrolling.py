"""How an upper floor lends its way to automatic payment: its buttons stand where they are proposed.

Whoever proposes it knows nothing of schemes; what is tapped is the very form of the invoice's page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from invoices.documents.models import Invoice
from invoices.page.view import InvoiceView


@dataclass(frozen=True, slots=True)
class Buttons:
    """Forms to choose by: the template knows ``content`` as ``panel``, and the page they are on."""

    template: str
    content: Any
    page: InvoiceView


@dataclass(frozen=True, slots=True)
class Lender:
    """``names`` says what can be chosen on an invoice now, nothing where it is chosen already;
    ``buttons`` draws it for the customer."""

    names: Callable[[Invoice], Sequence[str]]
    buttons: Callable[[InvoiceView], Buttons | None]


_lenders: list[Lender] = []


def lend(lender: Lender) -> None:
    """Make this the way to automatic payment. There is one."""
    assert _lenders in ([], [lender]), "two floors lend automatic payment"
    _lenders[:] = [lender]


def names_on(invoice: Invoice) -> Sequence[str]:
    """What the customer could choose on this invoice; nothing where there is nothing to choose."""
    return _lenders[0].names(invoice) if _lenders else ()


def buttons_on(view: InvoiceView) -> Buttons | None:
    """The buttons for the customer who looks; None where there is nothing to choose."""
    return _lenders[0].buttons(view) if _lenders else None
