"""What can be proposed, what a card can be, and whether its promise still holds. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, Self

OPEN_FOR: Final = timedelta(days=7)
WORDS_MAX: Final = 300


class What(StrEnum):
    """What an agent can propose; the values of CHANGES are those of ``changes.policy.Action``."""

    MOVE = "move"
    SPLIT = "split"
    CREDIT = "credit"
    AUTOPAY = "autopay"


CHANGES: Final = frozenset({What.MOVE, What.SPLIT, What.CREDIT})  # of the invoice itself


class CardState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # taken back by staff, or replaced by another proposal
    EXPIRED = "expired"
    OUTDATED = "outdated"  # the invoice has changed, and what was proposed no longer fits


# Each step, and the kind of event that tells of it.
EDGES: Final = {
    (CardState.PROPOSED, CardState.ACCEPTED): "card.accepted",
    (CardState.PROPOSED, CardState.DECLINED): "card.declined",
    (CardState.PROPOSED, CardState.WITHDRAWN): "card.withdrawn",
    (CardState.PROPOSED, CardState.EXPIRED): "card.expired",
    (CardState.PROPOSED, CardState.OUTDATED): "card.outdated",
}
FINAL: Final = frozenset(CardState) - {CardState.PROPOSED}


@dataclass(frozen=True, slots=True)
class Promise:
    """What a change comes to, as it was rehearsed: amounts in minor units, days in ISO 8601.

    ``parts`` are the open instalments afterwards; ``credited`` is what a credit note takes off.
    """

    left_before: int
    left: int
    due_before: str
    due_on: str
    parts: Sequence[Sequence[Any]] = ()
    credited: int = 0

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """The promise again, from what is kept of it."""
        return cls(**kept)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def is_kept_by(self, now: "Promise", what: What) -> bool:
        """Whether the change, made now, still is what was proposed.

        A move may leave another amount than then, since something can have been paid: what was
        promised is the day. Instalments are the very same parts, a credit the very same amount.
        """
        if what == What.MOVE:
            return (self.due_before, self.due_on) == (now.due_before, now.due_on)
        if what == What.SPLIT:
            return [tuple(part) for part in self.parts] == [tuple(part) for part in now.parts]
        return self.credited == now.credited
