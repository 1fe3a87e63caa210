"""The inbox: for agents and administrators of the biller; everybody else gets 404."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from invoices.billers.access import access_membership
from invoices.billers.looks import look_of
from invoices.billers.models import User
from invoices.desk.nav import billers_of, nav_of
from invoices.documents.access import access_invoice_as_staff
from invoices.errors import N_, Refused
from invoices.history.actors import staff
from invoices.page.language import spoken
from invoices.page.sentences import error_sentence
from invoices.page.views import own_language, view_of
from invoices.panels import draw
from invoices.updates import panels_answer
from messaging.inbox.queries import colleagues
from messaging.inbox.view import InboxView
from messaging.threads import actions
from messaging.threads.access import access_inbox, access_thread
from messaging.threads.customer_views import number, posted_id, posted_marks
from messaging.threads.models import Thread
from messaging.threads.states import TEXT_MAX, Box

REFUSED = 422


@require_safe
@login_required
def inbox(request: HttpRequest, slug: str) -> HttpResponse:
    """Who waits, with nobody's thread open."""
    return _page(request, _view(request, slug))


@require_safe
@login_required
def thread(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """One thread beside the list and its invoice. Opening it changes nothing."""
    return _page(request, _view(request, slug, thread_id))


@require_safe
@login_required
def inbox_panels(request: HttpRequest, slug: str) -> HttpResponse:
    """The panels of ``inbox`` that changed; see ``updates.panels_answer``."""
    view = _view(request, slug)
    return panels_answer(request, "inbox", view, version=view.version, biller=view.biller)


@require_safe
@login_required
def thread_panels(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """The panels of ``thread`` that changed; see ``updates.panels_answer``."""
    view = _view(request, slug, thread_id)
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


@require_POST
@login_required
def write(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """Answer the customer or, as a note, write for staff alone."""
    assert isinstance(request.user, User)
    view = _view(request, slug, thread_id)
    invoice = _thread(view).invoice
    text, actor = request.POST.get("text", ""), staff(request.user.pk)
    try:
        if request.POST.get("kind") == "note":
            actions.note(invoice, text, actor=actor, message_id=posted_id(request))
        else:
            actions.post(
                invoice,
                text,
                actor=actor,
                message_id=posted_id(request),
                seen_no=number(request.POST.get("seen_no", "")),
            )
    except Refused as refused:
        if not _by_script(request):
            view.text, view.error = text, error_sentence(refused)
            return _page(request, view, status=REFUSED)
        return _sentence(refused)
    return _done(request, view)


@require_POST
@login_required
def assign(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """Give the thread to a colleague, take it, or give it back: ``to`` is an address, or ""."""

    def change(held: Thread, view: InboxView) -> None:
        wanted = request.POST.get("to", "")
        people = {user.email: user for user in colleagues(view.biller.pk)}
        if wanted and wanted not in people:
            raise Refused(N_("Choose somebody who answers customers here."))
        before = people.get(request.POST.get("owner", ""))
        actions.assign(
            held,
            people.get(wanted),
            actor=staff(view.user.pk),
            expected_id=before.pk if before else None,
        )

    return _act(request, slug, thread_id, change)


@require_POST
@login_required
def set_state(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """Close or open the thread, or say whether it waits for an answer."""
    ways = {
        "close": actions.close,
        "reopen": actions.reopen,
        "settle": actions.settle,
        "wait": actions.wait_again,
    }

    def change(held: Thread, view: InboxView) -> None:
        if (way := ways.get(request.POST.get("do", ""))) is None:
            raise Refused(N_("Choose what should happen with the conversation."))
        way(held, actor=staff(view.user.pk))

    return _act(request, slug, thread_id, change)


@require_POST
@login_required
def seen(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """An agent's page has shown messages: the customer's marks. Who waits goes on waiting."""
    view = _view(request, slug, thread_id)
    got_no, read_no = posted_marks(request)
    actions.mark(_thread(view).invoice, actor=staff(view.user.pk), got_no=got_no, read_no=read_no)
    return HttpResponse(status=204)


def _act(
    request: HttpRequest,
    slug: str,
    thread_id: uuid.UUID,
    change: Callable[[Thread, InboxView], None],
) -> HttpResponse:
    view = _view(request, slug, thread_id)
    try:
        change(_thread(view), view)
    except Refused as refused:
        if _by_script(request):
            return _sentence(refused)
        messages.error(request, error_sentence(refused))
    return _done(request, view)


def _thread(view: InboxView) -> Thread:
    assert view.thread is not None, "the address names one"
    return view.thread


def _by_script(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _done(request: HttpRequest, view: InboxView) -> HttpResponse:
    """A script fetches what changed by itself; a form is led back."""
    if _by_script(request):
        return HttpResponse(status=204)
    answer = redirect(view.url())
    answer.status_code = 303
    return answer


def _sentence(refused: Refused) -> HttpResponse:
    words = error_sentence(refused)
    return HttpResponse(words, status=REFUSED, content_type="text/plain; charset=utf-8")


def _view(request: HttpRequest, slug: str, thread_id: uuid.UUID | None = None) -> InboxView:
    assert isinstance(request.user, User)
    membership = access_inbox(access_membership(request.user, slug))
    if membership is None:
        raise Http404
    asked = request.GET.get("view", "")
    view = InboxView(
        membership=membership,
        user=request.user,
        language="",
        box=Box(asked) if asked in list(Box) else Box.WAITING,
        query=request.GET.get("q", "").strip()[:100],
        start=number(request.GET.get("from", "")),
    )
    if thread_id is not None:
        view.thread = access_thread(thread_id, membership)
        if view.thread is None:
            raise Http404
        invoice = access_invoice_as_staff(view.thread.invoice.public_id, membership)
        assert invoice is not None, "who answers sees invoices"
        with spoken(request, own_language(invoice, membership.role)) as language:
            view.language = language
            view.invoice_view = view_of(request, invoice, membership.role, language)
    return view


def _page(request: HttpRequest, view: InboxView, status: int = 200) -> HttpResponse:
    context = {
        "biller": view.biller,
        "brand": look_of(view.biller),
        "page": view,
        "panels": draw("inbox", view.viewer, view),
        "billers": billers_of(view.user, view.biller),
        "nav": nav_of(view.user, view.membership, current="inbox"),
        "message_id": uuid.uuid4(),
        "text_max": TEXT_MAX,
    }
    return render(request, "messaging/inbox/inbox.html", context, status=status)
