"""Time as the biller's customers meet it: open or closed, and how much of it is open. Pure.

Days are those of Oslo and Stockholm, which keep the same time. Hours are read off the wall, so a
day on which the clocks are changed is an hour shorter or longer, as it is for who works then.
Spans are measured in true seconds between moments.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from invoices.bankdays import is_bank_day

ZONE: Final = ZoneInfo("Europe/Oslo")
ONE_DAY: Final = timedelta(days=1)
# Who is closed for longer than this has no next opening.
HORIZON_DAYS: Final = 60

type Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Period:
    """From a time of the day to a later one; ``closes`` at 00:00 is the end of the day."""

    opens: time
    closes: time

    def on(self, day: date) -> Stretch:
        """The period on a day, as two moments."""
        ends = day + ONE_DAY if self.closes == time() else day
        return _moment(day, self.opens), _moment(ends, self.closes)


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZONE).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Hours:
    """A biller's hours. ``week`` is from the weekday (0 is Monday) to its periods.

    ``days`` are different from their weekday; one without periods is closed. Public holidays of
    the ``country`` are closed where ``days`` does not hold them. A biller that has said nothing
    is ``unknown``: then every hour counts as open, and nobody is told when it opens.
    """

    country: str
    week: Mapping[int, Sequence[Period]] = field(default_factory=dict)
    days: Mapping[date, Sequence[Period]] = field(default_factory=dict)

    @property
    def unknown(self) -> bool:
        return not any(self.week.values())

    def periods_on(self, day: date) -> Sequence[Period]:
        """When it is open on a day, in order; overlapping periods stay as they were given."""
        if day in self.days:
            return sorted(self.days[day], key=lambda period: period.opens)
        if _is_holiday(day, self.country):
            return ()
        return sorted(self.week.get(day.weekday(), ()), key=lambda period: period.opens)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody answers at this moment."""
        if self.unknown:
            return True
        day = at.astimezone(ZONE).date()
        return any(begins <= at < ends for begins, ends in self._stretches(day, day))

    def next_open(self, at: datetime) -> datetime | None:
        """The moment itself where it is open, else when it opens; None within the horizon."""
        if self.is_open(at):
            return at
        first = at.astimezone(ZONE).date()
        last = first + timedelta(days=HORIZON_DAYS)
        return next((b for b, _ in self._stretches(first, last) if b >= at), None)

    def open_seconds_between(self, start: datetime, end: datetime) -> float:
        """How much of the time between two moments is open; 0 where the second is the earlier."""
        if end <= start:
            return 0.0
        if self.unknown:
            return (end - start).total_seconds()
        days = (moment.astimezone(ZONE).date() for moment in (start, end))
        return sum(
            max((min(ends, end) - max(begins, start)).total_seconds(), 0.0)
            for begins, ends in self._stretches(*days)
        )

    def add_open_seconds(self, start: datetime, seconds: float) -> datetime | None:
        """The moment at which so much open time has gone since ``start``.

        Of nothing: when it is open next. None where that is beyond the horizon.
        """
        if self.unknown:
            return start + timedelta(seconds=seconds)
        left = max(seconds, 0.0)
        first = start.astimezone(ZONE).date()
        for begins, ends in self._stretches(first, first + timedelta(days=HORIZON_DAYS)):
            begins = max(begins, start)
            length = (ends - begins).total_seconds()
            if length > left or (length > 0 and length == left):
                return begins + timedelta(seconds=left)
            left -= max(length, 0.0)
        return None

    def _stretches(self, first: date, last: date) -> Iterator[Stretch]:
        """What is open on the days, in order, each moment once."""
        until = None
        day = first
        while day <= last:
            for period in self.periods_on(day):
                begins, ends = period.on(day)
                begins = begins if until is None else max(begins, until)
                if begins < ends:
                    yield begins, ends
                    until = ends
            day += ONE_DAY


def _is_holiday(day: date, country: str) -> bool:
    """A day on which the country rests, other than by its weekday."""
    return day.weekday() < 5 and not is_bank_day(day, country)
