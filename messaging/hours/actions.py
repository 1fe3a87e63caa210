"""Setting the hours in which a biller answers."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from django.db import transaction

from invoices.billers.models import Biller
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import record
from messaging.hours.calendar import Period
from messaging.hours.models import OpeningPeriod, SpecialDay


@transaction.atomic
def set_week(biller: Biller, week: Mapping[int, Sequence[Period]], *, actor: Actor) -> None:
    """Let the biller's week be this and nothing else; a weekday that is not named is closed.

    Refused where periods of a day overlap or end before they begin.
    """
    Biller.objects.select_for_update().get(pk=biller.pk)
    for periods in week.values():
        _refuse_overlap(periods)
    OpeningPeriod.objects.filter(biller=biller).delete()
    OpeningPeriod.objects.bulk_create(
        OpeningPeriod(biller=biller, weekday=day, opens=period.opens, closes=period.closes)
        for day, periods in week.items()
        for period in periods
    )
    record("hours.changed", biller_id=biller.pk, actor=actor)


@transaction.atomic
def set_day(biller: Biller, on: date, period: Period | None, *, actor: Actor) -> None:
    """Let one day be different from its weekday: open in ``period``, or closed."""
    if period is not None:
        _refuse_overlap([period])
    SpecialDay.objects.update_or_create(
        biller=biller,
        on=on,
        defaults={
            "opens": period.opens if period else None,
            "closes": period.closes if period else None,
        },
    )
    record("hours.changed", biller_id=biller.pk, actor=actor)


def _refuse_overlap(periods: Sequence[Period]) -> None:
    day = date(2026, 1, 5)  # any day on which the clocks stay as they are
    stretches = sorted(period.on(day) for period in periods)
    if any(begins >= ends for begins, ends in stretches):
        raise Refused(N_("It has to close after it opens."))
    if any(ends > begins for (_, ends), (begins, _) in pairwise(stretches)):
        raise Refused(N_("The opening hours of a day overlap."))
