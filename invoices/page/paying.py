"""Where the page's main button leads: an upper floor that takes payments says so here."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from invoices.page.view import InvoiceView


@dataclass(frozen=True, slots=True)
class PayLead:
    """``url`` is the page where paying begins, and ``panel`` the panel of this page in which the
    same opens over htmx. ``words`` take the place of "Pay ..." where there is something else to
    see; then the button is a quiet one.
    """

    url: str
    panel: str = ""
    words: str = ""


# Below the page: the numbers to pay with in the bank, which are always there.
IN_THE_BANK = PayLead("#panel-pay")

type Finder = Callable[[InvoiceView], PayLead | None]

_finders: list[Finder] = []


def leads_to(finder: Finder, *, first: bool = False) -> Finder:
    """Register who knows where the button leads; the first that answers is followed.

    ``first``: asked before all that were registered so far.
    """
    if finder not in _finders:
        _finders.insert(0 if first else len(_finders), finder)
    return finder


def pay_lead(view: InvoiceView) -> PayLead:
    """Where this viewer pays: where the upper floor says, else in the bank."""
    if view.collector:
        return PayLead("#panel-pay", words=_("How to pay now"))
    found = (finder(view) for finder in _finders)
    return next((lead for lead in found if lead is not None), IN_THE_BANK)
