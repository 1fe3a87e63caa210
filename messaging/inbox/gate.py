"""How a request comes into the inbox: who asks, which list, which conversation; else 404."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from invoices.billers.access import access_membership
from invoices.billers.models import User
from invoices.documents.access import access_invoice_as_staff
from invoices.errors import Refused
from invoices.page.language import spoken
from invoices.page.sentences import error_sentence
from invoices.page.views import own_language, view_of
from messaging.inbox.view import InboxView
from messaging.sorting.queries import cursor_from
from messaging.threads.access import access_inbox, access_thread
from messaging.threads.models import Thread
from messaging.threads.states import Box
from messaging.threads.topics import About

REFUSED = 422


def view_from(request: HttpRequest, slug: str, thread_id: uuid.UUID | None = None) -> InboxView:
    """The inbox as the one who asks may see it, with the list that the address names."""
    assert isinstance(request.user, User)
    membership = access_inbox(access_membership(request.user, slug))
    if membership is None:
        raise Http404
    box, topic = request.GET.get("view", ""), request.GET.get("topic", "")
    view = InboxView(
        membership=membership,
        user=request.user,
        language="",
        box=Box(box) if box in list(Box) else Box.WAITING,
        query=request.GET.get("q", "").strip()[:100],
        tag=_uuid(request.GET.get("tag", "")),
        team=_uuid(request.GET.get("team", "")),
        topic=About(topic) if topic in list(About) else None,
        by_due=request.GET.get("sort") == "due",
        after=cursor_from(request.GET.get("after", "")),
    )
    if thread_id is not None:
        _open(request, view, thread_id)
    return view


def _open(request: HttpRequest, view: InboxView, thread_id: uuid.UUID) -> None:
    view.thread = access_thread(thread_id, view.membership)
    if view.thread is None:
        raise Http404
    invoice = access_invoice_as_staff(view.thread.invoice.public_id, view.membership)
    assert invoice is not None, "who answers sees invoices"
    role = view.membership.role
    with spoken(request, own_language(invoice, role)) as language:
        view.language = language
        view.invoice_view = view_of(request, invoice, role, language)


def open_thread(view: InboxView) -> Thread:
    """The conversation that the address names."""
    assert view.thread is not None, "the address names one"
    return view.thread


def by_script(request: HttpRequest) -> bool:
    """Whether a script asks, which draws what changed by itself."""
    return bool(request.headers.get("HX-Request"))


def done(request: HttpRequest, where: str) -> HttpResponse:
    """A script fetches what changed by itself; a form is led on."""
    if by_script(request):
        return HttpResponse(status=204)
    answer = redirect(where)
    answer.status_code = 303
    return answer


def sentence(refused: Refused) -> HttpResponse:
    """A refusal for a script: its words alone."""
    words = error_sentence(refused)
    return HttpResponse(words, status=REFUSED, content_type="text/plain; charset=utf-8")


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
