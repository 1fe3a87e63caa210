"""This room's panel on the invoice page: the doors to sharing, access, details, other invoices.

It asks the database nothing.
"""

from dataclasses import dataclass

from django.urls import reverse

from invoices.page.view import InvoiceView
from invoices.panels import CUSTOMER, INVOICE_STAFF, Panel, register


@dataclass(frozen=True, slots=True)
class Doors:
    access_url: str
    details_url: str = ""
    invoices_url: str = ""


def doors(view: InvoiceView) -> Doors:
    public_id = view.invoice.public_id
    if view.for_staff:
        return Doors(reverse("staff_links", args=[view.invoice.biller.slug, public_id]))
    return Doors(
        reverse("who_has_access", args=[public_id]),
        reverse("your_details", args=[public_id]),
        reverse("your_invoices", args=[public_id]),
    )


register(
    Panel(
        "invoice",
        "doors",
        "invoices/links/_doors.html",
        doors,
        place="story",
        order=90,
        audience=frozenset({CUSTOMER}) | INVOICE_STAFF,
    )
)
