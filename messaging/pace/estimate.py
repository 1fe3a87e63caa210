"""When an answer can be expected: a range, or that nobody knows yet. Pure.

The range is what lately happened: from the answers that came faster than four in five to those
that came slower. Whoever waits already is answered first, so a queue that takes longer than that
to work off moves both ends. All of it is counted in opening hours, and only then put on the clock.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

from messaging.hours.calendar import ZONE, Hours

ENOUGH: Final = 10  # answers; of fewer nothing is said
LOW: Final = 0.2
HIGH: Final = 0.8
# A team is not equally fast all day: the queue may be gone in half the time or in twice of it.
SWING: Final = 2.0
QUIET_ENOUGH: Final = 100  # waits; of fewer no hour is called quiet
QUIET_MOST: Final = 2

# What people say: 5 minutes and not 4:40. Beyond these, whole hours.
_STEPS: Final = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480)


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of the last weeks: ``models.Pace`` as plain figures."""

    answers: int
    low_s: float
    high_s: float
    per_hour: float


@dataclass(frozen=True, slots=True)
class Expectation:
    """What may be said. ``known`` is False where too little is known.

    ``low_minutes`` and ``high_minutes`` are set where the whole range lies before the next
    closing; else ``low_at`` and ``high_at`` are moments. ``opens_at`` is None while it is open,
    and where nobody has said when.
    """

    known: bool
    open_now: bool
    opens_at: datetime | None = None
    low_minutes: int = 0
    high_minutes: int = 0
    low_at: datetime | None = None
    high_at: datetime | None = None


def expected(now: datetime, hours: Hours, counted: Counted | None, ahead: int) -> Expectation:
    """When whoever writes now may expect an answer; ``ahead`` are the threads that wait already."""
    open_now = hours.is_open(now)
    opens_at = None if open_now else hours.next_open(now)
    if counted is None or counted.answers < ENOUGH:
        return Expectation(False, open_now, opens_at)
    queue_s = 3600 * ahead / counted.per_hour if counted.per_hour > 0 else 0.0
    low_s = max(counted.low_s, queue_s / SWING)
    high_s = max(counted.high_s, queue_s * SWING, low_s)
    low_at, high_at = (hours.add_open_seconds(now, seconds) for seconds in (low_s, high_s))
    if low_at is None or high_at is None:
        return Expectation(False, open_now, opens_at)
    if open_now and (high_at - now).total_seconds() <= high_s + 1 and high_s <= _STEPS[-1] * 60:
        low, high = _rounded(low_s, high_s)
        return Expectation(True, open_now, low_minutes=low, high_minutes=high)
    return Expectation(True, open_now, opens_at, low_at=low_at, high_at=high_at)


def _rounded(low_s: float, high_s: float) -> tuple[int, int]:
    """The low end down and the high end up to what people say; never the same."""
    low = max((step for step in _STEPS if step * 60 <= low_s), default=_STEPS[0])
    high = min((step for step in _STEPS if step * 60 >= high_s), default=_STEPS[-1])
    if high <= low:
        high = next((step for step in _STEPS if step > low), low * 2)
    return low, high


def quantile(values: Sequence[float], part: float) -> float:
    """The value below which ``part`` of them lie, between neighbours where it falls there."""
    assert values, "of nothing there is no quantile"
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


type Wait = tuple[datetime, float]  # since when, and how long in open seconds


def counted_of(waits: Sequence[Wait], hours: Hours, since: datetime, now: datetime) -> Counted:
    """The figures of these waits, which all ended with an answer after ``since``."""
    if not waits:
        return Counted(0, 0.0, 0.0, 0.0)
    lengths = [length for _, length in waits]
    open_hours = hours.open_seconds_between(since, now) / 3600
    return Counted(
        len(waits),
        quantile(lengths, LOW),
        quantile(lengths, HIGH),
        len(waits) / open_hours if open_hours else 0.0,
    )


def quiet_hours(waits: Sequence[Wait], hours: Hours) -> list[tuple[int, int, int]]:
    """Up to QUIET_MOST pairs of hours (weekday, from, to) in which few write and answers are fast.

    Only hours in which it is always open, and of these the quietest: fewer than half of what an
    open hour has on average, and answered no slower than half of all. None of few waits.
    """
    if len(waits) < QUIET_ENOUGH or hours.unknown:
        return []
    by_hour: dict[tuple[int, int], list[float]] = defaultdict(list)
    for since, length in waits:
        local = since.astimezone(ZONE)
        by_hour[local.weekday(), local.hour].append(length)
    open_hours = list(_open_hours(hours))
    if not open_hours:
        return []
    usual = sum(len(by_hour[place]) for place in open_hours) / len(open_hours)
    slowest = median(length for _, length in waits)
    pairs = []
    for day, hour in open_hours:
        if (day, hour + 1) not in open_hours:
            continue
        lengths = by_hour[day, hour] + by_hour[day, hour + 1]
        if len(lengths) < usual and (not lengths or median(lengths) <= slowest):
            pairs.append((len(lengths), day, hour))
    chosen: list[tuple[int, int, int]] = []
    for _count, day, hour in sorted(pairs):
        if all(day != other for other, _, _ in chosen) and len(chosen) < QUIET_MOST:
            chosen.append((day, hour, hour + 2))
    return sorted(chosen)


def _open_hours(hours: Hours) -> Iterator[tuple[int, int]]:
    """The whole hours of a week in which it is open, by its weekdays alone."""
    for day, periods in sorted(hours.week.items()):
        for hour in range(24):
            inside = (
                p.opens.hour * 60 + p.opens.minute <= hour * 60
                and (hour + 1) * 60 <= ((p.closes.hour * 60 + p.closes.minute) or 24 * 60)
                for p in periods
            )
            if any(inside):
                yield day, hour
