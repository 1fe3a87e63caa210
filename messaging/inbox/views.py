"""The inbox: for agents and administrators of the biller; everybody else gets 404."""

import uuid
from collections.abc import Callable, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from invoices.billers.access import access_membership
from invoices.billers.looks import look_of
from invoices.billers.models import User
from invoices.desk.nav import billers_of, nav_of
from invoices.documents.access import access_invoice_as_staff
from invoices.errors import N_, Refused
from invoices.history.actors import staff
from invoices.page.sentences import error_sentence
from invoices.panels import draw
from invoices.updates import panels_answer
from messaging.files.rules import ACCEPT
from messaging.files.uploads import bounded, posted_files
from messaging.inbox.doings import Doing, doing_of
from messaging.inbox.gate import REFUSED, by_script, done, open_thread, sentence, view_from
from messaging.inbox.view import InboxView
from messaging.sorting import actions as sorting
from messaging.sorting.mentions import Known, known_people
from messaging.threads import actions
from messaging.threads.access import access_inbox, access_threads
from messaging.threads.models import Thread
from messaging.threads.posted import number, posted_id, posted_marks
from messaging.threads.states import TEXT_MAX

BULK_MOST = 200  # conversations changed by one form


@require_safe
@login_required
def inbox(request: HttpRequest, slug: str) -> HttpResponse:
    """Who waits, with nobody's thread open."""
    return _page(request, view_from(request, slug))


@require_safe
@login_required
def thread(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """One thread beside the list and its invoice. Opening it changes nothing."""
    return _page(request, view_from(request, slug, thread_id))


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


@bounded
@require_POST
@login_required
def write(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """Answer the customer or, as a note, write for staff alone."""
    assert isinstance(request.user, User)
    view = view_from(request, slug, thread_id)
    try:
        _write(request, view)
    except Refused as refused:
        if by_script(request):
            return sentence(refused)
        view.text, view.error = request.POST.get("text", ""), error_sentence(refused)
        view.kind = request.POST.get("kind", "")
        return _page(request, view, status=REFUSED)
    return done(request, view.url())


def _write(request: HttpRequest, view: InboxView) -> None:
    invoice = open_thread(view).invoice
    text, actor = request.POST.get("text", ""), staff(view.user.pk)
    message_id, files = posted_id(request), posted_files(request)
    if request.POST.get("kind") == "note":
        sorting.note(invoice, text, _known(view), actor=actor, message_id=message_id, files=files)
    else:
        seen_no = number(request.POST.get("seen_no", ""))
        actions.post(
            invoice, text, actor=actor, message_id=message_id, seen_no=seen_no, files=files
        )
    sorting.settle_mentions(open_thread(view), actor=actor)


def _known(view: InboxView) -> Sequence[Known]:
    """Everybody who can be named in a note."""
    return known_people((user.pk, user.name, user.email) for user in view.people)


@require_POST
@login_required
def assign(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """Give the thread to a colleague, take it, or give it back: ``to`` is an address, or ""."""
    view = view_from(request, slug, thread_id)

    def change(held: Thread) -> object:
        wanted = request.POST.get("to", "")
        people = {user.email: user for user in view.people}
        if wanted and wanted not in people:
            raise Refused(N_("Choose somebody who answers customers here."))
        before = people.get(request.POST.get("owner", ""))
        return actions.assign(
            held,
            people.get(wanted),
            actor=staff(view.user.pk),
            expected_id=before.pk if before else None,
        )

    return _act(request, view, lambda: change)


@require_POST
@login_required
def set_state(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """Do with the thread what the form says; see ``doings``."""
    view = view_from(request, slug, thread_id)
    return _act(request, view, lambda: doing_of(view, request.POST))


@require_POST
@login_required
def bulk(request: HttpRequest, slug: str) -> HttpResponse:
    """Do the same with every conversation that was chosen; what is refused is told, and left."""
    view = view_from(request, slug)
    chosen = access_threads(request.POST.getlist("thread")[: BULK_MOST + 1], view.membership)
    back = request.POST.get("back", "")
    where = reverse("inbox", args=[slug]) + (back if back.startswith("?") else "")
    try:
        _check_bulk(chosen)
        refusals = _each(doing_of(view, request.POST), chosen)
    except Refused as refused:
        messages.error(request, error_sentence(refused))
        return done(request, where)
    count = len(chosen) - len(refusals)
    if count:
        said = ngettext(
            "Done with %(count)d conversation.", "Done with %(count)d conversations.", count
        )
        messages.success(request, said % {"count": count})
    for name, why in refusals[:5]:
        messages.error(request, f"{name}: {error_sentence(why)}")
    if len(refusals) > 5:
        messages.error(request, _("And {count} more.").format(count=len(refusals) - 5))
    return done(request, where)


def _check_bulk(chosen: Sequence[Thread]) -> None:
    if not chosen:
        raise Refused(N_("Choose at least one conversation."))
    if len(chosen) > BULK_MOST:
        raise Refused(N_("Choose {most} conversations at most."), most=BULK_MOST)


def _each(doing: Doing, chosen: Sequence[Thread]) -> list[tuple[str, Refused]]:
    """Whole or not at all for each: one that is refused does not take the others back."""
    refusals = []
    for held in chosen:
        try:
            with transaction.atomic():
                doing(held)
        except Refused as refused:
            refusals.append((held.customer.name, refused))
    return refusals


@require_POST
@login_required
def seen(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """An agent's page has shown messages: the customer's marks. Who waits goes on waiting."""
    view = view_from(request, slug, thread_id)
    got_no, read_no = posted_marks(request)
    actor = staff(view.user.pk)
    actions.mark(open_thread(view).invoice, actor=actor, got_no=got_no, read_no=read_no)
    return HttpResponse(status=204)


def _act(request: HttpRequest, view: InboxView, make: Callable[[], Doing]) -> HttpResponse:
    try:
        make()(open_thread(view))
    except Refused as refused:
        if by_script(request):
            return sentence(refused)
        messages.error(request, error_sentence(refused))
    return done(request, view.url())


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
        "accept": ACCEPT,
    }
    return render(request, "messaging/inbox/inbox.html", context, status=status)
