"""Asking for a code, entering it, and closing again what it opened."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from invoices.customers.models import ContactPoint
from invoices.documents.links import limits
from invoices.documents.links.access import Visit
from invoices.documents.links.codes.actions import (
    OPEN_FOR,
    TRIES,
    Outcome,
    Verdict,
    ask_for_code,
    try_code,
)
from invoices.documents.links.codes.queries import latest_code
from invoices.documents.links.gates import code_url, for_customer, place_url
from invoices.documents.links.models import StepUpCode
from invoices.documents.links.queries import code_point
from invoices.documents.links.session import LinkSession, keep, session_of
from invoices.doors.forms import CodeForm
from invoices.doors.views import page, speaking
from invoices.doors.words import masked
from invoices.history.actors import CUSTOMER, SYSTEM

UNPROCESSABLE, TOO_MANY = 422, 429
STEP_UP = StepUpCode.Purpose.STEP_UP.value


@require_http_methods(["GET", "HEAD", "POST"])
@for_customer
def code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask for a code, and enter it; POST tries what was entered."""
    place = request.GET.get("next", "page")
    if visit.proved:
        return redirect(place_url(visit.invoice, place))
    with speaking(request, visit.invoice):
        if request.method != "POST":
            return code_page(request, visit, CodeForm(), place)
        form = CodeForm(request.POST)
        if form.is_valid():
            verdict = tried(request, visit, form, STEP_UP)
            if verdict is Verdict.RIGHT:
                response = redirect(place_url(visit.invoice, place))
                keep(response, own_session(request).proved(visit.link.pk))
                return response
        return code_page(request, visit, form, place, status=UNPROCESSABLE)


@require_POST
@for_customer
def send_code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Have a code sent to where codes go, and lead to where it is entered."""
    place = request.POST.get("next", "page")
    to = code_point(visit.invoice.customer)
    if to is not None:
        if not may_send(request, visit):
            with speaking(request, visit.invoice):
                return code_page(request, visit, too_many(CodeForm({})), place, status=TOO_MANY)
        session = own_session(request)
        ask_for_code(
            visit.link, to=to, session_sha256=session.sha256, purpose=STEP_UP, actor=SYSTEM
        )
    return redirect(code_url(visit.invoice, place))


@require_POST
@for_customer
def forget_code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Close again, in this browser, what a code has opened."""
    response = redirect("invoice_page", public_id=visit.link.invoice.public_id)
    keep(response, own_session(request).unproved())
    return response


def code_page(
    request: HttpRequest, visit: Visit, form: CodeForm, place: str, *, status: int = 200
) -> HttpResponse:
    to = code_point(visit.invoice.customer)
    context: dict[str, Any] = {
        "form": form,
        "to": masked(to) if to else "",
        "by_phone": to is not None and to.kind == ContactPoint.Kind.PHONE,
        "place": place,
        "here": code_url(visit.invoice, place),
        "waiting": waiting(request, visit, STEP_UP),
        "minutes": int(OPEN_FOR.total_seconds() // 60),
    }
    return page(request, "invoices/links/code.html", visit.invoice, context, status=status)


def own_session(request: HttpRequest) -> LinkSession:
    """The session by which the visit was let in."""
    session = session_of(request)
    assert session is not None, "a visit has a session"
    return session


def waiting(request: HttpRequest, visit: Visit, purpose: str) -> bool:
    """Whether a code is under way that can still be entered."""
    code = latest_code(own_session(request).sha256, purpose, visit.link)
    return code is not None and code.tries < TRIES


def may_send(request: HttpRequest, visit: Visit) -> bool:
    """Count a code about to be sent; False when it is one too many."""
    return limits.count_all(
        (limits.CODES_OF_LINK, visit.link.pk),
        (limits.CODES_OF_CUSTOMER, visit.invoice.customer_id),
        (limits.CODES_BY_ADDRESS, limits.address_of(request)),
    )


def tried(request: HttpRequest, visit: Visit, form: CodeForm, purpose: str) -> Verdict:
    """Try what the form holds; what is wrong with it goes into the form."""
    wrong = (
        (limits.WRONG_CODES_BY_ADDRESS, limits.address_of(request)),
        (limits.WRONG_CODES_OF_CUSTOMER, visit.invoice.customer_id),
    )
    if any(limits.full(limit, one) for limit, one in wrong):
        too_many(form)
        return Verdict.LOCKED
    outcome = try_code(
        form.cleaned_data["code"],
        session_sha256=own_session(request).sha256,
        purpose=purpose,
        link=visit.link,
        invoice=visit.invoice,
        # A code shows that somebody reads the customer's mail, not who.
        actor=SYSTEM if purpose == STEP_UP else CUSTOMER,
    )
    if outcome.verdict is not Verdict.RIGHT:
        limits.count_all(*wrong)
        form.add_error("code", _words(outcome))
    return outcome.verdict


def too_many(form: CodeForm) -> CodeForm:
    """The form, saying that it has been too often."""
    form.full_clean()
    form.errors.clear()
    form.add_error(None, _("That was too often. Wait an hour, then ask for a new code."))
    return form


def _words(outcome: Outcome) -> str:
    if outcome.verdict is Verdict.WRONG:
        left = outcome.tries_left
        return ngettext(
            "That is not the code. You can try once more.",
            "That is not the code. You can try %(left)d more times.",
            left,
        ) % {"left": left}
    if outcome.verdict is Verdict.EXPIRED:
        return _("The code is too old. Ask for a new one.")
    if outcome.verdict is Verdict.LOCKED:
        return _("The code was entered wrong five times and no longer works. Ask for a new one.")
    return _("No code has been sent to you in this browser. Ask for one.")
