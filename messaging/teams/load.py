"""Who is given the next conversation. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who is there: how many conversations wait for them, and when they got the last."""

    user_id: int
    waiting: int
    given_at: datetime | None


def next_hand(hands: Iterable[Hand], most_each: int) -> Hand | None:
    """Whoever has fewest waiting; of these, whoever has gone longest without a new one.

    None where everybody has ``most_each``: then it stays with all, rather than with somebody who
    cannot get to it.
    """
    free = [hand for hand in hands if hand.waiting < most_each]
    return min(free, key=_turn, default=None)


def _turn(hand: Hand) -> tuple[int, float, int]:
    return (hand.waiting, hand.given_at.timestamp() if hand.given_at else 0.0, hand.user_id)
