"""What an invoice's state is: derived from its figures, never stored. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    PART_PAID = "part_paid"
    OVERDUE = "overdue"
    PAID = "paid"
    CREDITED = "credited"


SETTLED = frozenset({State.PAID, State.CREDITED})
UNSETTLED = frozenset(State) - SETTLED


@dataclass(frozen=True, slots=True)
class Figures:
    """An invoice's sums in minor units: asked (issued and added), credited, paid.

    Paid and credited hold only what lowered this invoice; what was more than was left is credit
    on the customer's account.
    """

    asked: int
    credited: int
    paid: int

    @property
    def left(self) -> int:
        return self.asked - self.credited - self.paid


def state_of(figures: Figures, due_on: date, today: date) -> State:
    """The state on a day. An invoice is overdue the day after its due date."""
    if figures.left == 0:
        return State.CREDITED if figures.paid == 0 else State.PAID
    if today > due_on:
        return State.OVERDUE
    return State.PART_PAID if figures.paid else State.OPEN


@dataclass(frozen=True, slots=True)
class Part:
    """An instalment: when, and how much of it is still open."""

    due_on: date
    amount: int
    open: int


def parts_of(plan: list[tuple[date, int]], left_before: int, left: int) -> list[Part]:
    """Spread what was paid since the split over the instalments, first one first."""
    paid = max(left_before - left, 0)
    parts = []
    for due_on, amount in plan:
        used = min(paid, amount)
        paid -= used
        parts.append(Part(due_on, amount, amount - used))
    return parts
