"""How much of a time is open, as tables. Weeks are of Norway unless it says otherwise."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.hours.calendar import ZONE, Hours, Period

DAY = Period(time(8), time(16))
WEEK = {day: [DAY] for day in range(5)} | {
    5: [Period(time(10), time(12)), Period(time(13), time(14, 30))]
}
NORWAY, SWEDEN = Hours("NO", WEEK), Hours("SE", WEEK)
NIGHT = Hours("NO", {day: [Period(time(18), time())] for day in range(7)})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-27T07:59", False),  # a Friday
        ("2026-11-27T08:00", True),
        ("2026-11-27T15:59", True),
        ("2026-11-27T16:00", False),
        ("2026-11-28T10:30", True),  # Saturday, two periods
        ("2026-11-28T12:30", False),
        ("2026-11-28T14:29", True),
        ("2026-11-29T12:00", False),  # Sunday
        ("2026-12-24T10:00", False),  # Christmas Eve, a Thursday
        ("2026-05-14T10:00", False),  # Ascension
    ],
)
def test_it_is_open_in_its_periods_and_never_on_holidays(moment: str, is_open: bool) -> None:
    assert NORWAY.is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-27T10:00", "2026-11-27T10:00"),
        ("2026-11-27T06:00", "2026-11-27T08:00"),
        ("2026-11-27T16:00", "2026-11-28T10:00"),
        ("2026-11-28T12:00", "2026-11-28T13:00"),
        ("2026-11-28T14:30", "2026-11-30T08:00"),  # past a Sunday
        ("2026-12-23T18:00", "2026-12-28T08:00"),  # past Christmas and the week-end after it
    ],
)
def test_the_next_opening(moment: str, opens: str) -> None:
    # 26 December 2026 is a Saturday: it is told apart by its own day.
    closed = Hours("NO", WEEK, {date(2026, 12, 26): []})

    assert closed.next_open(at(moment)) == at(opens)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-27T10:00", "2026-11-27T11:30", 1.5),
        ("2026-11-27T15:00", "2026-11-28T11:00", 2),  # over the night
        ("2026-11-27T15:00", "2026-11-30T09:00", 1 + 2 + 1.5 + 1),  # over the week-end
        ("2026-11-27T20:00", "2026-11-28T09:00", 0),
        ("2026-11-27T11:00", "2026-11-27T10:00", 0),
        ("2026-11-28T11:00", "2026-11-28T13:30", 1.5),  # over a break
    ],
)
def test_only_open_time_counts(start: str, end: str, hours: float) -> None:
    assert NORWAY.open_seconds_between(at(start), at(end)) == hours * 3600


def test_each_country_keeps_its_own_holidays() -> None:
    ascension, constitution, midsummer = "2026-05-14", "2027-05-17", "2026-06-19"

    for day, hours in ((ascension, (0, 0)), (constitution, (0, 8)), (midsummer, (8, 0))):
        start, end = at(f"{day}T00:00"), at(f"{day}T23:59")
        counted = [h.open_seconds_between(start, end) / 3600 for h in (NORWAY, SWEDEN)]
        assert counted == list(hours), day


def test_a_day_of_its_own_opens_a_holiday_and_closes_a_weekday() -> None:
    short = [Period(time(9), time(12))]
    hours = Hours("NO", WEEK, {date(2026, 12, 24): short, date(2026, 11, 27): []})

    assert hours.is_open(at("2026-12-24T11:59"))
    assert not hours.is_open(at("2026-12-24T12:00"))
    assert not hours.is_open(at("2026-11-27T10:00"))


def test_a_period_may_last_until_midnight_and_go_on_the_next_day() -> None:
    round_the_clock = Hours("NO", {day: [Period(time(), time())] for day in range(7)})

    assert NIGHT.is_open(at("2026-11-27T23:59"))
    assert not NIGHT.is_open(at("2026-11-28T00:00"))
    assert (
        round_the_clock.open_seconds_between(at("2026-11-25T00:00"), at("2026-11-27T12:00"))
        == timedelta(hours=60).total_seconds()
    )


def test_the_days_when_the_clocks_change_are_as_long_as_they_are() -> None:
    whole = Hours("NO", {day: [Period(time(), time())] for day in range(7)})

    spring = whole.open_seconds_between(at("2026-03-29T00:00"), at("2026-03-30T00:00"))
    autumn = whole.open_seconds_between(at("2026-10-25T00:00"), at("2026-10-26T00:00"))

    assert (spring / 3600, autumn / 3600) == (23, 25)


def test_overlapping_periods_count_once() -> None:
    twice = Hours("NO", {4: [Period(time(8), time(12)), Period(time(10), time(14))]})

    day = (at("2026-11-27T00:00"), at("2026-11-27T23:00"))
    assert twice.open_seconds_between(*day) == 6 * 3600


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-27T10:00", 2, "2026-11-27T12:00"),
        ("2026-11-27T15:00", 2, "2026-11-28T11:00"),
        ("2026-11-27T15:00", 1, "2026-11-27T16:00"),
        ("2026-11-27T20:00", 0, "2026-11-28T10:00"),
        ("2026-11-28T14:00", 1, "2026-11-30T08:30"),
    ],
)
def test_open_time_can_be_counted_forward(start: str, hours: float, end: str) -> None:
    assert NORWAY.add_open_seconds(at(start), hours * 3600) == at(end)


def test_who_is_never_open_again_promises_nothing() -> None:
    day = date(2026, 11, 27)
    gone = Hours("NO", WEEK, {day + timedelta(days=n): [] for n in range(70)})

    assert gone.next_open(at("2026-11-27T10:00")) is None
    assert gone.add_open_seconds(at("2026-11-27T10:00"), 60) is None


def test_a_biller_that_has_said_nothing_counts_every_hour_and_says_so() -> None:
    silent = Hours("NO")
    start, end = at("2026-11-28T22:00"), at("2026-11-29T23:00")

    assert silent.unknown
    assert silent.open_seconds_between(start, end) == 25 * 3600
    assert silent.add_open_seconds(start, 60) == start + timedelta(seconds=60)


moments = st.integers(0, 500 * 24 * 3600).map(
    lambda seconds: at("2026-01-01T00:00") + timedelta(seconds=seconds)
)


@given(moments, st.floats(0, 40 * 3600))
def test_counting_forward_and_counting_between_agree(start: datetime, seconds: float) -> None:
    end = NORWAY.add_open_seconds(start, seconds)

    assert end is not None
    assert NORWAY.open_seconds_between(start, end) == pytest.approx(seconds, abs=0.01)


@given(moments, moments, moments)
def test_open_time_adds_up(one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    parts = NORWAY.open_seconds_between(first, middle), NORWAY.open_seconds_between(middle, last)

    assert sum(parts) == pytest.approx(NORWAY.open_seconds_between(first, last), abs=0.01)
