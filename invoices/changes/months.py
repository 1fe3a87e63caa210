"""The days to choose from, laid out as months and weeks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from babel.dates import format_date

from invoices.bankdays import is_bank_day
from invoices.page.words import long_date

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Day:
    """A cell: ``spoken`` is the whole date for those who do not see the table."""

    iso: str
    number: int
    spoken: str
    allowed: bool
    bank_day: bool
    due: bool
    suggested: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Month:
    title: str
    weekdays: list[tuple[str, str]]  # short and whole
    weeks: list[list[Day | None]]


@dataclass(frozen=True, slots=True)
class Days:
    """What can be chosen, and what is said of each day."""

    allowed: Collection[date]
    due_on: date
    suggested: date | None
    chosen: date | None
    country: str
    language: str


def months(days: Days) -> list[Month]:
    """The months that hold days to choose, only their weeks from the first such day to the last.

    The due date in force is shown where it lies in or just before these weeks.
    """
    first, last = min(days.allowed), max(days.allowed)
    if first - WEEK <= days.due_on <= last:
        first = min(first, days.due_on)
    monday = first - timedelta(days=first.weekday())
    sunday = last + timedelta(days=6 - last.weekday())
    every = [monday + timedelta(days=ahead) for ahead in range((sunday - monday).days + 1)]
    drawn = [
        _month(days, list(own), first, last)
        for _, own in groupby(every, key=lambda day: (day.year, day.month))
    ]
    return [month for month in drawn if month.weeks]


def _month(days: Days, own: list[date], first: date, last: date) -> Month:
    weeks: list[list[Day | None]] = []
    for _, days_of in groupby(own, key=lambda day: day.isocalendar()[:2]):
        week = list(days_of)
        cells: list[Day | None] = [None] * week[0].weekday()
        cells += [_day(days, day) if first <= day <= last else None for day in week]
        weeks.append(cells + [None] * (7 - len(cells)))
    return Month(
        title=_title(own[0], days.language),
        weekdays=_weekdays(days.language),
        weeks=[week for week in weeks if any(week)],
    )


def _day(days: Days, on: date) -> Day:
    return Day(
        iso=on.isoformat(),
        number=on.day,
        spoken=long_date(on, days.language),
        allowed=on in days.allowed,
        bank_day=is_bank_day(on, days.country),
        due=on == days.due_on,
        suggested=on == days.suggested,
        chosen=on == days.chosen,
    )


def _title(on: date, language: str) -> str:
    words = format_date(on, format="LLLL y", locale=language)
    return words[:1].upper() + words[1:]


def _weekdays(language: str) -> list[tuple[str, str]]:
    monday = date(2024, 1, 1)
    week = [monday + timedelta(days=ahead) for ahead in range(7)]
    return [
        (
            format_date(day, format="EEEEEE", locale=language),
            format_date(day, format="EEEE", locale=language),
        )
        for day in week
    ]
