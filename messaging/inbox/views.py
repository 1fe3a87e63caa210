"""The inbox: for agents and administrators of the biller; everybody else gets 404."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from invoices.billers.access import access_membership
from invoices.billers.looks import look_of
from invoices.billers.models import User
from invoices.desk.nav import billers_of, nav_of
from invoices.documents.access import access_invoice_as_staff
from invoices.history.actors import staff
from invoices.panels import draw
from invoices.updates import panels_answer
from messaging.canned.queries import ready_replies
from messaging.files.rules import ACCEPT
from messaging.inbox.gate import view_from
from messaging.inbox.view import InboxView
from messaging.outbox.queries import draft_of
from messaging.threads import actions
from messaging.threads.access import access_inbox
from messaging.threads.states import TEXT_MAX

BULK_MOST = 200  # conversations changed by one form


@require_safe
@login_required
def inbox(request: HttpRequest, slug: str) -> HttpResponse:
    """Who waits, with nobody's thread open."""
    return page(request, view_from(request, slug))


@require_safe
@login_required
def thread(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """One thread beside the list and its invoice. Opening it changes nothing."""
    return page(request, view_from(request, slug, thread_id))


@require_safe
@login_required
def inbox_panels(request: HttpRequest, slug: str) -> HttpResponse:
    """The panels of ``inbox`` that changed; see ``updates.panels_answer``."""
    view = view_from(request, slug)
    return panels_answer(request, "inbox", view, version=view.version, biller=view.biller)


@require_safe
@login_required
def thread_panels(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """The panels of ``thread`` that changed; see ``updates.panels_answer``."""
    view = view_from(request, slug, thread_id)
    return panels_answer(request, "inbox", view, version=view.version, biller=view.biller)


@require_POST
@login_required
def begin(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Lead on to the invoice's thread, made where there is none."""
    assert isinstance(request.user, User)
    membership = access_inbox(access_membership(request.user, slug))
    invoice = access_invoice_as_staff(public_id, membership) if membership else None
    if invoice is None:
        raise Http404
    begun = actions.begin(invoice, actor=staff(request.user.pk))
    return redirect("inbox_thread", slug=slug, thread_id=begun.public_id)


def _prefill(request: HttpRequest, view: InboxView) -> None:
    """What the composer begins with: what was refused, a reply that was chosen, or the draft."""
    if view.thread is None or view.invoice is None or view.error:
        return
    if key := request.GET.get("reply", ""):
        ready = ready_replies(view.invoice, view.user, key)
        view.text = next((each.text for each in ready if each.key == key), "")
    elif draft := draft_of(view.thread, view.user.pk):
        view.text, view.kind = draft.text, draft.kind


def page(request: HttpRequest, view: InboxView, status: int = 200) -> HttpResponse:
    """The page in full: the list and, where one is open, the conversation."""
    _prefill(request, view)
    context = {
        "biller": view.biller,
        "brand": look_of(view.biller),
        "page": view,
        "panels": draw("inbox", view.viewer, view),
        "billers": billers_of(view.user, view.biller),
        "nav": nav_of(view.user, view.membership, current="inbox"),
        "message_id": uuid.uuid4(),
        "form_id": uuid.uuid4(),
        "draft_url": view.url("draft") if view.thread else "",
        "replies_url": view.url("replies") if view.thread else "",
        "text_max": TEXT_MAX,
        "accept": ACCEPT,
    }
    return render(request, "messaging/inbox/inbox.html", context, status=status)
