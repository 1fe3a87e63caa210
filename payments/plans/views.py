"""Saying that an invoice is paid, or when it will be; and taking that back. GET changes nothing.

The customer says it, or staff write down what the customer has told them. Over htmx the answer is
the panel of the invoice page in which it was asked for; without, it is a page.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from invoices.billers.areas import Area
from invoices.billers.looks import look_of
from invoices.billers.models import User
from invoices.documents.links.gates import unlocked
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.history.actors import Actor, staff
from invoices.page.language import spoken
from invoices.page.sentences import error_sentence
from invoices.page.view import InvoiceView
from invoices.page.views import for_customer, for_staff, own_language, view_of
from invoices.panels import CUSTOMER, draw
from payments.matching.expected.actions import withdraw
from payments.matching.models import Expected
from payments.plans.actions import take_back
from payments.plans.forms import PaidForm, PromiseForm, TellForm
from payments.plans.models import Promise
from payments.plans.panels import NAME, PLACES, Telling

REFUSED = 422
FORMS: Mapping[Telling, type[TellForm]] = {Telling.PAID: PaidForm, Telling.PROMISE: PromiseForm}
BACK: Mapping[Telling, Callable[..., bool]] = {
    Telling.PAID: withdraw,
    Telling.PROMISE: take_back,
}
ROWS = {Telling.PAID: Expected, Telling.PROMISE: Promise}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whoever says something of an invoice, while a request lasts."""

    invoice: Invoice
    by: str
    actor: Actor
    language: str


@require_http_methods(["GET", "HEAD", "POST"])
@unlocked(Area.CHANGES)
def by_customer(request: HttpRequest, public_id: uuid.UUID, telling: Telling) -> HttpResponse:
    """The customer says it."""
    invoice = for_customer(request, public_id)
    with spoken(request, own_language(invoice, CUSTOMER)) as language:
        return _tell(request, Asked(invoice, CUSTOMER, THE_CUSTOMER, language), telling)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def by_staff(
    request: HttpRequest, slug: str, public_id: uuid.UUID, telling: Telling
) -> HttpResponse:
    """Staff write down what the customer has told them."""
    assert isinstance(request.user, User)
    invoice, role = for_staff(request, slug, public_id)
    with spoken(request, own_language(invoice, role)) as language:
        return _tell(request, Asked(invoice, role, staff(request.user.pk), language), telling)


@require_POST
@unlocked(Area.CHANGES)
def back_by_customer(request: HttpRequest, public_id: uuid.UUID, telling: Telling) -> HttpResponse:
    """The customer takes it back."""
    invoice = for_customer(request, public_id)
    with spoken(request, own_language(invoice, CUSTOMER)) as language:
        return _take_back(request, Asked(invoice, CUSTOMER, THE_CUSTOMER, language), telling)


@require_POST
@login_required
def back_by_staff(
    request: HttpRequest, slug: str, public_id: uuid.UUID, telling: Telling
) -> HttpResponse:
    """Staff take it back for the customer."""
    assert isinstance(request.user, User)
    invoice, role = for_staff(request, slug, public_id)
    with spoken(request, own_language(invoice, role)) as language:
        return _take_back(request, Asked(invoice, role, staff(request.user.pk), language), telling)


def _tell(request: HttpRequest, asked: Asked, telling: Telling) -> HttpResponse:
    posted = request.method == "POST"
    if posted and _sent_before(request, asked, telling):
        return _landed(request, asked)
    form = FORMS[telling](
        asked.invoice,
        asked.language,
        by_staff=asked.by != CUSTOMER,
        data=request.POST if posted else None,
    )
    if refused := form.refusal():
        return _show(request, asked, {"why": _words(asked, refused)}, form, telling, posted=posted)
    if not posted:
        return _show(request, asked, {}, form, telling)
    if form.is_valid():
        try:
            form.act(asked.actor)
            return _landed(request, asked)
        except Refused as refused:
            form.add_error(None, _words(asked, refused))
    return _show(request, asked, {}, form, telling, posted=True)


def _sent_before(request: HttpRequest, asked: Asked, telling: Telling) -> bool:
    """Whether this very form has been sent before, as by a double click."""
    try:
        sent = uuid.UUID(request.POST.get("told-request_id", ""))
    except ValueError:
        return False
    return ROWS[telling]._default_manager.filter(public_id=sent, invoice=asked.invoice).exists()


def _take_back(request: HttpRequest, asked: Asked, telling: Telling) -> HttpResponse:
    try:
        said = uuid.UUID(request.POST.get("said", ""))
    except ValueError:
        raise Http404 from None
    BACK[telling](asked.invoice.pk, said, actor=asked.actor)
    return _landed(request, asked)


def _words(asked: Asked, refused: Refused) -> str:
    return error_sentence(refused, asked.invoice.currency)


def _view(request: HttpRequest, asked: Asked) -> InvoiceView:
    return view_of(request, asked.invoice, asked.by, asked.language)


def _landed(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Back at the panel as it stands now: alone over htmx, else on its page."""
    view = _view(request, asked)
    if not request.headers.get("HX-Request"):
        answer = HttpResponseRedirect(f"{view.page_url}#panel-{NAME}")
        answer.status_code = 303
        return answer
    (panel,) = draw("invoice", asked.by, view, [NAME])
    drawn = {"panel": panel.context, "page": view, "biller": asked.invoice.biller, "landed": True}
    return _staying(render(request, panel.template, drawn))


def _show(
    request: HttpRequest,
    asked: Asked,
    context: Mapping[str, object],
    form: TellForm,
    telling: Telling,
    *,
    posted: bool = False,
) -> HttpResponse:
    """The form, as a panel over htmx and as a page otherwise."""
    inline = bool(request.headers.get("HX-Request"))
    biller = asked.invoice.biller
    shared = {
        "form": form,
        "page": _view(request, asked),
        "inline": inline,
        "biller": biller,
        "brand": look_of(biller),
        "tell_url": PLACES[telling].url(asked.invoice, asked.by),
    }
    template = "payments/plans/_form.html" if inline else "payments/plans/tell.html"
    status = REFUSED if posted else 200
    return _staying(render(request, template, {**shared, **context}, status=status))


def _staying(answer: HttpResponse) -> HttpResponse:
    """Over htmx the reader stays on the invoice page, and so does the address."""
    answer.headers["HX-Push-Url"] = "false"
    return answer
