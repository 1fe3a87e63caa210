"""Cards by form: an agent proposes and takes back, the customer accepts or declines.

GET changes nothing. Over htmx or a script the answer is the panel or 204; without, it leads back.
"""

import uuid
from collections.abc import Callable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from invoices.billers.access import access_membership
from invoices.billers.areas import Area
from invoices.billers.looks import look_of
from invoices.billers.models import User
from invoices.changes import actions as changes
from invoices.changes.form import ChangeForm
from invoices.changes.policy import Action
from invoices.changes.preview import preview_of
from invoices.documents.access import access_invoice_as_staff
from invoices.documents.links.gates import unlocked
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.history.actors import staff
from invoices.page.enrolling import names_on
from invoices.page.language import spoken
from invoices.page.sentences import error_sentence
from invoices.page.views import for_customer, own_language
from invoices.panels import CUSTOMER
from messaging.cards import actions
from messaging.cards.actions import Draft
from messaging.cards.models import Card
from messaging.cards.proposing import (
    ProposalScene,
    WordsForm,
    card_id_of,
    draft_of,
    form_of,
    label,
    propose_url,
)
from messaging.cards.queries import card_on
from messaging.cards.states import WORDS_MAX, What
from messaging.threads.access import access_inbox, access_thread

REFUSED = 422


@require_POST
@unlocked(Area.MESSAGES)
@unlocked(Area.CHANGES)
def accept(request: HttpRequest, public_id: uuid.UUID, card_id: uuid.UUID) -> HttpResponse:
    """The customer accepts, with one tap."""
    return _answer(request, public_id, card_id, lambda c: actions.accept(c.pk, actor=THE_CUSTOMER))


@require_POST
@unlocked(Area.MESSAGES)
def decline(request: HttpRequest, public_id: uuid.UUID, card_id: uuid.UUID) -> HttpResponse:
    """The customer says no, with a word or without."""
    words = request.POST.get("text", "")[:WORDS_MAX]
    return _answer(
        request, public_id, card_id, lambda c: actions.decline(c.pk, words, actor=THE_CUSTOMER)
    )


def _answer(
    request: HttpRequest,
    public_id: uuid.UUID,
    card_id: uuid.UUID,
    act: Callable[[Card], object],
) -> HttpResponse:
    invoice = for_customer(request, public_id)
    card = card_on(invoice.pk, card_id)
    if card is None:
        raise Http404
    with spoken(request, own_language(invoice, CUSTOMER)):
        try:
            act(card)
        except Refused as refused:
            if _by_script(request):
                return _sentence(refused)
            # Led back, the customer finds the card saying what has become of it.
    if _by_script(request):
        return HttpResponse(status=204)
    return _see(f"{reverse('invoice_page', args=[public_id])}#card-{card_id}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def propose(request: HttpRequest, slug: str, thread_id: uuid.UUID, what: What) -> HttpResponse:
    """Form -> what it would come to -> sent. ``confirm`` and ``edit`` are the preview's buttons."""
    with spoken(request, "") as language:
        scene = _scene(request, slug, thread_id, language)
        if not actions.may_propose(scene.by, what):
            raise Http404
        posted = request.method == "POST"
        if refused := scene.refusal(Action(what.value)):
            context = {"why": error_sentence(refused), "title": label(what)}
            status = REFUSED if posted else 200
            return _show(request, scene, "invoices/changes/_refused.html", context, status)
        data = request.POST if posted else None
        form = form_of(scene, what, data, request.GET.get("count", ""))
        if not posted or ("edit" in request.POST and form.is_valid()):
            return _show_form(request, scene, form, what)
        if not form.is_valid():
            return _show_form(request, scene, form, what, REFUSED)
        return _proposed(request, scene, form, what)


def _proposed(
    request: HttpRequest, scene: ProposalScene, form: ChangeForm, what: What
) -> HttpResponse:
    try:
        if "confirm" in request.POST:
            draft, card_id = draft_of(form, what), card_id_of(form)
            actions.propose(scene.thread, draft, actor=scene.asker, card_id=card_id)
            return _landed(request, scene)
        outcome = changes.rehearse(scene.invoice.pk, form.act)
    except Refused as refused:
        form.add_error(None, form.words(refused))
        return _show_form(request, scene, form, what, REFUSED)
    context = {
        "form": form,
        "action": what.value,
        "preview": preview_of(scene, form, outcome),
        "title": _("If the customer accepts"),
        "label": _("Send the proposal"),
        "scene_url": scene.url(form.action),
    }
    return _show(request, scene, "invoices/changes/_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def propose_autopay(request: HttpRequest, slug: str, thread_id: uuid.UUID) -> HttpResponse:
    """A word to the customer, and it is sent: the invoice itself is not touched."""
    with spoken(request, "") as language:
        scene = _scene(request, slug, thread_id, language)
        names = names_on(scene.invoice)
        title = label(What.AUTOPAY)
        if not names:
            why = error_sentence(Refused(actions.NOTHING_TO_CHOOSE))
            status = REFUSED if request.method == "POST" else 200
            return _show(
                request,
                scene,
                "invoices/changes/_refused.html",
                {"why": why, "title": title},
                status,
            )
        form = WordsForm(scene, request.POST if request.method == "POST" else None)
        if form.is_valid():
            draft = Draft(What.AUTOPAY, {"schemes": list(names)}, form.cleaned_data["reason"])
            card_id = form.cleaned_data["request_id"]
            try:
                actions.propose(scene.thread, draft, actor=scene.asker, card_id=card_id)
                return _landed(request, scene)
            except Refused as refused:
                form.add_error(None, error_sentence(refused))
        url = propose_url(slug, scene.thread, What.AUTOPAY)
        context = {"form": form, "title": title, "scene_url": url, "schemes": " / ".join(names)}
        status = REFUSED if form.errors else 200
        return _show(request, scene, "messaging/cards/_autopay_form.html", context, status)


@require_POST
@login_required
def withdraw(
    request: HttpRequest, slug: str, thread_id: uuid.UUID, card_id: uuid.UUID
) -> HttpResponse:
    """An agent takes a proposal back."""
    with spoken(request, "") as language:
        scene = _scene(request, slug, thread_id, language)
        card = card_on(scene.invoice.pk, card_id)
        if card is None:
            raise Http404
        try:
            actions.withdraw(card.pk, actor=scene.actor)
        except Refused as refused:
            if _by_script(request):
                return _sentence(refused)
            messages.error(request, error_sentence(refused))
    return HttpResponse(status=204) if _by_script(request) else _see(scene.page_url)


def _scene(request: HttpRequest, slug: str, thread_id: uuid.UUID, language: str) -> ProposalScene:
    """The thread's invoice and the agent who asks; else 404."""
    assert isinstance(request.user, User)
    membership = access_inbox(access_membership(request.user, slug))
    thread = access_thread(thread_id, membership) if membership else None
    if membership is None or thread is None:
        raise Http404
    invoice = access_invoice_as_staff(thread.invoice.public_id, membership)
    assert invoice is not None, "who answers sees invoices"
    return ProposalScene(invoice, membership.role, staff(request.user.pk), language, thread)


def _show_form(
    request: HttpRequest, scene: ProposalScene, form: ChangeForm, what: What, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "fields": form.template,
        "title": label(what),
        "scene_url": scene.url(form.action),
    }
    return _show(request, scene, "invoices/changes/_form.html", context, status)


def _show(
    request: HttpRequest,
    scene: ProposalScene,
    body: str,
    context: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    """A step, as a panel over htmx and as a page otherwise."""
    inline = _by_script(request)
    template = "invoices/changes/_panel.html" if inline else "invoices/changes/page.html"
    biller = scene.invoice.biller
    shared = {"scene": scene, "body": body, "inline": inline, "biller": biller}
    shared["brand"] = look_of(biller)
    answer = render(request, template, {**shared, **context}, status=status)
    answer.headers["HX-Push-Url"] = "false"
    return answer


def _landed(request: HttpRequest, scene: ProposalScene) -> HttpResponse:
    """Back at the thread: its own panel says that it was sent."""
    if not _by_script(request):
        return _see(scene.page_url)
    context = {"page": scene, "panel": {"ways": []}, "landed": True}
    answer = render(request, "messaging/cards/_proposing.html", context)
    answer.headers["HX-Push-Url"] = "false"
    return answer


def _by_script(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _sentence(refused: Refused) -> HttpResponse:
    words = error_sentence(refused)
    return HttpResponse(words, status=REFUSED, content_type="text/plain; charset=utf-8")


def _see(url: str) -> HttpResponse:
    answer = redirect(url)
    answer.status_code = 303
    return answer
