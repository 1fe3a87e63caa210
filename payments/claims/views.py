"""The customer, or staff, stops a single draw, undoes that, or pays now instead. Only by POST."""

import uuid
from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from invoices.billers.access import access_membership
from invoices.billers.areas import Area
from invoices.billers.looks import look_of
from invoices.billers.models import User
from invoices.billers.roles import SEES_MONEY
from invoices.documents.links.gates import unlocked
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.history.actors import Actor, staff
from invoices.page.language import spoken
from invoices.page.sentences import error_sentence
from invoices.page.views import for_customer, for_staff, own_language, view_of
from invoices.panels import CUSTOMER, draw
from payments.claims.charging import work as charging
from payments.claims.models import Claim
from payments.claims.panels import NAME
from payments.claims.sending.actions import note_accepted
from payments.claims.states import ClaimState
from payments.claims.wishes.actions import resume_draw, stop_draw
from payments.outgoing.models import OutgoingFile

REFUSED = 422
_DO = {"stop": stop_draw, "resume": resume_draw, "instead": stop_draw}


@require_POST
@unlocked(Area.CHANGES)
def by_customer(
    request: HttpRequest, public_id: uuid.UUID, claim_id: uuid.UUID, what: str
) -> HttpResponse:
    """The customer's own wish. ``instead`` leads on to paying by hand."""
    invoice = for_customer(request, public_id)
    _known(invoice, claim_id)
    return _carry_out(request, invoice, CUSTOMER, THE_CUSTOMER, claim_id, what)


@require_POST
@login_required
def by_staff(
    request: HttpRequest, slug: str, public_id: uuid.UUID, claim_id: uuid.UUID, what: str
) -> HttpResponse:
    """Staff do it for the customer."""
    assert isinstance(request.user, User)
    invoice, role = for_staff(request, slug, public_id)
    _known(invoice, claim_id)
    return _carry_out(request, invoice, role, staff(request.user.pk), claim_id, what)


@require_POST
@login_required
def accepted(request: HttpRequest, slug: str, file_id: uuid.UUID) -> HttpResponse:
    """Finance has seen the bank's receipt of a file."""
    assert isinstance(request.user, User)
    membership = access_membership(request.user, slug)
    if membership is None or membership.role not in SEES_MONEY:
        raise Http404
    files = OutgoingFile.objects.filter(biller=membership.biller, public_id=file_id)
    file = files.only("pk").first()
    if file is None:
        raise Http404
    note_accepted(file.pk, actor=staff(request.user.pk))
    return redirect("desk", slug=slug)


def _known(invoice: Invoice, claim_id: uuid.UUID) -> None:
    if not Claim.objects.filter(invoice=invoice, public_id=claim_id).exists():
        raise Http404


def _carry_out(
    request: HttpRequest,
    invoice: Invoice,
    viewer: str,
    actor: Actor,
    claim_id: uuid.UUID,
    what: str,
) -> HttpResponse:
    with spoken(request, own_language(invoice, viewer)) as language:
        refused = ""
        try:
            claim = _DO[what](invoice.pk, claim_id, actor=actor)
            if claim.state == ClaimState.CANCELLING and claim.look_at:
                charging.look(claim.pk)  # over an API the answer comes at once
        except Refused as error:
            refused = error_sentence(error, invoice.currency)
        if what == "instead" and not refused:
            return _see(reverse("pay_invoice", args=[invoice.public_id]))
        return _landed(request, invoice, viewer, language, refused)


def _landed(
    request: HttpRequest, invoice: Invoice, viewer: str, language: str, refused: str
) -> HttpResponse:
    """The panel alone over htmx; else its page, or, where refused, a page that says why."""
    view = view_of(request, invoice, viewer, language)
    inline = bool(request.headers.get("HX-Request"))
    if not inline and not refused:
        return _see(f"{view.page_url}#panel-{NAME}")
    (panel,) = draw("invoice", viewer, view, [NAME])
    drawn = {
        "panel": replace(panel.context, refused=refused),
        "page": view,
        "biller": invoice.biller,
        "brand": look_of(invoice.biller),
        "landed": True,
    }
    template = panel.template if inline else "payments/claims/refused.html"
    answer = render(request, template, drawn, status=REFUSED if refused else 200)
    answer.headers["HX-Push-Url"] = "false"
    return answer


def _see(url: str) -> HttpResponse:
    answer = redirect(url)
    answer.status_code = 303
    return answer
