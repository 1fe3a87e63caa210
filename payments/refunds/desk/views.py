"""Finance pays credit back: approve, refuse, make the file, take the bank's answer in.

Whoever does not see money gets 404, as does everybody at another biller.
"""

import uuid
from collections.abc import Callable, Mapping
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from invoices.billers.access import access_membership
from invoices.billers.looks import look_of
from invoices.billers.models import User
from invoices.billers.roles import SEES_MONEY
from invoices.desk.nav import billers_of, nav_of
from invoices.errors import N_, FormatError, Refused
from invoices.history.actors import staff
from invoices.page.sentences import error_sentence
from invoices.panels import draw
from invoices.updates import panels_answer
from payments.refunds import actions
from payments.refunds.accounts import Destination, PayTo
from payments.refunds.desk.panels import (
    RefundsView,
    can_change_account,
    returned_lines,
    row_of,
)
from payments.refunds.files.actions import LARGEST_BYTES, make_file, take_answer
from payments.refunds.forms import AccountForm
from payments.refunds.models import PayoutFile, Refund
from payments.refunds.states import RefundState

REFUSED = 422
type View = Callable[..., HttpResponse]


def for_finance(view: View) -> View:
    """Only for staff who see money; ``view`` gets the page's view object instead of the slug."""

    @wraps(view)
    def gated(request: HttpRequest, slug: str, **kwargs: uuid.UUID) -> HttpResponse:
        membership = access_membership(request.user, slug)
        if membership is None or membership.role not in SEES_MONEY:
            raise Http404
        assert isinstance(request.user, User)
        page = RefundsView(
            membership=membership,
            panels_url=reverse("refunds_panels", args=[slug]),
            user_id=request.user.pk,
        )
        return view(request, page, **kwargs)

    return login_required(gated)


@require_safe
@for_finance
def refunds(request: HttpRequest, page: RefundsView) -> HttpResponse:
    """All that is under way."""
    shown = {"panels": draw("refunds", page.viewer, page)}
    return _render(request, page, "invoices/desk/desk.html", shown)


@require_safe
@for_finance
def refunds_panels(request: HttpRequest, page: RefundsView) -> HttpResponse:
    """The panel, where it has changed; see ``updates.panels_answer``."""
    return panels_answer(request, "refunds", page, version=page.version, biller=page.biller)


@require_http_methods(["GET", "HEAD", "POST"])
@for_finance
def refund(request: HttpRequest, page: RefundsView, refund_id: uuid.UUID) -> HttpResponse:
    """One payback with all that can be done with it; ``do`` names what is done."""
    found = get_object_or_404(_named(), biller=page.biller, public_id=refund_id)
    if request.method != "POST":
        return _show(request, page, found, AccountForm(page.biller.country))
    if request.POST.get("do") == "account":
        return _change_account(request, page, found)
    try:
        _act(request, page, found)
    except Refused as refused:
        form = AccountForm(page.biller.country)
        return _show(request, page, found, form, error_sentence(refused, found.currency))
    return _back(page)


def _act(request: HttpRequest, page: RefundsView, found: Refund) -> None:
    actor, posted = staff(page.user_id), request.POST
    match posted.get("do"):
        case "approve":
            actions.approve(found.pk, _seen(request), actor=actor)
        case "refuse":
            actions.refuse(found.pk, posted.get("reason", ""), actor=actor)
        case "paid":
            actions.confirm_paid(found.pk, actor=actor)
        case "failed":
            actions.note_refused_by_bank(found.pk, actor=actor)
        case "returned":
            actions.note_returned(found.pk, _line(posted.get("line", "")), actor=actor)
        case _:
            raise Refused(N_("Choose what should happen with the payback."))


def _seen(request: HttpRequest) -> Destination:
    """The account that stood before whoever approves."""
    posted = request.POST
    try:
        pay_to = PayTo(posted.get("pay_to", ""))
    except ValueError:
        raise Refused(N_("Choose what kind of account it is.")) from None
    return Destination(pay_to, posted.get("number", ""), posted.get("clearing", ""))


def _line(text: str) -> int | None:
    """The payment that came back; None for a correction. Refused where nothing was chosen."""
    if text == "correction":
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Refused(N_("Choose how it came back."))
    return int(text)


def _change_account(request: HttpRequest, page: RefundsView, found: Refund) -> HttpResponse:
    form = AccountForm(page.biller.country, request.POST)
    if form.is_valid():
        try:
            actions.change_account(found.pk, form.cleaned_data["to"], actor=staff(page.user_id))
            return _back(page)
        except Refused as refused:
            form.add_error(None, error_sentence(refused))
    return _show(request, page, found, form)


@require_POST
@for_finance
def make(request: HttpRequest, page: RefundsView) -> HttpResponse:
    """Make a file of what is approved; leads back, where it can be fetched."""
    try:
        sent = uuid.UUID(request.POST.get("request_id", ""))
    except ValueError:
        sent = uuid.uuid4()
    try:
        file = make_file(page.biller, request_id=sent, actor=staff(page.user_id))
        messages.success(request, _("The file {file} is made.").format(file=file.message_id))
    except Refused as refused:
        messages.error(request, error_sentence(refused))
    return _back(page)


@require_safe
@for_finance
def download(request: HttpRequest, page: RefundsView, file_id: uuid.UUID) -> HttpResponse:
    """The file as it was made, for the bank."""
    file = get_object_or_404(PayoutFile, biller=page.biller, public_id=file_id)
    name = f'attachment; filename="{file.message_id}.xml"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store, private"}
    return HttpResponse(bytes(file.raw), content_type="application/xml", headers=headers)


@require_POST
@for_finance
def answer(request: HttpRequest, page: RefundsView) -> HttpResponse:
    """The bank's answer to a file."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file from the bank first."))
        return _back(page)
    if (file.size or 0) > LARGEST_BYTES:
        messages.error(request, _("The file is too large to be an answer of the bank."))
        return _back(page)
    try:
        taken = take_answer(page.biller, file.read(), actor=staff(page.user_id))
    except (Refused, FormatError) as error:
        messages.error(request, error_sentence(error))
        return _back(page)
    if taken.known:
        messages.info(request, _("This answer was here before. Nothing has changed."))
    else:
        said = _("The answer is taken in. Paid: {paid}, refused: {returned}, waiting: {waiting}.")
        counts = {"paid": taken.paid, "returned": taken.returned, "waiting": taken.waiting}
        messages.success(request, said.format(**counts))
    return _back(page)


def _named() -> QuerySet[Refund]:
    return Refund.objects.select_related(
        "customer", "invoice", "asked_by", "account_by", "approved_by", "biller"
    )


def _back(page: RefundsView) -> HttpResponse:
    response = HttpResponseRedirect(reverse("refunds", args=[page.biller.slug]))
    response.status_code = 303
    return response


def _show(
    request: HttpRequest, page: RefundsView, found: Refund, form: AccountForm, why: str = ""
) -> HttpResponse:
    returned = returned_lines(found) if found.state == RefundState.PAID else []
    shown = {
        "row": row_of(page, found),
        "state": found.state,
        "form": form if can_change_account(found) else None,
        "returned": returned,
        "why": why,
    }
    status = REFUSED if request.method == "POST" else 200
    return _render(request, page, "payments/refunds/desk/refund.html", shown, status)


def _render(
    request: HttpRequest,
    page: RefundsView,
    template: str,
    context: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    assert isinstance(request.user, User)
    shared = {
        "biller": page.biller,
        "brand": look_of(page.biller),
        "page": page,
        "billers": billers_of(request.user, page.biller),
        "nav": nav_of(request.user, page.membership, current="refunds"),
    }
    return render(request, template, {**shared, **context}, status=status)
