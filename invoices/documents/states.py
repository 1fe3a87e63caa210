"""What an invoice's state is: derived from what happened to it, never stored. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    PART_PAID = "part_paid"
    OVERDUE = "overdue"
    PAID = "paid"
    CREDITED = "credited"
    WRITTEN_OFF = "written_off"  # nothing left, because the rest was written down
    CANCELLED = "cancelled"
    DISPUTED = "disputed"
    IN_COLLECTION = "in_collection"  # somebody else collects it, and is paid
    REFUNDED = "refunded"  # paid, credited afterwards, and the money is back with the customer


SETTLED = frozenset(
    {State.PAID, State.CREDITED, State.WRITTEN_OFF, State.CANCELLED, State.REFUNDED}
)
UNSETTLED = frozenset(State) - SETTLED
# The states in which we may remind: not of what is looked into, nor of what others collect.
REMINDED = UNSETTLED - {State.DISPUTED, State.IN_COLLECTION}


@dataclass(frozen=True, slots=True)
class Figures:
    """An invoice's sums in minor units: asked (issued and added), credited, paid, written down.

    Paid and credited hold only what lowered this invoice; what was more than was left is credit
    on the customer's account. What is written down is asked for no more.
    """

    asked: int
    credited: int
    paid: int
    written_down: int = 0

    @property
    def left(self) -> int:
        return self.asked - self.credited - self.paid - self.written_down


class ChangeKind(StrEnum):
    """What can be changed of an issued invoice besides its documents."""

    DUE_MOVED = "due_moved"
    SPLIT = "split"
    WRITTEN_DOWN = "written_down"
    DISPUTED = "disputed"
    DISPUTE_SETTLED = "dispute_settled"
    TO_COLLECTION = "to_collection"
    FROM_COLLECTION = "from_collection"
    CANCELLED = "cancelled"
    UNDONE = "undone"  # takes back an earlier change


UNDOABLE = frozenset({ChangeKind.DUE_MOVED, ChangeKind.SPLIT, ChangeKind.WRITTEN_DOWN})


@dataclass(frozen=True, slots=True)
class Collector:
    """Who collects an invoice, and how it is paid there. What is not known is ""."""

    agency: str
    phone: str = ""
    site: str = ""
    case_no: str = ""
    account: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ChangeFact:
    """A change as the rules look at it.

    ``by`` is the kind of actor. ``bites_on`` is the last day on which it can be undone, None for
    no such day; ``bookings`` is how many amounts stood booked on the invoice after it.
    """

    id: int
    public_id: str
    kind: ChangeKind
    by: str
    made_on: date
    from_on: date | None = None
    to_on: date | None = None
    bites_on: date | None = None
    bookings: int = 0
    undoes_id: int | None = None
    collector: Collector | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands on an invoice besides its figures."""

    disputed: bool = False
    cancelled: bool = False
    in_collection: bool = False
    refunded: bool = False


UNMARKED = Marks()


def marks_of(changes: Sequence[ChangeFact]) -> Marks:
    """The marks that the changes, oldest first, have left."""
    kinds = [change.kind for change in changes]
    disputes = [k for k in kinds if k in (ChangeKind.DISPUTED, ChangeKind.DISPUTE_SETTLED)]
    return Marks(
        disputed=disputes[-1:] == [ChangeKind.DISPUTED],
        cancelled=ChangeKind.CANCELLED in kinds,
        in_collection=collector_of(changes) is not None,
    )


def collector_of(changes: Sequence[ChangeFact]) -> Collector | None:
    """Who collects after the changes, oldest first; None where it is ourselves."""
    handed = (ChangeKind.TO_COLLECTION, ChangeKind.FROM_COLLECTION)
    return next((c.collector for c in reversed(changes) if c.kind in handed), None)


def state_of(figures: Figures, due_on: date, today: date, marks: Marks = UNMARKED) -> State:
    """The state on a day. An invoice is overdue the day after its due date, unless disputed."""
    if figures.left == 0:
        return _settled(figures, marks)
    if marks.in_collection:
        return State.IN_COLLECTION
    if marks.disputed:
        return State.DISPUTED
    if today > due_on:
        return State.OVERDUE
    return State.PART_PAID if figures.paid else State.OPEN


def _settled(figures: Figures, marks: Marks) -> State:
    if marks.cancelled:
        return State.CANCELLED
    if marks.refunded:
        return State.REFUNDED
    if figures.written_down:
        return State.WRITTEN_OFF
    return State.PAID if figures.paid else State.CREDITED


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
