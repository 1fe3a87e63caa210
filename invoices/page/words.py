"""Dates as people say them: "in 6 days", "Yesterday", "lørdag 28. november".

The counted words are gettext's, because Babel rounds ("6 days" became "1 week"); the names of
days and months are Babel's, because they are right in every language.
"""

import datetime as dt
from functools import lru_cache
from typing import Final

from babel.dates import format_date
from django.utils.translation import get_language, gettext, ngettext

from invoices import clock as house_clock

NEAR: Final = dt.timedelta(days=45)


def due_words(due_on: dt.date, today: dt.date) -> str:
    """When, to be said after "Due": "today", "tomorrow", "in 6 days", "3 days ago"."""
    days = (due_on - today).days
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days == -1:
        return gettext("yesterday")
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


def long_date(on: dt.date, language: str, *, today: dt.date | None = None) -> str:
    """A date in words: with its weekday when it is near, with its year when that is another."""
    now = today or house_clock.today()
    locale = _locale(language)
    dot = "." if locale in {"nb", "nn", "da"} else ""
    pattern = f"d'{dot}' MMMM" if dot else "d MMMM"
    if abs(on - now) <= NEAR:
        pattern = f"EEEE {pattern}"
    if on.year != now.year:
        pattern = f"{pattern} y"
    return _written(on, pattern, locale)


def day_label(on: dt.date, today: dt.date) -> str:
    """The heading of one day in the story."""
    if on == today:
        return gettext("Today")
    if on == today - dt.timedelta(days=1):
        return gettext("Yesterday")
    words = long_date(on, get_language() or "en", today=today)
    return words[:1].upper() + words[1:]


def clock(at: dt.datetime, language: str) -> str:
    """The time of day: 09.41 in Norwegian, 09:41 elsewhere. The datetime is already local."""
    dot = _locale(language) in {"nb", "nn", "da"}
    return f"{at:%H.%M}" if dot else f"{at:%H:%M}"


@lru_cache(maxsize=4096)
def _written(on: dt.date, pattern: str, locale: str) -> str:
    return format_date(on, format=pattern, locale=locale)


def _locale(language: str) -> str:
    base = language.replace("_", "-").split("-")[0]
    return {"no": "nb", "nn": "nn", "nb": "nb", "sv": "sv", "da": "da"}.get(base, "en")
