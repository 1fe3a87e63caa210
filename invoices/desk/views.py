"""The staff desk: one page per biller, made of the panels that the role may see."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from invoices.billers.access import access_membership, memberships
from invoices.billers.looks import look_of
from invoices.billers.models import User
from invoices.desk.nav import billers_of, nav_of
from invoices.desk.view import DeskView
from invoices.panels import draw
from invoices.updates import panels_answer


@require_safe
@login_required
def first_desk(request: HttpRequest) -> HttpResponse:
    """Lead on to the desk of the first biller the user works for."""
    assert isinstance(request.user, User)
    mine = memberships(request.user)
    if not mine:
        return render(request, "invoices/desk/nowhere.html", status=403)
    return redirect("desk", slug=mine[0].biller.slug)


@require_safe
@login_required
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """The desk of one biller."""
    assert isinstance(request.user, User)
    view = _view(request, slug)
    return render(
        request,
        "invoices/desk/desk.html",
        {
            "biller": view.biller,
            "brand": look_of(view.biller),
            "page": view,
            "panels": draw("desk", view.viewer, view),
            "billers": billers_of(request.user, view.biller),
            "nav": nav_of(request.user, view.membership, current="desk"),
        },
    )


@require_safe
@login_required
def desk_panels(request: HttpRequest, slug: str) -> HttpResponse:
    """The panels of the desk that changed; see ``updates.panels_answer``."""
    view = _view(request, slug)
    return panels_answer(request, "desk", view, version=view.version, biller=view.biller)


def _view(request: HttpRequest, slug: str) -> DeskView:
    membership = access_membership(request.user, slug)
    if membership is None:
        raise Http404
    before = request.GET.get("before", "")
    return DeskView(
        membership=membership,
        query=request.GET.get("q", "").strip()[:100],
        panels_url=reverse("desk_panels", args=[slug]),
        older_than=int(before) if before.isdecimal() and len(before) < 18 else None,
    )
