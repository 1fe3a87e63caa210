"""The invoice page and its panels, for the customer with a link and for staff with a login."""

import uuid
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from invoices import clock
from invoices.billers.access import access_membership
from invoices.billers.areas import Area
from invoices.billers.looks import look_of
from invoices.documents.access import access_invoice_as_staff
from invoices.documents.links.access import Visit, visit_of
from invoices.documents.links.gates import way_back
from invoices.documents.models import Invoice
from invoices.history.kinds import Topic
from invoices.history.queries import version
from invoices.page import pay_only
from invoices.page.language import spoken
from invoices.page.view import InvoiceView
from invoices.panels import CUSTOMER, PAYER, STAFF, draw
from invoices.updates import panels_answer


@require_safe
def customer_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The invoice, for whoever opened a living link to it in this browser: by the link's level."""
    visit = visit_of(request, public_id)
    if visit is None:
        door = way_back(request, public_id)
        if door is None:
            raise Http404
        return redirect(door)
    return _page(request, visit.invoice, visit.viewer, visit)


@require_safe
def customer_panels(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The panels of ``customer_page`` that changed; see ``updates.panels_answer``."""
    visit = visit_of(request, public_id)
    if visit is None:
        raise Http404
    return _panels(request, visit.invoice, visit.viewer, visit)


@require_safe
@login_required
def staff_page(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """The invoice as staff of its biller see it."""
    invoice, role = for_staff(request, slug, public_id)
    return _page(request, invoice, role)


@require_safe
@login_required
def staff_panels(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """The panels of ``staff_page`` that changed; see ``updates.panels_answer``."""
    invoice, role = for_staff(request, slug, public_id)
    return _panels(request, invoice, role)


def for_customer(request: HttpRequest, public_id: uuid.UUID) -> Invoice:
    """The invoice, for whoever came by the customer's own link; else 404, also by a pay-only one.

    What a biller may put behind a code stands behind ``links.gates.unlocked`` besides.
    """
    visit = visit_of(request, public_id)
    if visit is None or visit.viewer != CUSTOMER:
        raise Http404
    return visit.invoice


def for_staff(request: HttpRequest, slug: str, public_id: uuid.UUID) -> tuple[Invoice, str]:
    """The invoice and the role of the member of its biller's staff who asks; else 404."""
    membership = access_membership(request.user, slug)
    invoice = access_invoice_as_staff(public_id, membership) if membership else None
    if membership is None or invoice is None:
        raise Http404
    return invoice, membership.role


def _page(
    request: HttpRequest, invoice: Invoice, viewer: str, visit: Visit | None = None
) -> HttpResponse:
    with spoken(request, own_language(invoice, viewer)) as language:
        view = view_of(request, invoice, viewer, language, visit)
        panels = draw(_name_of_page(viewer), viewer, view, looking_back=view.as_of is not None)
        view.title = next(p.context.document_title for p in panels if p.name == "balance")
        return render(
            request,
            "invoices/page/pay_only.html" if viewer == PAYER else "invoices/page/page.html",
            {
                "biller": invoice.biller,
                "brand": look_of(invoice.biller),
                "page": view,
                "panels": panels,
            },
        )


def _panels(
    request: HttpRequest, invoice: Invoice, viewer: str, visit: Visit | None = None
) -> HttpResponse:
    with spoken(request, own_language(invoice, viewer)) as language:
        view = view_of(request, invoice, viewer, language, visit)
        seen = view.payer_version if viewer == PAYER else version(invoice.pk)
        return panels_answer(
            request, _name_of_page(viewer), view, version=seen, biller=invoice.biller
        )


def _name_of_page(viewer: str) -> str:
    return "pay_only" if viewer == PAYER else "invoice"


def own_language(invoice: Invoice, viewer: str) -> str:
    """The customer's language for whoever came by a link, the browser's for staff."""
    return invoice.customer.language if viewer in (CUSTOMER, PAYER) else get_language() or ""


def view_of(
    request: HttpRequest,
    invoice: Invoice,
    viewer: str,
    language: str,
    visit: Visit | None = None,
) -> InvoiceView:
    """What the page and its panels are drawn from; ``visit`` is how a customer or payer came in."""
    if viewer not in STAFF:
        names = ("invoice_page", "invoice_panels")
        args: dict[str, object] = {"public_id": invoice.public_id}
    else:
        names = ("staff_invoice", "staff_panels")
        args = {"slug": invoice.biller.slug, "public_id": invoice.public_id}
    return InvoiceView(
        invoice=invoice,
        viewer=viewer,
        language=language,
        page_url=reverse(names[0], kwargs=args),
        panels_url=reverse(names[1], kwargs=args),
        before=_uuid(request.GET.get("before", "")),
        as_of=_as_of(request, invoice, visit),
        topic=next((t for t in Topic if t.value == request.GET.get("show")), None),
        about=request.GET.get("about", "")[:60],
        locked=visit.locked if visit else frozenset(),
        link_topic=visit.topic if visit else "",
        payer_version=pay_only.version(invoice.pk) if viewer == PAYER else 0,
    )


def _as_of(request: HttpRequest, invoice: Invoice, visit: Visit | None) -> datetime | None:
    """The moment asked for; None for whoever may not see the history."""
    if visit is not None and (visit.viewer == PAYER or Area.HISTORY in visit.locked):
        return None
    return _moment(request.GET.get("as_of", ""), invoice)


def _moment(text: str, invoice: Invoice) -> datetime | None:
    """A moment of the invoice's life; None for now, for what lies ahead and for what is no time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    return max(moment, invoice.created_at) if moment < clock.now() else None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
