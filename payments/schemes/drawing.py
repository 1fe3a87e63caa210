"""The first invoice that a mandate will draw, named before the mandate is in force. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime, time

from invoices import clock
from invoices.bankdays import shift_bank_days
from invoices.billers.models import Biller
from invoices.documents.models import Invoice
from invoices.documents.queries import instalments, with_left
from payments.schemes.queries import terms_of
from payments.schemes.terms import OSLO, days_for, in_time


@dataclass(frozen=True, slots=True)
class FirstDraw:
    """The invoice, the day of the draw and the amount. Where no open invoice leaves enough time,
    ``invoice`` is None: the next one to be issued is the first.
    """

    ready_on: date  # when the bank will have said yes, as it usually goes
    invoice: Invoice | None = None
    draw_on: date | None = None
    amount_minor: int = 0


def first_draw(biller: Biller, customer_id: int, scheme: str) -> FirstDraw:
    """What would be drawn first if the customer asked for a mandate now; else the next invoice.

    A mandate that is in force already is not looked at: its draws are claims.
    """
    today = clock.today()
    terms = terms_of(biller.pk, scheme, today)
    ready_on = shift_bank_days(today, terms.setup_bank_days, biller.country)
    ready_at = datetime.combine(ready_on, time(8), OSLO)
    found = []
    invoices = with_left(Invoice.objects.filter(customer_id=customer_id))
    for invoice in invoices.filter(left_minor__gt=0).order_by("due_on", "pk"):
        for due_on, amount in _dues(invoice, invoice.left_minor):
            days = days_for(terms, due_on, biller.country)
            if in_time(days, ready_on, ready_at, notice=True):
                found.append(
                    (days.draw_on, invoice.pk, FirstDraw(ready_on, invoice, days.draw_on, amount))
                )
    return min(found, key=lambda each: each[:2])[2] if found else FirstDraw(ready_on)


def _dues(invoice: Invoice, left_minor: int) -> list[tuple[date, int]]:
    parts = [(part.due_on, part.open) for part in instalments(invoice, left_minor) if part.open]
    return parts or [(invoice.due_on, left_minor)]
