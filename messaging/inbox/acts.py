"""What is done in and with the open conversation, one POST each; and the replies to choose from."""

import uuid
from collections.abc import Callable, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from invoices.billers.looks import look_of
from invoices.errors import N_, Refused
from invoices.history.actors import staff
from invoices.page.sentences import error_sentence
from messaging.canned.queries import ready_replies
from messaging.files.uploads import bounded, posted_files
from messaging.inbox.doings import Doing, doing_of
from messaging.inbox.gate import REFUSED, by_script, done, open_thread, sentence, view_from
from messaging.inbox.view import InboxView
from messaging.inbox.views import page
from messaging.outbox import actions as outbox
from messaging.sorting import actions as sorting
from messaging.sorting.mentions import Known, known_people
from messaging.teams.actions import attend as take_note
from messaging.teams.queries import members_of
from messaging.threads import actions
from messaging.threads.models import Thread
from messaging.threads.posted import number, posted_id, posted_marks
from messaging.threads.states import Kind
from messaging.together.queries import others_with


@bounded
@require_POST
@login_required
def write(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """Answer the customer or, as a note, write for staff alone."""
    view = view_from(request, slug, thread_id)
    try:
        _write(request, view)
    except Refused as refused:
        if by_script(request):
            return sentence(refused)
        view.text, view.error = request.POST.get("text", ""), error_sentence(refused)
        view.kind = request.POST.get("kind", "")
        return page(request, view, status=REFUSED)
    return done(request, view.url())


@transaction.atomic
def _write(request: HttpRequest, view: InboxView) -> None:
    opened, text = open_thread(view), request.POST.get("text", "")
    actor, message_id = staff(view.user.pk), posted_id(request)
    files = posted_files(request)
    if request.POST.get("kind") == Kind.NOTE:
        sorting.note(
            opened.invoice, text, _known(view), actor=actor, message_id=message_id, files=files
        )
        outbox.drop_draft(opened, actor=actor)
    else:
        outbox.answer(
            opened,
            text,
            actor=actor,
            message_id=message_id,
            seen_no=number(request.POST.get("seen_no", "")),
            also=[other.pk for other in others_with(opened) if other.waiting_since],
            then=outbox.Then(closes=request.POST.get("then") == "close"),
            files=files,
        )
    sorting.settle_mentions(opened, actor=actor)


def _known(view: InboxView) -> Sequence[Known]:
    """Everybody who can be named in a note: people and teams."""
    people = known_people((user.pk, user.name, user.email) for user in view.people)
    inside = members_of(view.biller.pk)
    teams = [Known([team.name], inside.get(team.pk, frozenset())) for team in view.teams]
    return [*people, *teams]


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
        before, actor = people.get(request.POST.get("owner", "")), staff(view.user.pk)
        to = people.get(wanted)
        with transaction.atomic():
            given = actions.assign(held, to, actor=actor, expected_id=before.pk if before else None)
            for other in others_with(held):
                actions.assign(other, to, actor=actor, expected_id=other.owner_id)
        return given

    return _act(request, view, lambda: change)


@require_POST
@login_required
def set_state(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """Do with the thread what the form says; see ``doings``."""
    view = view_from(request, slug, thread_id)
    return _act(request, view, lambda: doing_of(view, request.POST))


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


@require_POST
@login_required
def keep_draft(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """Keep what the agent has written so far; see ``outbox.actions.keep_draft``."""
    view = view_from(request, slug, thread_id)
    outbox.keep_draft(
        open_thread(view),
        request.POST.get("text", ""),
        request.POST.get("kind", ""),
        actor=staff(view.user.pk),
        seen_no=number(request.POST.get("seen_no", "")),
    )
    return HttpResponse(status=204)


@require_POST
@login_required
def held(request: HttpRequest, slug: str, thread_id: uuid.UUID, held_id: uuid.UUID) -> HttpResponse:
    """Take an answer back before it is sent, or send it now."""
    view = view_from(request, slug, thread_id)
    actor = staff(view.user.pk)
    if request.POST.get("do") == "send":
        outbox.send_now(held_id, actor=actor)
    elif not outbox.take_back(held_id, actor=actor):
        refused = Refused(N_("It has been sent already."))
        if by_script(request):
            return sentence(refused)
        messages.error(request, error_sentence(refused))
    return done(request, view.url())


@require_safe
@login_required
def replies(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """The replies that stand ready and fit what was typed, as this customer will read them.

    Without a script it is a page of all of them, each leading back to the answer it begins.
    """
    view = view_from(request, slug, thread_id)
    assert view.invoice is not None, "a conversation has its invoice"
    if not by_script(request):
        context = {
            "biller": view.biller,
            "brand": look_of(view.biller),
            "page": view,
            "replies": ready_replies(view.invoice, view.user),
        }
        return render(request, "messaging/inbox/replies.html", context)
    found = ready_replies(view.invoice, view.user, request.GET.get("q", "")[:40])
    return render(request, "messaging/inbox/_replies.html", {"page": view, "replies": found[:12]})


@require_POST
@login_required
def attend(request: HttpRequest, slug: str) -> HttpResponse:
    """The agent's page is looked at; or the agent says whether new ones may come, and be heard."""
    view = view_from(request, slug)
    chosen = {"1": True, "0": False}
    take_note(
        view.biller,
        actor=staff(view.user.pk),
        takes=chosen.get(request.POST.get("takes", "")),
        sound=chosen.get(request.POST.get("sound", "")),
    )
    return done(request, view.url())
