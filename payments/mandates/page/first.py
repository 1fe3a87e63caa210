"""Names the first invoice that will be drawn, before automatic payment is active."""

from django.utils.translation import gettext as _

from invoices.page.view import InvoiceView
from invoices.page.words import long_date
from payments.mandates.draws import first_draw


def first_drawn(view: InvoiceView, scheme: str) -> str:
    """Which invoice will be drawn first, as far as that is known."""
    first = first_draw(view.invoice.biller, view.invoice.customer_id, scheme)
    if first is None:
        return ""
    if not first.invoice_number or first.draw_on is None:
        return _("The first invoice that is drawn automatically is your next one.")
    return _("The first invoice that is drawn automatically is {number}, on {day}.").format(
        number=first.invoice_number, day=long_date(first.draw_on, view.language)
    )


def first_by_bank(view: InvoiceView, scheme: str) -> tuple[str, ...]:
    """The same where nobody knows how long the bank takes, with what to do meanwhile."""
    first = first_draw(view.invoice.biller, view.invoice.customer_id, scheme)
    if first is None or not first.invoice_number or first.draw_on is None:
        return (_("This invoice must still be paid by hand."),)
    day = long_date(first.draw_on, view.language)
    words = _("If the bank is done within about a week, the first invoice is {number}, on {day}.")
    named = words.format(number=first.invoice_number, day=day)
    if first.invoice_number != view.invoice.number:
        return named, _("This invoice must still be paid by hand.")
    return named, _("If automatic payment is not active by then, pay it by hand.")
