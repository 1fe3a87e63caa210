"""Automatic payment where it is proposed to the customer: the same buttons as on its own panel."""

from collections.abc import Sequence
from dataclasses import replace

from invoices.documents.models import Invoice
from invoices.page.enrolling import Buttons, Lender, lend
from invoices.page.view import InvoiceView
from invoices.panels import CUSTOMER
from payments.mandates.page.invitation import PAGE
from payments.mandates.page.panels import Mode, autopay
from payments.mandates.page.queries import standing
from payments.mandates.states import ASKED, IN_FORCE, LEAVING
from payments.schemes.registry import label_of


def names(invoice: Invoice) -> Sequence[str]:
    """The biller's schemes, where the customer has none that draws, is asked for or is ending."""
    now = standing(invoice.customer_id, invoice.biller_id)
    if any(each.state in {*IN_FORCE, *ASKED, *LEAVING} for each in now.mandates):
        return ()
    return [label_of(scheme) for scheme, _live in now.offers]


def buttons(view: InvoiceView) -> Buttons | None:
    """The panel's own offers, without its invitation."""
    if view.viewer != CUSTOMER:
        return None
    told = autopay(view)
    if told.mode != Mode.OFFER:
        return None
    return Buttons("payments/mandates/_offers.html", replace(told, moment=PAGE), view)


lend(Lender(names, buttons))
