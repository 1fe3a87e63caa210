"""What the answer of an API makes of a claim, and when to ask again. Pure."""

from datetime import date, datetime, time, timedelta
from typing import Final

from payments.claims.states import GIVEN_UP, ClaimState
from payments.schemes.base import Charged
from payments.schemes.terms import OSLO

_S = ClaimState
_ENDS: Final = {
    Charged.DRAWN: _S.SETTLED,
    Charged.FAILED: _S.FAILED,
    Charged.CANCELLED: _S.CANCELLED,
}
# One that the other side has lies there to be drawn, whatever we think: it is to be taken back.
UNWANTED: Final = GIVEN_UP | {_S.CANCELLING}

SOON: Final = timedelta(minutes=1)
ON_THE_DAY: Final = timedelta(hours=1)
BEFORE: Final = timedelta(hours=12)
AFTER: Final = timedelta(days=1)
FIRST_HOUR: Final = time(7, 30)  # Vipps draws in the morning
# Refunds are looked for so long, and a charge that was given up is asked about once more.
REFUNDED_WITHIN: Final = timedelta(days=90)
GIVEN_UP_FOR: Final = timedelta(days=1)


def where(state: ClaimState, what: Charged, *, draw_on: date, today: date) -> ClaimState | None:
    """Where the answer leads the claim; None: nowhere."""
    if what in _ENDS:
        return _ENDS[what]
    if what != Charged.WAITING or state not in (_S.SENT, _S.ACCEPTED):
        return None
    if today > draw_on:
        return _S.RETRYING  # its day has passed, and it still waits to be drawn
    return _S.ACCEPTED if state == _S.SENT else None


def next_look(
    state: ClaimState, *, draw_on: date, now: datetime, changed_at: datetime
) -> datetime | None:
    """When to ask about it next; None for never."""
    if state in (_S.SENT, _S.CANCELLING):
        return now + SOON
    if state == _S.ACCEPTED:
        first = datetime.combine(draw_on, FIRST_HOUR, OSLO)
        return max(min(now + BEFORE, first), now + ON_THE_DAY)
    if state == _S.RETRYING:
        return now + ON_THE_DAY
    if state == _S.SETTLED:
        return now + AFTER if now - changed_at < REFUNDED_WITHIN else None
    if state in GIVEN_UP:
        return now + BEFORE if now - changed_at < GIVEN_UP_FOR else None
    return None
