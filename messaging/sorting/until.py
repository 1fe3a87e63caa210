"""Until when a conversation is put aside: the choices, and what a person wrote. Pure."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from invoices.errors import N_, Refused

MORNING: Final = time(8)


class Until(StrEnum):
    """What is offered. OTHER is a time of one's own."""

    HOUR = "hour"
    LATER = "later"
    TOMORROW = "tomorrow"
    MONDAY = "monday"
    WEEK = "week"
    OTHER = "other"


LABELS: Final[Mapping[Until, str]] = {
    Until.HOUR: N_("In an hour"),
    Until.LATER: N_("In three hours"),
    Until.TOMORROW: N_("Tomorrow morning"),
    Until.MONDAY: N_("Monday morning"),
    Until.WEEK: N_("In a week"),
    Until.OTHER: N_("At a time I choose"),
}


def moment_of(choice: str, own: str, now: datetime) -> datetime:
    """The moment that was chosen; ``now`` is on the reader's clock, and so is ``own``.

    Refused for what is no time.
    """
    if choice == Until.HOUR:
        return now + timedelta(hours=1)
    if choice == Until.LATER:
        return now + timedelta(hours=3)
    if choice == Until.TOMORROW:
        return _morning(now, 1)
    if choice == Until.MONDAY:
        return _morning(now, 7 - now.weekday())
    if choice == Until.WEEK:
        return _morning(now, 7)
    try:
        return datetime.fromisoformat(own).replace(tzinfo=now.tzinfo)
    except ValueError:
        raise Refused(N_("Choose when the conversation should come back.")) from None


def _morning(now: datetime, days: int) -> datetime:
    return datetime.combine(now.date() + timedelta(days=days), MORNING, tzinfo=now.tzinfo)
