"""The invoice page and its panels, for the customer with a link and for staff with a login."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from invoices import clock
from invoices.billers.access import access_membership
from invoices.billers.looks import look_of
from invoices.documents.access import (
    access_invoice_as_staff,
    access_invoice_by_links,
    access_link,
)
from invoices.documents.models import Invoice
from invoices.history.kinds import Topic
from invoices.history.queries import version
from invoices.page.language import spoken
from invoices.page.view import InvoiceView
from invoices.panels import CUSTOMER, draw
from invoices.updates import panels_answer

LINKS_SALT = "nota.links"
LINKS_KEPT = 10
LINKS_MAX_AGE_S = 12 * 3600


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange a secret link for a cookie and lead on to the page, whose path holds no secret.

    Nothing is written: scanners that fetch the link change nothing.
    """
    link = access_link(token)
    if link is None:
        raise Http404
    response = redirect("invoice_page", public_id=link.invoice.public_id)
    opened = [link.pk, *(pk for pk in _opened(request) if pk != link.pk)][:LINKS_KEPT]
    response.set_cookie(
        settings.LINK_COOKIE_NAME,
        signing.dumps(opened, salt=LINKS_SALT),
        max_age=LINKS_MAX_AGE_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _opened(request: HttpRequest) -> list[int]:
    """The ids of the links opened in this browser; [] when the cookie is old or not ours."""
    try:
        return list(
            signing.loads(
                request.COOKIES.get(settings.LINK_COOKIE_NAME, ""),
                salt=LINKS_SALT,
                max_age=LINKS_MAX_AGE_S,
            )
        )
    except signing.BadSignature:
        return []


@require_safe
def customer_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The invoice, for whoever opened a living link to it in this browser."""
    return _page(request, for_customer(request, public_id), CUSTOMER)


@require_safe
def customer_panels(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The panels of ``customer_page`` that changed; see ``updates.panels_answer``."""
    return _panels(request, for_customer(request, public_id), CUSTOMER)


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
    """The invoice, for whoever opened a living link to it in this browser; else 404."""
    invoice = access_invoice_by_links(public_id, _opened(request))
    if invoice is None:
        raise Http404
    return invoice


def for_staff(request: HttpRequest, slug: str, public_id: uuid.UUID) -> tuple[Invoice, str]:
    """The invoice and the role of the member of its biller's staff who asks; else 404."""
    membership = access_membership(request.user, slug)
    invoice = access_invoice_as_staff(public_id, membership) if membership else None
    if membership is None or invoice is None:
        raise Http404
    return invoice, membership.role


def _page(request: HttpRequest, invoice: Invoice, viewer: str) -> HttpResponse:
    with spoken(request, own_language(invoice, viewer)) as language:
        view = view_of(request, invoice, viewer, language)
        panels = draw("invoice", viewer, view, looking_back=view.as_of is not None)
        view.title = next(p.context.document_title for p in panels if p.name == "balance")
        return render(
            request,
            "invoices/page/page.html",
            {
                "biller": invoice.biller,
                "brand": look_of(invoice.biller),
                "page": view,
                "panels": panels,
            },
        )


def _panels(request: HttpRequest, invoice: Invoice, viewer: str) -> HttpResponse:
    with spoken(request, own_language(invoice, viewer)) as language:
        view = view_of(request, invoice, viewer, language)
        return panels_answer(
            request, "invoice", view, version=version(invoice.pk), biller=invoice.biller
        )


def own_language(invoice: Invoice, viewer: str) -> str:
    """The customer's language for the customer, the browser's for staff."""
    return invoice.customer.language if viewer == CUSTOMER else get_language() or ""


def view_of(request: HttpRequest, invoice: Invoice, viewer: str, language: str) -> InvoiceView:
    """What the page and its panels are drawn from."""
    if viewer == CUSTOMER:
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
        as_of=_moment(request.GET.get("as_of", ""), invoice),
        topic=next((t for t in Topic if t.value == request.GET.get("show")), None),
    )


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
