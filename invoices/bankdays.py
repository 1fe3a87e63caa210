"""Days on which the banks of Norway and Sweden move no money. Pure."""

from datetime import date, timedelta
from functools import lru_cache

ONE_DAY = timedelta(days=1)
# (month, day) of the days that never move.
_FIXED = {
    "NO": ((1, 1), (5, 1), (5, 17), (12, 24), (12, 25), (12, 26), (12, 31)),
    "SE": ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)),
}
# Days from Easter Sunday: Maundy Thursday, Good Friday, Easter Monday, Ascension, Whit Monday.
_FROM_EASTER = {"NO": (-3, -2, 1, 39, 50), "SE": (-2, 1, 39)}


def is_bank_day(on: date, country: str) -> bool:
    """Whether the country's banks move money on the day."""
    return on.weekday() < 5 and on not in _holidays(on.year, country)


def next_bank_day(on: date, country: str) -> date:
    """The day itself, or the first bank day after it."""
    while not is_bank_day(on, country):
        on += ONE_DAY
    return on


def shift_bank_days(on: date, days: int, country: str) -> date:
    """The bank day that lies ``days`` bank days after the day; before it where negative."""
    step = ONE_DAY if days > 0 else -ONE_DAY
    for _ in range(abs(days)):
        on += step
        while not is_bank_day(on, country):
            on += step
    return on


@lru_cache(maxsize=64)
def _holidays(year: int, country: str) -> frozenset[date]:
    fixed = {date(year, month, day) for month, day in _FIXED[country]}
    easter = _easter(year)
    moving = {easter + timedelta(days=days) for days in _FROM_EASTER[country]}
    if country == "SE":
        moving.add(_midsummer_eve(year))
    return frozenset(fixed | moving)


def _midsummer_eve(year: int) -> date:
    """The Friday between 19 and 25 June."""
    first = date(year, 6, 19)
    return first + timedelta(days=(4 - first.weekday()) % 7)


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    leap_centuries, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    quarter, rest = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * quarter - epact - rest) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
