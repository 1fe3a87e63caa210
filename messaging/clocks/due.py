"""How an aim stands. Pure: it is told the moments and when the biller is open."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from messaging.hours.calendar import Hours


class Standing(StrEnum):
    FINE = "fine"
    SOON = "soon"
    LATE = "late"


# An aim is near when less than a quarter of an hour of opening time is left of it.
SOON_S = 15 * 60


@dataclass(frozen=True, slots=True)
class Due:
    """How an aim stands now: ``seconds`` of opening time are left, or have gone since."""

    standing: Standing
    seconds: float


def due_of(due_at: datetime, now: datetime, hours: Hours) -> Due:
    """The aim at ``due_at`` as it stands ``now``. While it is closed nothing runs out."""
    if now > due_at:
        return Due(Standing.LATE, hours.open_seconds_between(due_at, now))
    left = hours.open_seconds_between(now, due_at)
    return Due(Standing.SOON if left < SOON_S else Standing.FINE, left)
