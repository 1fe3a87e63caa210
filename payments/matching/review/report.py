"""The page that says how good the matcher is, from what people decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from invoices.billers.looks import look_of
from invoices.desk.nav import billers_of, nav_of
from invoices.page.sentences import fill
from payments.matching.evidence import KINDS
from payments.matching.review.chart import HEIGHT, WIDTH, Bar, bars
from payments.matching.review.quality import Count, Week, rules, weeks
from payments.matching.review.views import view_of


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: a week or a rule, with its figures as they are read."""

    label: str
    monday: date | None
    count: Count
    precision: str
    rate: str
    first_three: str


@require_safe
@login_required
def quality(request: HttpRequest, slug: str) -> HttpResponse:
    """Precision and automatic rate, week by week and rule by rule."""
    view = view_of(request, slug)
    found = weeks(view.biller.pk)
    total = sum((week.count for week in found), Count())
    context = {
        "biller": view.biller,
        "brand": look_of(view.biller),
        "page": view,
        "total": _line("", total),
        "sentence": _sentence(total),
        "weeks": [_line("", week.count, week.monday) for week in reversed(found)],
        "rules": [_line(_rule(each.rule), each.count) for each in rules(view.biller.pk)],
        "bars": _bars(found),
        "box": (WIDTH, HEIGHT),
        "billers": billers_of(view.user, view.biller),
        "nav": nav_of(view.user, view.membership, current="review"),
    }
    return render(request, "payments/review/quality.html", context)


def _bars(found: Sequence[Week]) -> list[Bar]:
    return bars(
        [
            (f"{w.monday.isocalendar().week}", w.count.all, w.count.by_itself, w.count.undone)
            for w in found
        ]
    )


def _line(label: str, count: Count, monday: date | None = None) -> Line:
    return Line(
        label, monday, count, _share(count.precision), _share(count.rate), _share(count.first_three)
    )


def _share(percent: float | None) -> str:
    """A share as it is read: never rounded up to all, nor down to none."""
    if percent is None:
        return "–"
    if percent in (0, 100):
        return f"{percent:.0f} %"
    return f"{number_format(min(max(percent, 0.1), 99.9), 1)} %"


def _sentence(total: Count) -> str:
    if not total.all:
        return _("No payments have come in the last twelve weeks.")
    words = ngettext(
        "In twelve weeks %(found)d of %(count)d payment found its invoice by itself.",
        "In twelve weeks %(found)d of %(count)d payments found their invoice by themselves.",
        total.all,
    ) % {"found": total.by_itself, "count": total.all}
    if not total.undone:
        return f"{words} {_('None of these had to be undone.')}"
    undone = ngettext(
        "%(count)d of these had to be undone.", "%(count)d of these had to be undone.", total.undone
    ) % {"count": total.undone}
    return f"{words} {undone}"


def _rule(name: str) -> str:
    """A rule in words."""
    others = {
        "taken_back": _("The bank took a payment back."),
        "deducted": _("The payer has set off a credit note."),
    }
    if name in others:
        return others[name]
    values = {"number": "…", "off": "…"}
    return fill(KINDS[name].say, values) if name in KINDS else name
