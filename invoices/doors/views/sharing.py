"""Who has access: the customer's list of links, sharing one to pay with, closing and replacing."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from invoices.documents.links import limits
from invoices.documents.links.access import Visit
from invoices.documents.links.actions import revoke_link, share_link
from invoices.documents.links.gates import code_url, for_customer, with_code
from invoices.documents.links.levels import Level
from invoices.documents.links.models import SecretLink
from invoices.documents.links.queries import address_for, is_open, links_of
from invoices.documents.links.tasks import send_successor
from invoices.documents.models import Invoice
from invoices.doors.forms import ShareForm
from invoices.doors.views import page, speaking
from invoices.doors.words import link_row
from invoices.history.actors import CUSTOMER


@require_safe
@for_customer
def who_has_access(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The links to the invoice: by which way, since when, last opened, by whom made."""
    with speaking(request, visit.invoice):
        return _list(request, visit, ShareForm())


@require_POST
@for_customer
def share(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make a pay-only link and show it, this once. Asked for again, it is another link."""
    with speaking(request, visit.invoice):
        form = ShareForm(request.POST)
        if not form.is_valid():
            return _list(request, visit, form, status=422)
        if not limits.count(limits.SHARES_OF_INVOICE, visit.invoice.pk):
            form.add_error(None, _("That is ten links in a day. Close some, and wait a day."))
            return _list(request, visit, form, status=429)
        token = share_link(visit.invoice, made_for=form.cleaned_data["made_for"], actor=CUSTOMER)
        url = request.build_absolute_uri(reverse("open_link", args=[token]))
        return _list(request, visit, ShareForm(), fresh=url)


@require_POST
@for_customer
def close_link(request: HttpRequest, visit: Visit, link_id: uuid.UUID) -> HttpResponse:
    """Close a link. One of the customer's own takes a code: else whoever got hold of one link
    could shut the customer out by closing the others. The one in use may always be closed."""
    link = _link(visit.invoice, link_id)
    mine = link.pk == visit.link.pk
    if link.level == Level.OWN and not mine and not visit.proved:
        return redirect(code_url(visit.invoice, "access"))
    revoke_link(link, actor=CUSTOMER)
    if mine:
        with speaking(request, visit.invoice):
            here = reverse("who_has_access", args=[visit.invoice.public_id])
            return page(request, "invoices/links/closed.html", visit.invoice, {"here": here})
    return _back(visit.invoice, "closed")


@require_POST
@with_code("access")
def replace_link(request: HttpRequest, visit: Visit, link_id: uuid.UUID) -> HttpResponse:
    """Have a link's successor sent to the address on file; the old one closes with it."""
    link = _link(visit.invoice, link_id)
    if link.level != Level.OWN or not is_open(link):
        raise Http404
    if address_for(link) is not None and limits.count_all(
        (limits.RENEWALS_OF_LINK, link.pk),
        (limits.RENEWALS_OF_CUSTOMER, visit.invoice.customer_id),
    ):
        send_successor.defer(link_id=link.pk, actor_kind=CUSTOMER.kind, user_id=None)
    return _back(visit.invoice, "replaced")


def _list(
    request: HttpRequest, visit: Visit, form: ShareForm, *, fresh: str = "", status: int = 200
) -> HttpResponse:
    rows = [link_row(held, current=visit.link, for_staff=False) for held in links_of(visit.invoice)]
    context = {
        "form": form,
        "fresh": fresh,
        "fresh_rows": [{"label": _("Link"), "value": fresh, "copy": fresh}] if fresh else [],
        "open_rows": [row for row in rows if row.open],
        "closed_rows": [row for row in rows if not row.open],
        "proved": visit.proved,
        "here": reverse("who_has_access", args=[visit.invoice.public_id]),
    }
    return page(request, "invoices/links/access.html", visit.invoice, context, status=status)


def _link(invoice: Invoice, link_id: uuid.UUID) -> SecretLink:
    link = (
        SecretLink.objects.filter(invoice=invoice, public_id=link_id)
        .select_related("invoice__customer", "contact_point")
        .first()
    )
    if link is None:
        raise Http404
    return link


def _back(invoice: Invoice, done: str) -> HttpResponse:
    return redirect(f"{reverse('who_has_access', args=[invoice.public_id])}?done={done}")
