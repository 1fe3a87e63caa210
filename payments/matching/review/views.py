"""The review: for finance and administrators of the biller; everybody else gets 404."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from invoices.billers.access import access_membership
from invoices.billers.looks import look_of
from invoices.billers.models import User
from invoices.desk.nav import billers_of, nav_of
from invoices.errors import N_, Refused
from invoices.history.actors import staff
from invoices.page.sentences import error_sentence
from invoices.panels import draw
from invoices.updates import panels_answer
from payments.bankfiles.models import BankLine
from payments.matching.review import actions, posted
from payments.matching.review.access import access_payment, access_review
from payments.matching.review.queries import Box, next_waiting
from payments.matching.review.undoing.actions import undo_booking
from payments.matching.review.view import ReviewView

REFUSED, SEE_OTHER = 422, 303


@require_safe
@login_required
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits, with no payment open."""
    return page(request, view_of(request, slug))


@require_safe
@login_required
def review_payment(request: HttpRequest, slug: str, line_id: uuid.UUID) -> HttpResponse:
    """One payment beside the list. Opening it changes nothing."""
    return page(request, view_of(request, slug, line_id))


@require_safe
@login_required
def review_panels(request: HttpRequest, slug: str) -> HttpResponse:
    """The panels of ``review`` that changed; see ``updates.panels_answer``."""
    view = view_of(request, slug)
    return panels_answer(request, "review", view, version=view.version, biller=view.biller)


@require_safe
@login_required
def review_payment_panels(request: HttpRequest, slug: str, line_id: uuid.UUID) -> HttpResponse:
    """The panels of ``review_payment`` that changed; see ``updates.panels_answer``."""
    view = view_of(request, slug, line_id)
    return panels_answer(request, "review", view, version=view.version, biller=view.biller)


@require_POST
@login_required
def book(request: HttpRequest, slug: str, line_id: uuid.UUID) -> HttpResponse:
    """Book the payment on a candidate, or on an invoice that a search found."""

    def decide(view: ReviewView, line: BankLine) -> str:
        portions = posted.taken(request.POST.get("take", ""), line)
        choice = actions.Choice(line, portions, posted.request_id(request))
        actions.book_payment(choice, actor=staff(view.user.pk))
        return _("The payment is booked.")

    return _decided(request, slug, line_id, decide)


@require_POST
@login_required
def split(request: HttpRequest, slug: str, line_id: uuid.UUID) -> HttpResponse:
    """Book the payment on several invoices, with a sum for each."""

    def decide(view: ReviewView, line: BankLine) -> str:
        view.typed = posted.typed(request)
        choice = actions.Choice(line, posted.portions(view.typed, line), posted.request_id(request))
        actions.book_payment(choice, actor=staff(view.user.pk))
        return _("The payment is booked on the invoices.")

    return _decided(request, slug, line_id, decide)


@require_POST
@login_required
def credit(request: HttpRequest, slug: str, line_id: uuid.UUID) -> HttpResponse:
    """Keep the payment as credit on a customer's account."""

    def decide(view: ReviewView, line: BankLine) -> str:
        customer = posted.customer(request, line)
        actions.keep_as_credit(
            line, customer, actor=staff(view.user.pk), request_id=posted.request_id(request)
        )
        return _("The payment is kept as credit of {name}.").format(name=customer.name)

    return _decided(request, slug, line_id, decide)


@require_POST
@login_required
def mark(request: HttpRequest, slug: str, line_id: uuid.UUID) -> HttpResponse:
    """Say that the payment is not ours, that it is after all, or that it was paid back."""
    ways = {
        "aside": (actions.set_aside, _("The payment waits to be paid back.")),
        "again": (actions.take_up_again, _("The payment waits for its invoice again.")),
        "returned": (actions.note_paid_back, _("The payment is paid back.")),
    }

    def decide(view: ReviewView, line: BankLine) -> str:
        act, words = ways.get(request.POST.get("do", ""), (None, ""))
        if act is None:
            raise Refused(N_("Choose what should happen with the payment."))
        act(line, actor=staff(view.user.pk), request_id=posted.request_id(request))
        return words

    return _decided(request, slug, line_id, decide)


@require_POST
@login_required
def undo(request: HttpRequest, slug: str, line_id: uuid.UUID) -> HttpResponse:
    """Take back what was booked of the payment, and look at it again."""

    def decide(view: ReviewView, line: BankLine) -> str:
        undo_booking(
            line,
            reason=posted.reason(request),
            note=request.POST.get("note", "").strip(),
            actor=staff(view.user.pk),
            request_id=posted.request_id(request),
        )
        return _("The booking is undone. The payment waits again.")

    return _decided(request, slug, line_id, decide, stay=True)


def _decided(
    request: HttpRequest,
    slug: str,
    line_id: uuid.UUID,
    decide: Callable[[ReviewView, BankLine], str],
    *,
    stay: bool = False,
) -> HttpResponse:
    """Decide and go on to the next payment; what was refused is said where it was asked for."""
    view = view_of(request, slug, line_id)
    assert view.line is not None, "the address names one"
    try:
        said = decide(view, view.line)
    except Refused as refused:
        view.error = error_sentence(refused, view.line.currency)
        return page(request, view, status=REFUSED)
    messages.success(request, said)
    answer = redirect(view.url() if stay else _onward(view, view.line))
    answer.status_code = SEE_OTHER
    return answer


def _onward(view: ReviewView, line: BankLine) -> str:
    """The next payment that waits, which says what was decided just now."""
    following = next_waiting(view.biller.pk, line.pk)
    here = reverse("review", args=[view.biller.slug])
    return f"{view.line_url(following) if following else here}?done={line.public_id}"


def view_of(request: HttpRequest, slug: str, line_id: uuid.UUID | None = None) -> ReviewView:
    """The review as whoever asks may see it; 404 for everybody else."""
    assert isinstance(request.user, User)
    membership = access_review(access_membership(request.user, slug))
    if membership is None:
        raise Http404
    asked = request.GET.get("box", "")
    view = ReviewView(
        membership=membership,
        user=request.user,
        box=Box(asked) if asked in list(Box) else Box.WAITING,
        query=request.GET.get("q", "").strip()[:100],
        find=request.GET.get("find", "").strip()[:100],
        start=posted.number(request.GET.get("from", "")),
    )
    if line_id is not None:
        view.line = access_payment(line_id, membership)
        if view.line is None:
            raise Http404
    if done := posted.an_id(request.GET.get("done", "")):
        view.done = access_payment(done, membership)
    return view


def page(request: HttpRequest, view: ReviewView, status: int = 200) -> HttpResponse:
    """The whole page."""
    context = {
        "biller": view.biller,
        "brand": look_of(view.biller),
        "page": view,
        "panels": draw("review", view.viewer, view),
        "billers": billers_of(view.user, view.biller),
        "nav": nav_of(view.user, view.membership, current="review"),
        "undo_id": uuid.uuid4(),
    }
    return render(request, "payments/review/review.html", context, status=status)
