"""Coming in by a link, counting that a page was really opened, and asking for a new link."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from invoices.documents.links import limits
from invoices.documents.links.access import find_link, may_renew, own_links_of_session, visit_of
from invoices.documents.links.actions import count_opening
from invoices.documents.links.models import SecretLink
from invoices.documents.links.queries import is_open
from invoices.documents.links.session import LinkSession, keep, session_of
from invoices.documents.links.tasks import send_successor
from invoices.doors.views import page, speaking
from invoices.history.actors import CUSTOMER, SYSTEM

GONE = 410


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange a secret link for a cookie and lead on to the page, whose path holds no secret.

    Of business nothing is written: scanners that fetch the link change nothing. A wrong token is
    counted against its address; above the limit the right ones are 404 from there too, but for
    browsers that are inside already. Whoever has the true token of an expired or replaced link
    is led to where a new one can be asked for.
    """
    session, address = session_of(request), limits.address_of(request)
    too_many = session is None and limits.full(limits.WRONG_TOKENS, address)
    link = find_link(token)
    opens = link is not None and is_open(link)
    if link is None or too_many or not (opens or may_renew(link)):
        limits.count(limits.WRONG_TOKENS, address)
        raise Http404
    response = (
        redirect("invoice_page", public_id=link.invoice.public_id)
        if opens
        else redirect("old_link", link_id=link.public_id)
    )
    keep(response, (session or LinkSession.new()).opened(link.pk))
    return response


@require_POST
def opened(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The page's script says that the page has been before somebody's eyes for a moment.

    Counted once per link and visit; fetched ahead of time does not count.
    """
    visit, session = visit_of(request, public_id), session_of(request)
    if visit is None or session is None:
        raise Http404
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    own = visit.link.invoice_id == visit.invoice.pk
    if (
        own
        and not ahead
        and limits.count(limits.OPENINGS_OF_VISIT, f"{visit.link.pk}:{session.visitor}")
        and limits.count(limits.OPENINGS_OF_LINK, visit.link.pk)
    ):
        count_opening(visit.link, visit.invoice, actor=SYSTEM)
    return HttpResponse(status=204)


@require_safe
def old_link(request: HttpRequest, link_id: uuid.UUID) -> HttpResponse:
    """What became of an expired or replaced link, for the browser that opened it."""
    link = _old(request, link_id)
    if is_open(link):
        return redirect("invoice_page", public_id=link.invoice.public_id)
    if not may_renew(link):
        raise Http404
    with speaking(request, link.invoice):
        context = {"link": link, "asked": "asked" in request.GET}
        return page(request, "invoices/links/old_link.html", link.invoice, context, status=GONE)


@require_POST
def renew_link(request: HttpRequest, link_id: uuid.UUID) -> HttpResponse:
    """Have a new link sent to the address on file. The answer is the same whatever comes of it."""
    link = _old(request, link_id)
    if not may_renew(link):
        raise Http404
    if limits.count_all(
        (limits.RENEWALS_OF_LINK, link.pk),
        (limits.RENEWALS_OF_CUSTOMER, link.invoice.customer_id),
        (limits.RENEWALS_BY_ADDRESS, limits.address_of(request)),
    ):
        send_successor.defer(link_id=link.pk, actor_kind=CUSTOMER.kind, user_id=None)
    return redirect(f"{reverse('old_link', args=[link.public_id])}?asked")


def _old(request: HttpRequest, link_id: uuid.UUID) -> SecretLink:
    link = next((x for x in own_links_of_session(request) if x.public_id == link_id), None)
    if link is None:
        raise Http404
    return link
