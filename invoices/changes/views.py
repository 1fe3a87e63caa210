"""Asking for a change: form, preview, confirmation; and undo. GET changes nothing.

Each action has an address of its own. Over htmx the answer is the panel of the invoice page in
which it was asked for; without, it is a page. What is refused answers 422 with the form.
"""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from invoices.billers.areas import Area
from invoices.billers.looks import look_of
from invoices.billers.models import User
from invoices.changes import actions, policy
from invoices.changes.form import ChangeForm
from invoices.changes.forms import FORMS, SplitForm
from invoices.changes.policy import CUSTOMER, Action
from invoices.changes.preview import Preview, preview_of, said
from invoices.changes.scene import CUSTOMER_NAMES, Scene
from invoices.changes.ways import label, way, words
from invoices.documents.links.gates import unlocked
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.history.actors import staff
from invoices.page.language import spoken
from invoices.page.views import for_customer, for_staff, own_language, view_of
from invoices.panels import draw

REFUSED = 422


@require_safe
@unlocked(Area.CHANGES)
def choices(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the customer can do besides paying all of it now."""
    invoice = for_customer(request, public_id)
    with spoken(request, own_language(invoice, CUSTOMER)) as language:
        scene = Scene(invoice, CUSTOMER, THE_CUSTOMER, language)
        ways = [way(scene, action) for action in CUSTOMER_NAMES]
        context = {"ways": ways, "title": _("Pay a part or move the due date")}
        return _show(request, scene, "invoices/changes/_choices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@unlocked(Area.CHANGES)
def by_customer(request: HttpRequest, public_id: uuid.UUID, action: Action) -> HttpResponse:
    """The customer moves the due date or splits the invoice."""
    invoice = for_customer(request, public_id)
    with spoken(request, own_language(invoice, CUSTOMER)) as language:
        return _change(request, Scene(invoice, CUSTOMER, THE_CUSTOMER, language), action)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def by_staff(request: HttpRequest, slug: str, public_id: uuid.UUID, action: Action) -> HttpResponse:
    """A member of staff changes the invoice; 404 for what the role never may."""
    assert isinstance(request.user, User)
    invoice, role = for_staff(request, slug, public_id)
    if not policy.staff_may(role, action):
        raise Http404
    with spoken(request, own_language(invoice, role)) as language:
        return _change(request, Scene(invoice, role, staff(request.user.pk), language), action)


@require_POST
@unlocked(Area.CHANGES)
def undo_by_customer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The customer undoes a change of the customer's own."""
    invoice = for_customer(request, public_id)
    with spoken(request, own_language(invoice, CUSTOMER)) as language:
        return _undo(request, Scene(invoice, CUSTOMER, THE_CUSTOMER, language))


@require_POST
@login_required
def undo_by_staff(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """A member of staff undoes the newest change, whoever made it."""
    assert isinstance(request.user, User)
    invoice, role = for_staff(request, slug, public_id)
    with spoken(request, own_language(invoice, role)) as language:
        return _undo(request, Scene(invoice, role, staff(request.user.pk), language))


def _change(request: HttpRequest, scene: Scene, action: Action) -> HttpResponse:
    """Form -> preview -> done. ``confirm`` and ``edit`` are the preview's two buttons."""
    posted = request.method == "POST"
    if posted and (done := _sent_before(request, scene)):
        return done
    if refused := scene.refusal(action):
        context = {"title": label(scene, action), "why": words(scene, refused)}
        template = "invoices/changes/_refused.html"
        return _show(request, scene, template, context, status=REFUSED if posted else 200)
    form = _form(request, scene, action)
    if not posted:
        return _show_form(request, scene, form)
    if not form.is_valid():
        return _refuse(request, scene, form)
    if "edit" in request.POST:
        return _show_form(request, scene, form)
    change = actions.carry_out if "confirm" in request.POST else actions.rehearse
    try:
        outcome = change(scene.invoice.pk, form.act)
    except Refused as refused:
        form.add_error(None, form.words(refused))
        return _refuse(request, scene, form)
    if "confirm" in request.POST:
        return _done(request, scene, outcome)
    return _show_preview(request, scene, form, preview_of(scene, form, outcome))


def _form(request: HttpRequest, scene: Scene, action: Action) -> ChangeForm:
    if request.method == "POST":
        return FORMS[action](scene, request.POST)
    if action == Action.SPLIT:
        count = request.GET.get("count", "")
        first = 2 if scene.for_customer else 3
        return SplitForm(scene, count=int(count) if count in _COUNTS else first)
    return FORMS[action](scene)


_COUNTS = frozenset(str(count) for count in range(2, policy.STAFF_PARTS_MAX + 1))


def _refuse(request: HttpRequest, scene: Scene, form: ChangeForm) -> HttpResponse:
    """The form with what is wrong, unless its twin was faster by a moment."""
    done = _sent_before(request, scene)
    return done or _show_form(request, scene, form, status=REFUSED)


def _sent_before(request: HttpRequest, scene: Scene) -> HttpResponse | None:
    """The answer to a form that has done its work already, as after a double click."""
    sent = request.POST.get(f"{scene.panel}-request_id", "")
    if "confirm" not in request.POST or not actions.is_done(scene.invoice.pk, sent):
        return None
    return _landed(request, scene, "")


def _done(request: HttpRequest, scene: Scene, outcome: actions.Outcome) -> HttpResponse:
    sentences = (each.sentence for each in said(scene, outcome.told, scene.language))
    return _landed(request, scene, " ".join(sentences))


def _landed(request: HttpRequest, scene: Scene, told: str) -> HttpResponse:
    """Back on the page: its panel over htmx, else a redirect with a message for staff.

    A customer's message stands in the panel itself: it is drawn from what has happened.
    """
    if request.htmx:  # type: ignore[attr-defined]  # django-htmx's middleware
        return _panel(request, scene, {"landed": True, "words": told})
    if told and not scene.for_customer:
        messages.success(request, told)
    answer = HttpResponseRedirect(f"{scene.page_url}#panel-{scene.panel}")
    answer.status_code = 303
    return answer


def _undo(request: HttpRequest, scene: Scene) -> HttpResponse:
    try:
        change_id = uuid.UUID(request.POST.get("change", ""))
    except ValueError:
        raise Http404 from None
    try:
        outcome = actions.carry_out(
            scene.invoice.pk,
            lambda: actions.undo_change(scene.invoice.pk, change_id, actor=scene.asker),
        )
    except Refused as refused:
        context = {"title": _("It can no longer be undone"), "why": words(scene, refused)}
        template = "invoices/changes/_refused.html"
        return _show(request, scene, template, context, status=REFUSED)
    return _done(request, scene, outcome)


def _show_form(
    request: HttpRequest, scene: Scene, form: ChangeForm, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "fields": form.template,
        "title": label(scene, form.action),
        "scene_url": scene.url(form.action),
    }
    return _show(request, scene, "invoices/changes/_form.html", context, status=status)


def _show_preview(
    request: HttpRequest, scene: Scene, form: ChangeForm, preview: Preview
) -> HttpResponse:
    context = {
        "form": form,
        "action": form.action.value,
        "preview": preview,
        "title": _("This is what happens"),
        "label": label(scene, form.action),
        "scene_url": scene.url(form.action),
    }
    return _show(request, scene, "invoices/changes/_preview.html", context)


def _show(
    request: HttpRequest, scene: Scene, body: str, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """A step, as a panel over htmx and as a page otherwise."""
    inline = bool(request.htmx)  # type: ignore[attr-defined]
    template = "invoices/changes/_panel.html" if inline else "invoices/changes/page.html"
    biller = scene.invoice.biller
    shared = {"scene": scene, "body": body, "inline": inline, "biller": biller}
    shared["brand"] = look_of(biller)
    return _staying(render(request, template, {**shared, **context}, status=status))


def _staying(answer: HttpResponse) -> HttpResponse:
    """Over htmx the reader stays on the invoice page, and so does the address."""
    answer.headers["HX-Push-Url"] = "false"
    return answer


def _panel(request: HttpRequest, scene: Scene, context: Mapping[str, object]) -> HttpResponse:
    """The page's own panel, as it stands now."""
    invoice = for_customer(request, scene.invoice.public_id) if scene.for_customer else None
    if invoice is None:
        invoice, _same = for_staff(request, scene.invoice.biller.slug, scene.invoice.public_id)
    view = view_of(request, invoice, scene.by, scene.language)
    (panel,) = draw("invoice", scene.by, view, [scene.panel])
    drawn = {"panel": panel.context, "page": view, "biller": invoice.biller, **context}
    return _staying(render(request, panel.template, drawn))
