"""Automatic payment on the page: yes, signing, the way to the bank and back, stop and undo.

All of it takes the customer's own link: a pay-only one opens nothing here. Saying yes takes no
code besides, since BankID or the bank asks who it is. GET changes nothing; coming back from a
bank proves nothing.
"""

import uuid
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from invoices.billers.areas import Area
from invoices.documents.links.access import Visit, visit_of
from invoices.documents.links.gates import for_customer, unlocked
from invoices.documents.pdf.turns import PdfUnavailable
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.page.sentences import error_sentence
from invoices.panels import CUSTOMER
from payments.mandates.funnel.actions import note_before
from payments.mandates.models import Evidence, FunnelStep, Mandate
from payments.mandates.page import doing, showing
from payments.mandates.page.forms import AccountForm, YesForm
from payments.mandates.page.invitation import MISSED, PAGE, PAID
from payments.mandates.page.panels import NAME, known_standing, seen_of
from payments.mandates.signing import work as signing_work
from payments.mandates.states import ASKED, MandateState
from payments.schemes.base import Proof
from payments.schemes.registry import SCHEMES

REFUSED: Final = 422
MOMENTS: Final = (PAGE, PAID, MISSED)
Step = FunnelStep.Step


@require_http_methods(["GET", "HEAD", "POST"])
@for_customer
def autopay_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """From which account; by POST, yes to automatic payment from it, signed with BankID next."""
    with showing.seen(request, visit) as view:
        if "autogiro" not in dict(known_standing(view).offers):
            return showing.see(showing.page_of(view))
        moment = request.GET.get("moment", PAGE)
        form = AccountForm(request.POST or None, moment=moment if moment in MOMENTS else PAGE)
        if request.method != "POST":
            return showing.show(request, view, {"form": form})
        if not form.is_valid() or form.account is None:
            return showing.show(request, view, {"form": form}, status=REFUSED)
        given = form.cleaned_data
        moment = given["moment"] if given["moment"] in MOMENTS else PAGE
        account = form.account.digits
        consent = doing.consent(request, visit, view, given["request_id"], moment, account)
        try:
            return doing.begin(request, visit, view, "autogiro", consent)
        except (Refused, PdfUnavailable) as refused:
            form.add_error(None, error_sentence(refused))
            return showing.show(request, view, {"form": form}, status=REFUSED)


@require_POST
@for_customer
def say_yes(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One click: on to BankID, to the bank, or to the service; or to the account, if none is
    known. What stands in the way is said in the panel."""
    with showing.seen(request, visit) as view:
        form = YesForm(request.POST)
        if not form.is_valid() or form.cleaned_data["scheme"] not in SCHEMES:
            return showing.landed(request, view)
        scheme, moment = form.cleaned_data["scheme"], form.cleaned_data["moment"]
        note_before(visit.invoice, Step.CLICKED, moment, scheme, actor=THE_CUSTOMER)
        account = doing.account_known(view, form.cleaned_data["known"])
        if SCHEMES[scheme].proof == Proof.SIGNATURE and not account:
            return showing.to_the_account(request, view, moment)
        request_id = form.cleaned_data["request_id"]
        consent = doing.consent(request, visit, view, request_id, moment, account)
        try:
            return doing.begin(request, visit, view, scheme, consent)
        except (Refused, PdfUnavailable) as refused:
            return showing.landed(request, view, error_sentence(refused))


@require_http_methods(["GET", "HEAD", "POST"])
@for_customer
def sign(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The page of signing; by POST, ask BankID how it stands, or begin to sign again.

    204 over htmx while it stands as the page has read it.
    """
    with showing.seen(request, visit) as view:
        if request.method != "POST":
            return showing.sign_page(request, view)
        doing.look(request, visit, view)
        view.known.clear()
        now = known_standing(view)
        if request.headers.get("HX-Request") and request.POST.get("seen") == seen_of(now):
            return HttpResponse(status=204)
        if request.headers.get("HX-Request"):
            return showing.landed(request, view)
        asked = now.asked
        if asked is None or asked.state != MandateState.REQUESTED:
            return showing.see(showing.page_of(view))
        return showing.see(reverse("autopay_sign", args=[visit.invoice.public_id]))


@require_safe
@for_customer
def code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The code to scan as it is at this second: a picture, or a part of the page."""
    with showing.seen(request, visit) as view:
        signing = doing.signing_of(view)
        text = signing_work.code_of(signing) if signing else ""
        if "picture" in request.GET:
            if not text:
                raise Http404
            return HttpResponse(signing_work.drawn_code(text), content_type="image/svg+xml")
        context = {"code": signing_work.code_address(text) if text else ""}
        return render(request, "payments/mandates/_code.html", context)


@require_safe
@for_customer
def open_app(request: HttpRequest, visit: Visit) -> HttpResponse:
    """On to BankID on this device; back to signing where there is nothing to open."""
    with showing.seen(request, visit) as view:
        signing = doing.signing_of(view)
        url = signing_work.start_url(signing) if signing else ""
        return redirect(url or reverse("autopay_sign", args=[visit.invoice.public_id]))


@require_safe
@for_customer
def onward(request: HttpRequest, visit: Visit, mandate_id: uuid.UUID) -> HttpResponse:
    """A page that leads on to the bank: a form of ours may not lead to another site at once."""
    mandate = _mandate(visit, mandate_id)
    with showing.seen(request, visit) as view:
        if mandate.state not in ASKED or not mandate.handover_url:
            return showing.see(showing.page_of(view))
        shown = showing.rendered(
            request, view, "payments/mandates/onward.html", {"url": mandate.handover_url}
        )
    shown.headers["Refresh"] = f"0; url={mandate.handover_url}"
    return shown


@require_safe
def back(request: HttpRequest, public_id: uuid.UUID, mandate_id: uuid.UUID) -> HttpResponse:
    """Where banks send the customer: to the invoice, which says what has become of it."""
    visit = visit_of(request, public_id)
    if visit is not None and visit.viewer == CUSTOMER:
        return redirect(f"{reverse('invoice_page', args=[public_id])}#panel-{NAME}")
    return render(request, "payments/mandates/elsewhere.html")


@require_safe
@for_customer
def pdf(request: HttpRequest, visit: Visit, mandate_id: uuid.UUID) -> HttpResponse:
    """The mandate as it was signed: the very bytes that the evidence holds."""
    mandate = _mandate(visit, mandate_id)
    evidence = get_object_or_404(Evidence, mandate=mandate, pdf__isnull=False)
    assert evidence.pdf is not None
    shown = HttpResponse(bytes(evidence.pdf), content_type="application/pdf")
    shown.headers["Content-Disposition"] = f'inline; filename="{mandate.scheme}.pdf"'
    return shown


@require_POST
@for_customer
def note(request: HttpRequest, visit: Visit, what: str) -> HttpResponse:
    """An invitation was really seen, or is not wanted."""
    moment = request.POST.get("moment", PAGE)
    step = {"seen": Step.SHOWN, "not-now": Step.DISMISSED}.get(what)
    if step is None or moment not in MOMENTS:
        raise Http404
    note_before(visit.invoice, step, moment, "", actor=THE_CUSTOMER)
    if step == Step.SHOWN:
        return HttpResponse(status=204)
    with showing.seen(request, visit) as view:
        return showing.landed(request, view)


@require_POST
@unlocked(Area.CHANGES)
@for_customer
def change(request: HttpRequest, visit: Visit, what: str) -> HttpResponse:
    """Stop, undo, pause, let go on, leave; where the biller asks for a code before changes, with
    one. What is refused is said in the panel."""
    do = doing.CHANGES.get(what)
    with showing.seen(request, visit) as view:
        if do is None:
            raise Http404
        try:
            do(known_standing(view))
        except Refused as refused:
            return showing.landed(request, view, error_sentence(refused))
        return showing.landed(request, view)


def _mandate(visit: Visit, mandate_id: uuid.UUID) -> Mandate:
    mandates = Mandate.objects.filter(customer_id=visit.invoice.customer_id)
    return get_object_or_404(mandates, public_id=mandate_id)
