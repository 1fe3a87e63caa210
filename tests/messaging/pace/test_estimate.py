"""When an answer can be expected, as tables. It is Friday 27 November 2026."""

from datetime import datetime, time, timedelta

import pytest

from messaging.hours.calendar import ZONE, Hours, Period
from messaging.pace.estimate import (
    ENOUGH,
    QUIET_ENOUGH,
    Counted,
    counted_of,
    expected,
    quantile,
    quiet_hours,
)

WEEK = {day: [Period(time(8), time(16))] for day in range(5)}
HOURS = Hours("NO", WEEK)
# Four in five take 5 to 40 minutes; ten are answered in an hour.
USUAL = Counted(50, 5 * 60, 40 * 60, 10)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


MORNING = at("2026-11-27T09:00")


@pytest.mark.parametrize("counted", [None, Counted(0, 0, 0, 0), Counted(ENOUGH - 1, 60, 120, 9)])
def test_of_too_little_nothing_is_promised(counted: Counted | None) -> None:
    said = expected(MORNING, HOURS, counted, 0)

    assert (said.known, said.open_now) == (False, True)


@pytest.mark.parametrize(
    ("counted", "ahead", "low", "high"),
    [
        (USUAL, 0, 5, 45),  # 40 minutes are said as 45: rounded away from us
        (USUAL, 1, 5, 45),
        (USUAL, 5, 15, 60),  # half an hour's queue: a quarter to an hour
        (USUAL, 20, 60, 240),
        (Counted(50, 20, 30, 10), 0, 1, 2),  # never nothing, and never the same twice
        (Counted(50, 600, 600, 10), 0, 10, 15),
        (Counted(50, 5 * 60, 40 * 60, 0), 7, 5, 45),  # no pace: the queue says nothing
    ],
)
def test_in_opening_hours_it_is_a_range_of_minutes(
    counted: Counted, ahead: int, low: int, high: int
) -> None:
    said = expected(MORNING, HOURS, counted, ahead)

    assert (said.known, said.low_minutes, said.high_minutes) == (True, low, high)


@pytest.mark.parametrize(
    ("now", "low_at", "high_at"),
    [
        ("2026-11-27T15:50", "2026-11-27T15:55", "2026-11-30T08:30"),  # over the week-end
        ("2026-11-27T20:00", "2026-11-30T08:05", "2026-11-30T08:40"),
        ("2026-11-30T06:00", "2026-11-30T08:05", "2026-11-30T08:40"),
        ("2026-12-23T15:50", "2026-12-23T15:55", "2026-12-28T08:30"),  # over Christmas
    ],
)
def test_over_a_closing_it_is_two_moments(now: str, low_at: str, high_at: str) -> None:
    said = expected(at(now), HOURS, USUAL, 0)

    assert (said.low_at, said.high_at) == (at(low_at), at(high_at))
    assert said.low_minutes == said.high_minutes == 0


def test_who_is_closed_says_when_it_opens_also_where_nothing_is_known() -> None:
    said = expected(at("2026-11-28T12:00"), HOURS, None, 0)

    assert (said.known, said.opens_at) == (False, at("2026-11-30T08:00"))


def test_a_biller_without_hours_is_counted_around_the_clock() -> None:
    said = expected(at("2026-11-28T03:00"), Hours("NO"), USUAL, 0)

    assert (said.low_minutes, said.high_minutes, said.opens_at) == (5, 45, None)


def test_a_longer_queue_never_promises_an_earlier_answer() -> None:
    said = [expected(MORNING, HOURS, USUAL, ahead) for ahead in range(30)]

    assert [s.high_minutes for s in said] == sorted(s.high_minutes for s in said)
    assert all(s.low_minutes < s.high_minutes for s in said)


@pytest.mark.parametrize(
    ("values", "part", "found"),
    [([7], 0.2, 7), ([1, 2, 3, 4, 5], 0.5, 3), ([5, 1], 0.5, 3), (list(range(11)), 0.8, 8)],
)
def test_quantiles(values: list[float], part: float, found: float) -> None:
    assert quantile(values, part) == pytest.approx(found)


def test_the_figures_come_from_the_waits_and_the_hours_they_fell_in() -> None:
    since = at("2026-11-23T00:00")
    waits = [(MORNING, minutes * 60.0) for minutes in range(1, 12)]

    counted = counted_of(waits, HOURS, since, at("2026-11-28T00:00"))

    assert counted == Counted(11, 3 * 60, 9 * 60, 11 / 40)
    assert counted_of([], HOURS, since, MORNING) == Counted(0, 0, 0, 0)


def waits(
    per_hour: dict[int, int], seconds: float = 600, weeks: int = 8
) -> list[tuple[datetime, float]]:
    """So many waits begin in each hour of each weekday."""
    monday = at("2026-10-05T00:00")
    return [
        (monday + timedelta(weeks=week, days=day, hours=hour, minutes=minute), seconds)
        for week in range(weeks)
        for day in range(5)
        for hour, count in per_hour.items()
        for minute in range(count)
    ]


def test_quiet_hours_are_those_in_which_few_write() -> None:
    busy = dict.fromkeys(range(8, 16), 6)
    some = waits(busy)
    quiet = [w for w in some if not (w[0].weekday() == 1 and w[0].hour in (13, 14))]

    assert quiet_hours(quiet, HOURS) == [(1, 13, 15)]
    assert quiet_hours(some, HOURS) == []  # as many at any hour: none is quiet


def test_few_but_slow_hours_are_not_called_quiet() -> None:
    busy = waits(dict.fromkeys(range(8, 16), 6))
    slow = [
        (since, 9_000.0 if since.weekday() == 1 and since.hour in (13, 14) else length)
        for since, length in busy
        if not (since.weekday() == 1 and since.hour in (13, 14) and since.minute)
    ]

    assert quiet_hours(slow, HOURS) == []


def test_of_few_waits_and_unknown_hours_no_hour_is_called_quiet() -> None:
    few = waits({9: 1})[: QUIET_ENOUGH - 1]

    assert quiet_hours(few, HOURS) == []
    assert quiet_hours(waits({9: 9}), Hours("NO")) == []
