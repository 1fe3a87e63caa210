"""The pages of incidents: for whoever answers the biller's customers; everybody else gets 404."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from invoices.billers.access import access_membership
from invoices.billers.looks import look_of
from invoices.billers.models import Membership, User
from invoices.desk.nav import billers_of, nav_of
from invoices.errors import N_, Refused
from invoices.history.actors import Actor, staff
from invoices.page.sentences import error_sentence
from messaging.canned.words import VARIABLES
from messaging.incidents import actions
from messaging.incidents.models import Incident
from messaging.incidents.queries import access_incident, answers_of, gathered, incidents_of
from messaging.sorting.search import found_ids
from messaging.threads.access import access_inbox
from messaging.threads.models import Thread

LANGUAGES = ("nb", "sv", "en")
REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def incidents(request: HttpRequest, slug: str) -> HttpResponse:
    """All incidents, the newest first; POST begins one."""
    membership = _access(request, slug)
    error = ""
    if request.method == "POST":
        try:
            title = request.POST.get("title", "")
            begun = actions.begin_incident(membership.biller, title, actor=_actor(request))
            return redirect("incident", slug=slug, incident_id=begun.public_id)
        except Refused as refused:
            error = error_sentence(refused)
    context = _context(request, membership) | {
        "incidents": incidents_of(membership.biller.pk)[:100],
        "error": error,
    }
    template = "messaging/incidents/incidents.html"
    return render(request, template, context, status=REFUSED if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def incident(request: HttpRequest, slug: str, incident_id: uuid.UUID) -> HttpResponse:
    """One incident: what it has gathered, what was said; POST gathers, says, or ends it."""
    membership = _access(request, slug)
    found = access_incident(membership.biller.pk, incident_id)
    if found is None:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            _do(request, membership, found)
            return redirect("incident", slug=slug, incident_id=incident_id)
        except Refused as refused:
            error = error_sentence(refused)
    codes = dict.fromkeys((*membership.biller.languages, *LANGUAGES))
    context = _context(request, membership) | {
        "incident": found,
        "threads": gathered(found),
        "answers": answers_of(found),
        "error": error,
        "answer_id": uuid.uuid4(),
        "fields": [
            (code, str(get_language_info(code)["name_local"]).capitalize(), _given(request, code))
            for code in codes
        ],
        "help": [(f"{{{name}}}", _(words)) for name, words in VARIABLES.items()],
    }
    template = "messaging/incidents/incident.html"
    return render(request, template, context, status=REFUSED if error else 200)


def _given(request: HttpRequest, code: str) -> str:
    return request.POST.get(f"text_{code}", "") if request.method == "POST" else ""


def _do(request: HttpRequest, membership: Membership, found: Incident) -> None:
    actor, what = _actor(request), request.POST.get("do", "")
    if what == "gather":
        ids = found_ids(request.POST.get("q", "").strip()[:100], membership.biller)
        threads = list(Thread.objects.filter(pk__in=ids, biller=membership.biller).order_by("pk"))
        if not threads:
            raise Refused(N_("No conversation was found. Try other words."))
        count = actions.gather(found, threads, actor=actor)
        if count and request.POST.get("tell"):
            actions.say_to_late_ones(found, actor=actor)
        said = ngettext(
            "%(count)d conversation was added.", "%(count)d conversations were added.", count
        )
        messages.success(request, said % {"count": count})
    elif what == "say":
        texts = {code: _given(request, code) for code in LANGUAGES}
        actions.say(found, texts, actor=actor, answer_id=_posted_id(request))
        messages.success(request, _("It is being sent to everybody, each in their own thread."))
    elif what == "tell-late":
        actions.say_to_late_ones(found, actor=actor)
        messages.success(request, _("It is being sent to those who were added later."))
    elif what in ("over", "again"):
        actions.set_over(found, what == "over", actor=actor)
    else:
        raise Refused(N_("Choose what should happen with the incident."))


def _posted_id(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("answer_id", ""))
    except ValueError:
        return uuid.uuid4()


def _actor(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User)
    return staff(request.user.pk)


def _access(request: HttpRequest, slug: str) -> Membership:
    assert isinstance(request.user, User)
    membership = access_inbox(access_membership(request.user, slug))
    if membership is None:
        raise Http404
    return membership


def _context(request: HttpRequest, membership: Membership) -> dict[str, object]:
    assert isinstance(request.user, User)
    return {
        "biller": membership.biller,
        "brand": look_of(membership.biller),
        "billers": billers_of(request.user, membership.biller),
        "nav": nav_of(request.user, membership, current="inbox"),
    }
