"""The set-up pages of the inbox: for the biller's administrators; everybody else gets 404."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from invoices.billers.access import access_membership
from invoices.billers.looks import look_of
from invoices.billers.models import Membership, User
from invoices.billers.roles import Role
from invoices.desk.nav import billers_of, nav_of
from invoices.errors import Refused
from invoices.history.actors import staff
from invoices.page.sentences import error_sentence
from messaging.canned.queries import macros_of, replies_of
from messaging.setup.forms import FORMS, SetupForm, item_of
from messaging.sorting.queries import tags_of
from messaging.teams.queries import members_of, rules_of, teams_of

REFUSED = 422


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a list: what it is called, what it does, where it is changed."""

    title: str
    small: str
    url: str


@require_safe
@login_required
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that is set up, and where it is changed."""
    membership = _access(request, slug)
    biller = membership.biller
    inside = members_of(biller.pk)

    def url(kind: str, row: object) -> str:
        return reverse("inbox_setup_item", args=[slug, kind, row.public_id])  # type: ignore[attr-defined]

    lists = {
        "replies": [
            Line(f"/{r.key}", f"{r.title} · {', '.join(r.texts)}", url("replies", r))
            for r in replies_of(biller.pk)
        ],
        "macros": [Line(m.name, "", url("macros", m)) for m in macros_of(biller.pk)],
        "tags": [Line(t.name, "", url("tags", t)) for t in tags_of(biller.pk)],
        "teams": [
            Line(
                t.name,
                _("{count} people").format(count=len(inside.get(t.pk, ()))),
                url("teams", t),
            )
            for t in teams_of(biller.pk)
        ],
    }
    headings = {
        "replies": _("Replies that stand ready"),
        "macros": _("Macros"),
        "tags": _("Tags"),
        "teams": _("Teams"),
    }
    sections = [
        (headings[kind], lines, reverse("inbox_setup_new", args=[slug, kind]))
        for kind, lines in lists.items()
    ]
    context = _context(request, membership) | {"sections": sections, "rules": rules_of(biller.pk)}
    return render(request, "messaging/setup/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def item(
    request: HttpRequest, slug: str, kind: str, item_id: uuid.UUID | None = None
) -> HttpResponse:
    """One reply, macro, tag, team, or the rules: seen, made, changed, used no more."""
    membership = _access(request, slug)
    found = item_of(kind, membership.biller, item_id) if kind in FORMS else None
    if kind not in FORMS or (item_id is not None and found is None):
        raise Http404
    if request.method != "POST":
        return _show(request, membership, FORMS[kind](membership.biller, found))
    form = FORMS[kind](membership.biller, found, request.POST)
    if not _kept(request, form):
        return _show(request, membership, form, REFUSED)
    messages.success(request, _("Saved."))
    return redirect("inbox_setup", slug=slug)


def _kept(request: HttpRequest, form: SetupForm) -> bool:
    """Whether what was asked for is done; else the form says why not."""
    assert isinstance(request.user, User)
    actor = staff(request.user.pk)
    retires = "retire" in request.POST and form.item is not None and form.can_retire
    if not form.is_valid() and not retires:
        return False
    try:
        if retires:
            form.retire(actor)
        else:
            form.keep(actor)
    except Refused as refused:
        form.add_error(None, error_sentence(refused))
        return False
    return True


def _show(
    request: HttpRequest, membership: Membership, form: SetupForm, status: int = 200
) -> HttpResponse:
    context = _context(request, membership) | {"form": form}
    return render(request, "messaging/setup/item.html", context, status=status)


def _access(request: HttpRequest, slug: str) -> Membership:
    assert isinstance(request.user, User)
    membership = access_membership(request.user, slug)
    if membership is None or membership.role != Role.ADMIN:
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
