"""The desk's own panel: the biller's invoices, searchable."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from invoices.desk.view import DeskView
from invoices.documents.models import Invoice
from invoices.documents.queries import with_left
from invoices.money import Money
from invoices.page.words import due_words
from invoices.panels import INVOICE_STAFF, Panel, register

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    customer: str
    url: str
    due_on: date
    due_words: str
    left: Money
    total: Money
    status_label: str
    tone: str


@dataclass(frozen=True, slots=True)
class Invoices:
    rows: list[Row]
    query: str
    older_url: str


def invoices(view: DeskView) -> Invoices:
    found = with_left(
        Invoice.objects.filter(biller=view.biller).select_related("customer")
    ).order_by("-pk")
    if view.query:
        bare = "".join(view.query.split())
        found = found.filter(
            Q(number__iexact=bare)
            | Q(reference=bare)
            | Q(customer__number__iexact=bare)
            | Q(customer__name__icontains=view.query)
        )
    if view.older_than:
        found = found.filter(pk__lt=view.older_than)
    page = list(found[: PER_PAGE + 1])
    more = len(page) > PER_PAGE
    page = page[:PER_PAGE]
    desk = reverse("desk", kwargs={"slug": view.biller.slug})
    older = urlencode({"q": view.query, "before": page[-1].pk}) if more else ""
    return Invoices(
        rows=[_row(view, invoice) for invoice in page],
        query=view.query,
        older_url=f"{desk}?{older}" if more else "",
    )


def _row(view: DeskView, invoice: Invoice) -> Row:
    left = invoice.left_minor  # type: ignore[attr-defined]  # annotated by with_left
    label, tone = _status(view, invoice, left)
    return Row(
        number=invoice.number,
        customer=invoice.customer.name,
        url=reverse(
            "staff_invoice",
            kwargs={"slug": view.biller.slug, "public_id": invoice.public_id},
        ),
        due_on=invoice.due_on,
        due_words=due_words(invoice.due_on, view.on),
        left=Money(left, invoice.currency),
        total=Money(invoice.total_minor, invoice.currency),
        status_label=label,
        tone=tone,
    )


def _status(view: DeskView, invoice: Invoice, left: int) -> tuple[str, str]:
    """A word and a tone from what a list knows; the invoice's own page knows more."""
    if left == 0:
        return _("Settled"), "good"
    if view.on > invoice.due_on:
        return _("Overdue"), "bad"
    return (_("Part paid") if left < invoice.total_minor else _("Open")), "plain"


register(
    Panel(
        "desk",
        "invoices",
        "invoices/desk/_invoices.html",
        invoices,
        order=10,
        audience=INVOICE_STAFF,
    )
)
