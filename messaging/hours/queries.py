"""The hours of a biller, read whole."""

from collections import defaultdict
from datetime import date, timedelta

from invoices import clock
from invoices.billers.models import Biller
from messaging.hours.calendar import HORIZON_DAYS, Hours, Period
from messaging.hours.models import OpeningPeriod, SpecialDay

BACK_DAYS = 370  # how long ago a special day still tells how long somebody has waited


def hours_of(biller: Biller) -> Hours:
    """When the biller answers: two questions, for any span of the last year and the next months."""
    week: dict[int, list[Period]] = defaultdict(list)
    for row in OpeningPeriod.objects.filter(biller=biller):
        week[row.weekday].append(Period(row.opens, row.closes))
    today = clock.today()
    near = (today - timedelta(days=BACK_DAYS), today + timedelta(days=HORIZON_DAYS))
    days: dict[date, list[Period]] = {}
    for special in SpecialDay.objects.filter(biller=biller, on__range=near):
        days[special.on] = []
        if special.opens is not None and special.closes is not None:
            days[special.on].append(Period(special.opens, special.closes))
    return Hours(biller.country, dict(week), days)
