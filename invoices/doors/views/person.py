"""What takes a code: the customer's details, the ways to reach them, and all their invoices."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from invoices import clock
from invoices.customers.actions import add_contact_point, prefer_contact_point
from invoices.customers.models import ContactPoint
from invoices.documents.links.access import Visit
from invoices.documents.links.actions import forget_recipient
from invoices.documents.links.codes.actions import OPEN_FOR, Verdict, ask_for_code
from invoices.documents.links.gates import with_code
from invoices.documents.links.models import StepUpCode
from invoices.documents.models import Invoice
from invoices.documents.queries import with_left
from invoices.doors.forms import CodeForm, ContactForm
from invoices.doors.views import page, speaking
from invoices.doors.views.codes import (
    TOO_MANY,
    UNPROCESSABLE,
    may_send,
    own_session,
    too_many,
    tried,
    waiting,
)
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER
from invoices.money import Money
from invoices.page.sentences import error_sentence

VERIFY = StepUpCode.Purpose.VERIFY.value
INVOICES_SHOWN = 200


@require_safe
@with_code("you")
def your_details(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who the customer is to the biller, and the ways to reach them in their order."""
    with speaking(request, visit.invoice):
        return _details(request, visit, ContactForm())


@require_POST
@with_code("you")
def add_contact(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Add a way to be reached."""
    with speaking(request, visit.invoice):
        form = ContactForm(request.POST)
        if form.is_valid():
            try:
                add_contact_point(
                    visit.invoice.customer,
                    kind=form.cleaned_data["kind"],
                    value=form.cleaned_data["value"],
                    invoice_id=visit.invoice.pk,
                    actor=CUSTOMER,
                )
            except Refused as refused:
                form.add_error("value", error_sentence(refused))
            else:
                return _back(visit.invoice, "added")
        return _details(request, visit, form, status=UNPROCESSABLE)


@require_POST
@with_code("you")
def remove_contact(request: HttpRequest, visit: Visit, point_id: uuid.UUID) -> HttpResponse:
    """Remove a way to be reached, and close the links that were sent there."""
    point = _point(visit, point_id)
    try:
        forget_recipient(point, invoice=visit.invoice, keep_link=visit.link, actor=CUSTOMER)
    except Refused as refused:
        with speaking(request, visit.invoice):
            why = error_sentence(refused)
            return _details(request, visit, ContactForm(), why=why, status=UNPROCESSABLE)
    return _back(visit.invoice, "removed")


@require_POST
@with_code("you")
def prefer_contact(request: HttpRequest, visit: Visit, point_id: uuid.UUID) -> HttpResponse:
    """Let this way be tried first."""
    point = _point(visit, point_id)
    prefer_contact_point(point, invoice_id=visit.invoice.pk, actor=CUSTOMER)
    return _back(visit.invoice, "first")


@require_http_methods(["GET", "HEAD", "POST"])
@with_code("you")
def confirm_contact(request: HttpRequest, visit: Visit, point_id: uuid.UUID) -> HttpResponse:
    """Enter the code that was sent to an address, to show that it is read."""
    point = _point(visit, point_id, kind=ContactPoint.Kind.EMAIL)
    with speaking(request, visit.invoice):
        if request.method != "POST":
            return _confirm(request, visit, point, CodeForm())
        form = CodeForm(request.POST)
        if form.is_valid() and tried(request, visit, form, VERIFY) is Verdict.RIGHT:
            return _back(visit.invoice, "confirmed")
        return _confirm(request, visit, point, form, status=UNPROCESSABLE)


@require_POST
@with_code("you")
def send_confirmation(request: HttpRequest, visit: Visit, point_id: uuid.UUID) -> HttpResponse:
    """Send a code to the address that is to be confirmed."""
    point = _point(visit, point_id, kind=ContactPoint.Kind.EMAIL)
    if not may_send(request, visit):
        with speaking(request, visit.invoice):
            return _confirm(request, visit, point, too_many(CodeForm({})), status=TOO_MANY)
    session = own_session(request)
    ask_for_code(
        visit.link, to=point, session_sha256=session.sha256, purpose=VERIFY, actor=CUSTOMER
    )
    return redirect("confirm_contact", visit.invoice.public_id, point.public_id)


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    number: str
    url: str
    due_on: date
    left: Money
    total: Money
    status: str
    tone: str
    current: bool


@require_safe
@with_code("invoices")
def your_invoices(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All invoices of the customer at this biller, the newest first."""
    found = with_left(Invoice.objects.filter(customer=visit.invoice.customer_id))
    rows = [_row(invoice, visit) for invoice in found.order_by("-pk")[:INVOICES_SHOWN]]
    with speaking(request, visit.invoice):
        left = Money(sum(row.left.minor for row in rows), visit.invoice.currency)
        context = {"rows": rows, "left": left, "open": sum(1 for row in rows if row.left.minor)}
        return page(request, "invoices/links/invoices.html", visit.invoice, context)


def _row(invoice: Any, visit: Visit) -> InvoiceRow:
    left = invoice.left_minor
    late = left > 0 and clock.today() > invoice.due_on
    status = "settled" if not left else "overdue" if late else "open"
    return InvoiceRow(
        number=invoice.number,
        url=reverse("invoice_page", args=[invoice.public_id]),
        due_on=invoice.due_on,
        left=Money(left, invoice.currency),
        total=Money(invoice.total_minor, invoice.currency),
        status=status,
        tone={"settled": "good", "overdue": "bad", "open": "plain"}[status],
        current=invoice.pk == visit.invoice.pk,
    )


def _details(
    request: HttpRequest, visit: Visit, form: ContactForm, *, why: str = "", status: int = 200
) -> HttpResponse:
    points = ContactPoint.objects.filter(customer=visit.invoice.customer_id).order_by("rank")
    context = {
        "customer": visit.invoice.customer,
        "points": list(points),
        "form": form,
        "why": why,
        "here": reverse("your_details", args=[visit.invoice.public_id]),
    }
    return page(request, "invoices/links/details.html", visit.invoice, context, status=status)


def _confirm(
    request: HttpRequest, visit: Visit, point: ContactPoint, form: CodeForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "point": point,
        "here": reverse("confirm_contact", args=[visit.invoice.public_id, point.public_id]),
        "waiting": waiting(request, visit, VERIFY),
        "minutes": int(OPEN_FOR.total_seconds() // 60),
    }
    return page(request, "invoices/links/confirm.html", visit.invoice, context, status=status)


def _point(visit: Visit, point_id: uuid.UUID, **more: Any) -> ContactPoint:
    point = (
        ContactPoint.objects.select_related("customer")
        .filter(customer=visit.invoice.customer_id, public_id=point_id, **more)
        .first()
    )
    if point is None:
        raise Http404
    return point


def _back(invoice: Invoice, done: str) -> HttpResponse:
    return redirect(f"{reverse('your_details', args=[invoice.public_id])}?done={done}")
