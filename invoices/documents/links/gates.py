"""The gates before a view: a customer by link, with a code where it takes one; staff by role."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from invoices.billers.access import access_membership
from invoices.billers.areas import Area
from invoices.billers.models import Membership
from invoices.billers.roles import MANAGES_LINKS
from invoices.documents.access import access_invoice_as_staff
from invoices.documents.links.access import Visit, may_renew, own_links_of_session, visit_of
from invoices.documents.links.queries import is_open
from invoices.documents.models import Invoice
from invoices.panels import CUSTOMER

type View = Callable[..., HttpResponse]

# Where a code may lead on to; an invoice's own id leads to its page.
PLACES = {
    "page": "invoice_page",
    "you": "your_details",
    "invoices": "your_invoices",
    "access": "who_has_access",
}


def register_place(place: str, name: str) -> None:
    """Let a code lead on to an upper floor's page: the name of its URL, which takes the invoice."""
    PLACES.setdefault(place, name)


def for_customer(view: View) -> View:
    """Only for the customer's own link; ``view`` gets the visit instead of the id."""

    @wraps(view)
    def gated(
        request: HttpRequest, public_id: uuid.UUID, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        visit = visit_of(request, public_id)
        if visit is None or visit.viewer != CUSTOMER:
            raise Http404
        return view(request, visit, *args, **kwargs)

    return gated


def with_code(place: str) -> Callable[[View], View]:
    """Only for the customer, with a code entered in the last half hour; else to the code's page,
    and from there to ``place``. Nothing that was posted is done: it is asked for again."""

    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, visit: Visit, *args: Any, **kwargs: Any) -> HttpResponse:
            if not visit.proved:
                return redirect(code_url(visit.invoice, place))
            return view(request, visit, *args, **kwargs)

        return for_customer(gated)

    return decorate


def unlocked(area: Area) -> Callable[[View], View]:
    """For views of other rooms: asks for a code where the biller wants one for the area.

    Whoever has no link of the customer's own to the invoice gets the view's own answer.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def gated(
            request: HttpRequest, public_id: uuid.UUID, *args: Any, **kwargs: Any
        ) -> HttpResponse:
            visit = visit_of(request, public_id)
            if visit is not None and visit.viewer == CUSTOMER and area in visit.locked:
                return _lead(request, code_url(visit.invoice, str(public_id)))
            return view(request, public_id, *args, **kwargs)

        return gated

    return decorate


def _lead(request: HttpRequest, url: str) -> HttpResponse:
    """To another page; the whole of it, also where htmx asked for a part of this one."""
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(url)
    return redirect(url)


def for_link_staff(view: View) -> View:
    """Only for staff who may see the biller's invoice; ``view`` gets invoice and membership.

    Whatever is not only read takes a role that manages links.
    """

    @wraps(view)
    def gated(
        request: HttpRequest, slug: str, public_id: uuid.UUID, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        membership = access_membership(request.user, slug)
        invoice = access_invoice_as_staff(public_id, membership) if membership else None
        if membership is None or invoice is None:
            raise Http404
        if request.method not in ("GET", "HEAD") and not manages_links(membership):
            raise Http404
        return view(request, invoice, membership, *args, **kwargs)

    return login_required(gated)


def manages_links(membership: Membership) -> bool:
    return membership.role in MANAGES_LINKS


def code_url(invoice: Invoice, place: str) -> str:
    """The page where a code is asked for and entered, that leads on to ``place``."""
    asked = urlencode({"next": place})
    return f"{reverse('code', args=[invoice.public_id])}?{asked}"


def place_url(invoice: Invoice, place: str) -> str:
    """Where ``place`` is; an unknown one is the invoice's page."""
    if place in PLACES:
        return reverse(PLACES[place], args=[invoice.public_id])
    try:
        other = uuid.UUID(place)
    except ValueError:
        other = invoice.public_id
    return reverse("invoice_page", args=[other])


def way_back(request: HttpRequest, public_id: uuid.UUID) -> str | None:
    """Where a browser that was inside may go on: to ask for a new link, or for a code.

    Only links opened in this browser count, so a stranger learns nothing.
    """
    links = own_links_of_session(request)
    for link in links:
        if link.invoice.public_id == public_id and may_renew(link):
            return reverse("old_link", args=[link.public_id])
    whose = (
        Invoice.objects.filter(public_id=public_id).values_list("customer_id", flat=True).first()
    )
    for link in links:
        if link.invoice.customer_id == whose and is_open(link):
            return code_url(link.invoice, str(public_id))
    return None
