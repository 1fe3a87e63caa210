"""Many at once: the first candidates above a bar are listed, and booked once they are confirmed."""

import uuid
from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from invoices.billers.looks import look_of
from invoices.desk.nav import billers_of, nav_of
from invoices.errors import Refused
from invoices.history.actors import staff
from invoices.money import Money
from invoices.page.sentences import error_sentence
from payments.bankfiles.models import BankLine
from payments.matching.evidence import Family
from payments.matching.queries import ranked_for
from payments.matching.ranking import Ranked
from payments.matching.review import posted
from payments.matching.review.actions import Choice, book_payments
from payments.matching.review.queries import Box, customers_of, in_box
from payments.matching.review.view import ReviewView
from payments.matching.review.views import view_of
from payments.matching.review.words import LIKELY, VERY_LIKELY, Proposal, proposal

AT_ONCE = 200  # payments that are looked at for one list
BARS = (VERY_LIKELY, LIKELY, 55)
CLEAR = 10  # points ahead of the second, without which a person must look at the one payment


@dataclass(frozen=True, slots=True)
class Offer:
    """A payment with its first candidate. ``name`` is what its box says when it is ticked."""

    name: str
    line: BankLine
    amount: Money
    proposal: Proposal


@dataclass
class Bulk:
    """The list that is to be confirmed."""

    bar: int
    offers: list[Offer] = field(default_factory=list)
    waiting: int = 0


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bulk(request: HttpRequest, slug: str) -> HttpResponse:
    """List what would be booked above the bar; by POST, book what was ticked."""
    view = view_of(request, slug)
    if request.method == "POST":
        return _book(request, view)
    asked = posted.number(request.GET.get("bar", ""))
    offered = offers(view, asked if asked in BARS else BARS[0])
    context = {
        "biller": view.biller,
        "brand": look_of(view.biller),
        "page": view,
        "bulk": offered,
        "bars": [(bar, bar == offered.bar) for bar in BARS],
        "billers": billers_of(view.user, view.biller),
        "nav": nav_of(view.user, view.membership, current="review"),
        "request_id": uuid.uuid4(),
    }
    return render(request, "payments/review/bulk.html", context)


def offers(view: ReviewView, bar: int) -> Bulk:
    """The payments that have waited longest, with the first candidates that may be booked so."""
    lines = list(in_box(Box.WAITING, view.biller.pk)[:AT_ONCE])
    ranked = ranked_for(view.biller.pk, [line.pk for line in lines]) if lines else {}
    found = Bulk(bar, waiting=len(lines))
    chosen = [(line, ranked[line.pk][0]) for line in lines if _above(ranked[line.pk], bar)]
    customers = customers_of({each.customer_id for _, each in chosen}) if chosen else {}
    for line, each in chosen:
        amount = Money(line.amount_minor, line.currency)
        written = f"{line.reference}\n{line.text}"
        name = customers[each.customer_id].name
        shown = proposal(1, each, amount, written, name, view.language)
        found.offers.append(Offer(f"{line.public_id}={shown.take}", line, amount, shown))
    return found


def _above(ranked: list[Ranked], bar: int) -> bool:
    """Whether the first is above the bar, clearly ahead, and nothing speaks against it."""
    if not ranked or ranked[0].score < bar:
        return False
    if len(ranked) > 1 and ranked[0].score - ranked[1].score < CLEAR:
        return False
    return all(piece.kind.family != Family.AGAINST for piece in ranked[0].pieces)


def _book(request: HttpRequest, view: ReviewView) -> HttpResponse:
    form = posted.request_id(request)
    wanted = dict(each.partition("=")[::2] for each in request.POST.getlist("take")[:AT_ONCE])
    ids = [found for name in wanted if (found := posted.an_id(name))]
    own = BankLine.objects.filter(biller=view.biller, public_id__in=ids).select_related("file")
    choices, refused = [], []
    for line in own.defer("file__raw").order_by("pk"):
        try:
            portions = posted.taken(wanted[str(line.public_id)], line)
        except Refused as why:
            refused.append((line, why))
            continue
        choices.append(Choice(line, portions, uuid.uuid5(form, str(line.public_id))))
    done = book_payments(choices, biller=view.biller, actor=staff(view.user.pk))
    _say(request, done.booked, [*refused, *done.refused])
    answer = redirect("review", slug=view.biller.slug)
    answer.status_code = 303
    return answer


def _say(request: HttpRequest, booked: int, refused: list[tuple[BankLine, Refused]]) -> None:
    if not booked and not refused:
        messages.error(request, _("Nothing was ticked, so nothing was booked."))
    if booked:
        words = ngettext("%(count)d payment is booked.", "%(count)d payments are booked.", booked)
        messages.success(request, words % {"count": booked})
    for line, why in refused[:5]:
        words = _("{reference} is not booked. {why}")
        said = error_sentence(why, line.currency)
        messages.warning(request, words.format(reference=line.reference or "–", why=said))
