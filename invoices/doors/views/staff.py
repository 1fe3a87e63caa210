"""Staff's list of a customer's links: who has one, closing, replacing, sending a further one.

Nobody on the staff ever sees a token: new links go to the customer's address on file alone.
"""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from invoices.billers.looks import look_of
from invoices.billers.models import Membership
from invoices.documents.links import limits
from invoices.documents.links.actions import revoke_link
from invoices.documents.links.gates import for_link_staff, manages_links
from invoices.documents.links.levels import Level
from invoices.documents.links.models import SecretLink
from invoices.documents.links.queries import is_open, links_of, trusted_emails
from invoices.documents.links.tasks import send_fresh_link, send_successor
from invoices.documents.models import Invoice
from invoices.doors.views import done_words
from invoices.doors.words import link_row, masked
from invoices.history.actors import staff
from invoices.page.language import spoken


@require_safe
@for_link_staff
def staff_links(request: HttpRequest, invoice: Invoice, membership: Membership) -> HttpResponse:
    """Every link to the invoice; with actions for roles that manage links."""
    with spoken(request, get_language() or ""):
        rows = [link_row(held, current=None, for_staff=True) for held in links_of(invoice)]
        to = next(iter(trusted_emails(invoice.customer)), None)
        context = {
            "biller": invoice.biller,
            "brand": look_of(invoice.biller),
            "invoice": invoice,
            "slug": membership.biller.slug,
            "open_rows": [row for row in rows if row.open],
            "closed_rows": [row for row in rows if not row.open],
            "may_manage": manages_links(membership),
            "to": masked(to) if to else "",
            "done": done_words(request.GET.get("done", "")),
        }
        return render(request, "invoices/links/staff.html", context)


@require_POST
@for_link_staff
def staff_close_link(
    request: HttpRequest, invoice: Invoice, membership: Membership, link_id: uuid.UUID
) -> HttpResponse:
    """Close a link at once."""
    revoke_link(_link(invoice, link_id), actor=staff(membership.user_id))
    return _back(invoice, membership, "closed")


@require_POST
@for_link_staff
def staff_replace_link(
    request: HttpRequest, invoice: Invoice, membership: Membership, link_id: uuid.UUID
) -> HttpResponse:
    """Send a link's successor to the customer's address on file; the old one closes with it."""
    link = _link(invoice, link_id)
    if link.level != Level.OWN or not is_open(link):
        raise Http404
    if limits.count(limits.RENEWALS_OF_CUSTOMER, invoice.customer_id):
        actor = staff(membership.user_id)
        send_successor.defer(link_id=link.pk, actor_kind=actor.kind, user_id=actor.user_id)
    return _back(invoice, membership, "replaced")


@require_POST
@for_link_staff
def staff_send_link(request: HttpRequest, invoice: Invoice, membership: Membership) -> HttpResponse:
    """Send the customer a further link, to the address on file."""
    if limits.count(limits.RENEWALS_OF_CUSTOMER, invoice.customer_id):
        actor = staff(membership.user_id)
        send_fresh_link.defer(invoice_id=invoice.pk, actor_kind=actor.kind, user_id=actor.user_id)
    return _back(invoice, membership, "sent")


def _link(invoice: Invoice, link_id: uuid.UUID) -> SecretLink:
    link = (
        SecretLink.objects.filter(invoice=invoice, public_id=link_id)
        .select_related("invoice")
        .first()
    )
    if link is None:
        raise Http404
    return link


def _back(invoice: Invoice, membership: Membership, done: str) -> HttpResponse:
    where = reverse("staff_links", args=[membership.biller.slug, invoice.public_id])
    return redirect(f"{where}?done={done}")
