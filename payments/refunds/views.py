"""Credit on the invoice page: use it, have it paid back. GET changes nothing.

Money leaves for an account: whoever asks for that with a link has entered a code.
"""

import uuid
from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from invoices.billers.areas import Area
from invoices.billers.looks import look_of
from invoices.billers.models import User
from invoices.billers.roles import SEES_MONEY
from invoices.changes.scene import where
from invoices.documents.links.access import Visit
from invoices.documents.links.gates import for_customer as customers_only
from invoices.documents.links.gates import register_place, unlocked, with_code
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.history.actors import Actor, staff
from invoices.money import Money
from invoices.page.language import spoken
from invoices.page.sentences import error_sentence
from invoices.page.views import for_customer, for_staff, own_language
from invoices.panels import CUSTOMER
from payments.refunds import actions
from payments.refunds.credit.actions import take_back_use, use_credit
from payments.refunds.forms import AccountForm, AmountForm, BackForm
from payments.refunds.models import Refund
from payments.refunds.panels import NAME
from payments.refunds.queries import credit_of

REFUSED = 422
register_place("credit", "pay_credit_back")


@require_http_methods(["GET", "HEAD", "POST"])
@unlocked(Area.CHANGES)
def use(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The customer lowers the invoice by credit."""
    return _use(request, for_customer(request, public_id), CUSTOMER, THE_CUSTOMER)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def staff_use(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Finance lowers the invoice by the customer's credit."""
    invoice, role, actor = _money_staff(request, slug, public_id)
    return _use(request, invoice, role, actor)


@require_POST
@login_required
def staff_unuse(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Finance puts used credit back on the customer's account."""
    invoice, role, actor = _money_staff(request, slug, public_id)
    used = request.POST.get("used", "")
    if not used.isdecimal() or len(used) > 18:
        raise Http404
    try:
        take_back_use(invoice.pk, int(used), actor=actor)
    except Refused:
        raise Http404 from None
    return _back(invoice, role)


@require_http_methods(["GET", "HEAD", "POST"])
@with_code("credit")
def ask_back(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The customer asks for credit to be paid back."""
    return _ask_back(request, visit.invoice, CUSTOMER, THE_CUSTOMER)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def staff_ask_back(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Finance prepares a payback, which somebody else approves."""
    invoice, role, actor = _money_staff(request, slug, public_id)
    return _ask_back(request, invoice, role, actor)


@require_http_methods(["GET", "HEAD", "POST"])
@with_code("credit")
def account(request: HttpRequest, visit: Visit, refund_id: uuid.UUID) -> HttpResponse:
    """The customer has it paid to another account."""
    invoice = visit.invoice
    refund = _refund(invoice, refund_id)
    with spoken(request, own_language(invoice, CUSTOMER)):
        form = AccountForm(invoice.biller.country, request.POST if _posted(request) else None)
        if _posted(request) and form.is_valid():
            try:
                actions.change_account(refund.pk, form.cleaned_data["to"], actor=THE_CUSTOMER)
                return _back(invoice, CUSTOMER)
            except Refused as refused:
                form.add_error(None, error_sentence(refused))
        context = {"form": form, "refund": refund, "what": "account"}
        return _show(request, invoice, CUSTOMER, context)


@require_POST
@customers_only
def withdraw(request: HttpRequest, visit: Visit, refund_id: uuid.UUID) -> HttpResponse:
    """The customer keeps the credit after all."""
    refund = _refund(visit.invoice, refund_id)
    with spoken(request, own_language(visit.invoice, CUSTOMER)):
        try:
            actions.withdraw(refund.pk, actor=THE_CUSTOMER)
        except Refused as refused:
            context = {"why": error_sentence(refused), "what": "why"}
            return _show(request, visit.invoice, CUSTOMER, context, refused=True)
    return _back(visit.invoice, CUSTOMER)


def _use(request: HttpRequest, invoice: Invoice, by: str, actor: Actor) -> HttpResponse:
    with spoken(request, own_language(invoice, by)) as language:
        most = min(credit_of(invoice.customer_id), figures(invoice).left)
        form = AmountForm(
            Money(most, invoice.currency), language, request.POST if _posted(request) else None
        )
        context: dict[str, object] = {"form": form, "what": "use", "most": form.most}
        if _posted(request):
            if _used_before(request, invoice, actor):
                return _back(invoice, by)
            if form.is_valid():
                data = form.cleaned_data
                try:
                    use_credit(
                        invoice.pk, data["amount"], request_id=data["request_id"], actor=actor
                    )
                    return _back(invoice, by)
                except Refused as refused:
                    form.add_error(None, error_sentence(refused))
        return _show(request, invoice, by, context)


def _used_before(request: HttpRequest, invoice: Invoice, actor: Actor) -> bool:
    """Whether this very form has been sent before: then the amount is no longer there."""
    try:
        sent = uuid.UUID(request.POST.get("credit-request_id", ""))
        return use_credit(invoice.pk, 0, request_id=sent, actor=actor) == 0
    except (ValueError, Refused):
        return False


def _ask_back(request: HttpRequest, invoice: Invoice, by: str, actor: Actor) -> HttpResponse:
    with spoken(request, own_language(invoice, by)) as language:
        most = Money(credit_of(invoice.customer_id), invoice.currency)
        country = invoice.biller.country
        form = BackForm(most, language, country, request.POST if _posted(request) else None)
        if _posted(request) and _asked_before(request, invoice):
            return _back(invoice, by)
        if _posted(request) and form.is_valid():
            data = form.cleaned_data
            try:
                actions.ask(
                    invoice.pk,
                    data["amount"],
                    data["to"],
                    request_id=data["request_id"],
                    actor=actor,
                )
                return _back(invoice, by)
            except Refused as refused:
                form.add_error(None, error_sentence(refused))
        return _show(request, invoice, by, {"form": form, "what": "back", "most": most})


def _asked_before(request: HttpRequest, invoice: Invoice) -> bool:
    try:
        sent = uuid.UUID(request.POST.get("credit-request_id", ""))
    except ValueError:
        return False
    return Refund.objects.filter(public_id=sent, invoice=invoice).exists()


def _money_staff(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> tuple[Invoice, str, Actor]:
    assert isinstance(request.user, User)
    invoice, role = for_staff(request, slug, public_id)
    if role not in SEES_MONEY:
        raise Http404
    return invoice, role, staff(request.user.pk)


def _refund(invoice: Invoice, refund_id: uuid.UUID) -> Refund:
    """A payback of the invoice's customer, from whichever of the invoices it was asked."""
    return get_object_or_404(Refund, customer_id=invoice.customer_id, public_id=refund_id)


def _posted(request: HttpRequest) -> bool:
    return request.method == "POST"


def _page_url(invoice: Invoice, by: str) -> str:
    return reverse("invoice_page" if by == CUSTOMER else "staff_invoice", kwargs=where(invoice, by))


def _back(invoice: Invoice, by: str) -> HttpResponse:
    answer = HttpResponseRedirect(f"{_page_url(invoice, by)}#panel-{NAME}")
    answer.status_code = 303
    return answer


def _show(
    request: HttpRequest,
    invoice: Invoice,
    by: str,
    context: Mapping[str, object],
    *,
    refused: bool = False,
) -> HttpResponse:
    biller = invoice.biller
    shared = {
        "invoice": invoice,
        "biller": biller,
        "brand": look_of(biller),
        "page_url": _page_url(invoice, by),
        "by_staff": by != CUSTOMER,
    }
    status = REFUSED if refused or _posted(request) else 200
    return render(request, "payments/refunds/credit.html", {**shared, **context}, status=status)
