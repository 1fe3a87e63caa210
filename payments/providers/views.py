"""Paying on the page: the form, the way to the provider and back, taking it back, webhooks.

GET changes nothing; coming back from a provider proves nothing.
"""

import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from invoices import clock
from invoices.billers.looks import look_of
from invoices.documents.links.access import Visit, visit_of
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.history.actors import SYSTEM
from invoices.page.language import spoken
from invoices.page.sentences import error_sentence
from invoices.page.view import InvoiceView
from invoices.page.views import own_language, view_of
from invoices.panels import CUSTOMER, draw
from payments.providers import actions, tasks, work
from payments.providers.base import Hook, SignatureError
from payments.providers.forms import PayForm
from payments.providers.models import PaymentIntent, ProviderAccount
from payments.providers.panels import NAME, standing
from payments.providers.queries import intent_of, open_account
from payments.providers.states import IN_FLIGHT

REFUSED = 422
LARGEST_MESSAGE_BYTES = 64 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How much and with what; by POST, on to the provider. Also for pay-only links."""
    visit = _visit(request, public_id)
    with spoken(request, own_language(visit.invoice, visit.viewer)) as language:
        view = view_of(request, visit.invoice, visit.viewer, language, visit)
        now = standing(view)
        if request.method != "POST":
            if now.moving or not now.ways or not view.figures.left:
                return _landed(request, visit, view)
            return _show(request, view, {"form": PayForm(view, now.ways)})
        form = PayForm(view, now.ways, request.POST)
        if not form.is_valid():
            return _show(request, view, {"form": form}, status=REFUSED)
        try:
            intent = _start(visit, form, language)
        except Refused as refused:
            form.add_error(None, error_sentence(refused))
            return _show(request, view, {"form": form}, status=REFUSED)
        return _onward(request, visit, view, work.hand_over(intent.pk))


def _start(visit: Visit, form: PayForm, language: str) -> PaymentIntent:
    account = open_account(visit.invoice.biller_id, form.cleaned_data["provider"])
    is_customer = visit.viewer == CUSTOMER
    By = PaymentIntent.By
    wish = actions.Wish(
        amount_minor=form.cleaned_data["amount_minor"],
        request_id=form.cleaned_data["request_id"],
        made_by=By.CUSTOMER if is_customer else By.PAYER,
        language=language,
        link_id=visit.link.pk,
    )
    actor = THE_CUSTOMER if is_customer else SYSTEM
    return actions.start_payment(visit.invoice.pk, account, wish, actor=actor)


@require_safe
def onward(request: HttpRequest, public_id: uuid.UUID, intent_id: uuid.UUID) -> HttpResponse:
    """A page that leads on to the provider: a form of ours may not lead to another site at once
    (CSP form-action), a page may."""
    visit = _visit(request, public_id)
    intent = _intent(visit, intent_id)
    if intent.state not in IN_FLIGHT or not intent.handover_url:
        return redirect(_page(visit.invoice))
    with spoken(request, own_language(visit.invoice, visit.viewer)):
        answer = _render(
            request,
            visit.invoice,
            "payments/providers/onward.html",
            {"url": intent.handover_url, "provider": intent.account.provider, "intent": intent},
        )
    answer.headers["Refresh"] = f"0; url={intent.handover_url}"
    return answer


@require_safe
def back(request: HttpRequest, public_id: uuid.UUID, intent_id: uuid.UUID) -> HttpResponse:
    """Where providers send the customer. To the invoice, which says what has become of it; in a
    browser that never opened it, to a page that says where to look."""
    visit = visit_of(request, public_id)
    if visit is not None:
        return redirect(_page(visit.invoice))
    return render(request, "payments/providers/elsewhere.html")


@require_POST
def cancel(request: HttpRequest, public_id: uuid.UUID, intent_id: uuid.UUID) -> HttpResponse:
    """Take a payment back that is not approved yet."""
    visit = _visit(request, public_id)
    intent = _intent(visit, intent_id)
    if intent.state in IN_FLIGHT:
        work.call_off(intent.pk)
    with spoken(request, own_language(visit.invoice, visit.viewer)) as language:
        view = view_of(request, visit.invoice, visit.viewer, language, visit)
        return _landed(request, visit, view)


@csrf_exempt  # signed by the provider, or, where it does not sign, proving nothing
@require_POST
def hook(request: HttpRequest, provider: str, public_id: uuid.UUID) -> HttpResponse:
    """A provider says that something has happened: kept if it is signed, and looked into by a job.

    200 at once, also for what was here before or is of no payment of ours; 403 for what is not
    signed as it should be, or was signed too long ago.
    """
    account = get_object_or_404(ProviderAccount, provider=provider, public_id=public_id)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_MESSAGE_BYTES:
        return HttpResponse(status=413)
    message = Hook(
        path=request.get_full_path(),
        host=urlsplit(settings.BASE_URL).netloc,
        headers={name.lower(): value for name, value in request.headers.items()},
        raw=request.body,
        now=clock.now(),
    )
    try:
        notice = work.provider_of(account).verify(message)
    except SignatureError:
        return HttpResponse(status=403)
    intent = intent_of(account, notice.reference)
    if intent is not None and actions.keep_message(account, notice, message.raw, actor=SYSTEM):
        tasks.look.defer(intent_id=intent.pk)
    return HttpResponse(status=200)


def _visit(request: HttpRequest, public_id: uuid.UUID) -> Visit:
    visit = visit_of(request, public_id)
    if visit is None:
        raise Http404
    return visit


def _intent(visit: Visit, intent_id: uuid.UUID) -> PaymentIntent:
    intents = PaymentIntent.objects.select_related("account")
    return get_object_or_404(intents, invoice=visit.invoice, public_id=intent_id)


def _page(invoice: Invoice) -> str:
    return f"{reverse('invoice_page', args=[invoice.public_id])}#panel-{NAME}"


def _onward(
    request: HttpRequest, visit: Visit, view: InvoiceView, intent: PaymentIntent
) -> HttpResponse:
    """To the provider's page; else to the panel, which shows a code to scan, or what went wrong."""
    if not intent.handover_url or intent.handover_qr:
        return _landed(request, visit, view)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(intent.handover_url)
    return _see(reverse("go_on_to_pay", args=[visit.invoice.public_id, intent.public_id]))


def _landed(request: HttpRequest, visit: Visit, view: InvoiceView) -> HttpResponse:
    """Back at the panel as it stands now: alone over htmx, else on its page."""
    if not request.headers.get("HX-Request"):
        return _see(_page(visit.invoice))
    view.known.clear()
    name = "invoice" if view.viewer == CUSTOMER else "pay_only"
    (panel,) = draw(name, view.viewer, view, [NAME])
    drawn = {"panel": panel.context, "page": view, "biller": visit.invoice.biller, "landed": True}
    return _staying(render(request, panel.template, drawn))


def _see(url: str) -> HttpResponse:
    answer = redirect(url)
    answer.status_code = 303
    return answer


def _show(
    request: HttpRequest, view: InvoiceView, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """The form, as a panel over htmx and as a page otherwise."""
    inline = bool(request.headers.get("HX-Request"))
    template = "payments/providers/_form.html" if inline else "payments/providers/pay.html"
    shared = {"page": view, "inline": inline, **context}
    return _staying(_render(request, view.invoice, template, shared, status))


def _render(
    request: HttpRequest,
    invoice: Invoice,
    template: str,
    context: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    biller = invoice.biller
    shared = {"invoice": invoice, "biller": biller, "brand": look_of(biller)}
    return render(request, template, {**shared, **context}, status=status)


def _staying(answer: HttpResponse) -> HttpResponse:
    """Over htmx the reader stays on the invoice page, and so does the address."""
    answer.headers["HX-Push-Url"] = "false"
    return answer
