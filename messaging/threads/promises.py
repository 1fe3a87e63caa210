"""What may be expected of an answer, in the reader's words. Never more than is known."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from invoices.page.words import clock, due_words, long_date
from messaging.hours.calendar import ZONE, Hours
from messaging.pace.estimate import Expectation

HALF_HOUR: Final = timedelta(minutes=30)


def promise(expectation: Expectation, hours: Hours, now: datetime, language: str) -> str:
    """When an answer can be expected, in a sentence or two."""
    said = [_answer(expectation, now, language)]
    if not expectation.open_now and expectation.opens_at is not None:
        opens = _moment(expectation.opens_at, now, language)
        said.insert(0, _("Closed now, opens {moment}.").format(moment=opens))
    elif not expectation.known and expectation.open_now and not hours.unknown:
        said.insert(0, _("Open now."))
    return " ".join(said)


def _answer(expectation: Expectation, now: datetime, language: str) -> str:
    if not expectation.known:
        return _("We do not know yet how long an answer takes.")
    if expectation.high_at is None or expectation.low_at is None:
        return _("An answer usually takes between {low} and {high}.").format(
            low=_length(expectation.low_minutes), high=_length(expectation.high_minutes)
        )
    low = _moment(expectation.low_at, now, language)
    high = _moment(expectation.high_at + HALF_HOUR - timedelta(seconds=1), now, language)
    if low == high:
        return _("Most who write now get an answer {moment}.").format(moment=low)
    return _("Most who write now get an answer between {low} and {high}.").format(
        low=low, high=high
    )


def _length(minutes: int) -> str:
    if minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = minutes / 60
    count = formats.number_format(hours, 1) if minutes % 60 else str(minutes // 60)
    return ngettext("{count} hour", "{count} hours", 1 if minutes == 60 else 2).format(count=count)


def _moment(at: datetime, now: datetime, language: str) -> str:
    """A moment, back to the half hour: nothing is promised to the minute."""
    local = at.astimezone(ZONE)
    local = local.replace(minute=30 if local.minute >= 30 else 0, second=0, microsecond=0)
    on, today = local.date(), now.astimezone(ZONE).date()
    near = (on - today).days in (0, 1)
    day = due_words(on, today) if near else long_date(on, language, today=today)
    return _("{day} at {time}").format(day=day, time=clock(local, language))


def quiet_words(quiet: list[tuple[int, int, int]]) -> str:
    """The quiet hours of the week; "" where none are known."""
    if not quiet:
        return ""
    days = [
        _("Mondays"), _("Tuesdays"), _("Wednesdays"), _("Thursdays"),
        _("Fridays"), _("Saturdays"), _("Sundays"),
    ]  # fmt: skip
    spans = [
        _("{days} from {first} to {last}").format(
            days=days[day], first=f"{first:02d}", last=f"{last:02d}"
        )
        for day, first, last in quiet
    ]
    both = _("{one} and {other}").format(one=spans[0], other=spans[1]) if spans[1:] else spans[0]
    return _("It is usually quiet {spans}.").format(spans=both)
