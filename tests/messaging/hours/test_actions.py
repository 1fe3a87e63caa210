"""A biller says when it answers."""

from datetime import datetime, time

import pytest

from invoices import clock
from invoices.errors import Refused
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from messaging.hours.actions import set_day, set_week
from messaging.hours.calendar import ZONE, Period
from messaging.hours.queries import hours_of
from tests.build import a_biller

pytestmark = pytest.mark.django_db

TODAY = clock.today()
MORNING, LATE = Period(time(8), time(12)), Period(time(18), time())


def test_what_is_set_is_what_is_read() -> None:
    biller, other = a_biller(), a_biller("norrsken", "SE")

    set_week(biller, {0: [MORNING, LATE], 5: [MORNING]}, actor=SYSTEM)
    set_week(biller, {0: [MORNING, LATE]}, actor=SYSTEM)
    set_day(biller, TODAY, None, actor=SYSTEM)
    set_day(biller, TODAY, LATE, actor=SYSTEM)

    hours = hours_of(biller)
    assert hours.week == {0: [MORNING, LATE]}
    assert hours.days == {TODAY: [LATE]}
    assert hours.country == "NO"
    assert hours_of(other).unknown
    assert HistoryEntry.objects.filter(kind="hours.changed", biller=biller).count() == 4


def test_a_closed_day_is_closed() -> None:
    biller = a_biller()
    set_week(biller, {TODAY.weekday(): [Period(time(), time())]}, actor=SYSTEM)
    noon = datetime.combine(TODAY, time(12), ZONE)

    before = hours_of(biller).is_open(noon)
    set_day(biller, TODAY, None, actor=SYSTEM)

    assert (before, hours_of(biller).is_open(noon)) == (True, False)


@pytest.mark.parametrize(
    "periods",
    [
        [MORNING, Period(time(11), time(13))],
        [Period(time(12), time(8))],
        [Period(time(8), time(8))],
        [LATE, Period(time(23), time())],
    ],
)
def test_hours_that_overlap_or_end_before_they_begin_are_refused(periods: list[Period]) -> None:
    biller = a_biller()
    set_week(biller, {0: [MORNING]}, actor=SYSTEM)

    with pytest.raises(Refused):
        set_week(biller, {0: periods}, actor=SYSTEM)

    assert hours_of(biller).week == {0: [MORNING]}
