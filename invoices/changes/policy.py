"""What may be changed, by whom, and until when it can be undone. Pure: facts in, verdict out.

The rule of undoing: a change of the dates can be undone by whoever may make it (a customer only
what the customer did), as long as it is the newest change, no amount was booked on the invoice
since, and the day on which it bites has not passed: the due date it moved away from, for a split
also the first instalment's. A write-down has no such day.
"""

import calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from invoices.bankdays import next_bank_day
from invoices.billers.roles import Role
from invoices.documents.states import (
    UNDOABLE,
    UNMARKED,
    ChangeFact,
    ChangeKind,
    Marks,
    collector_of,
)
from invoices.errors import N_, Refused
from invoices.money import split_evenly

CUSTOMER = "customer"
ONE_DAY = timedelta(days=1)
# An overdue customer has this long for the first instalment; then at most GAP between two.
FIRST_WITHIN = timedelta(days=14)
GAP = timedelta(days=35)
# Staff move beyond the customer's limit, but not out of sight.
STAFF_MOVE = timedelta(days=366)
STAFF_SPLIT = timedelta(days=2 * 366)  # the last part of a plan that staff agree on
STAFF_PARTS_MAX = 12
PAYDAY_PAYMENTS = 2  # fewer payments than this tell nothing
PAYDAY_SPREAD = 2  # weekends move a payment by as many days


class Action(StrEnum):
    """What can be asked for."""

    MOVE = "move"
    SPLIT = "split"
    CREDIT = "credit"
    WRITE_DOWN = "write_down"
    CHARGE = "charge"
    DISPUTE = "dispute"
    COLLECT = "collect"  # hand to collection, or take back from there
    CANCEL = "cancel"


_ANY = frozenset({Role.AGENT, Role.FINANCE, Role.ADMIN})
# Cancelling is final: nothing can be added to the invoice afterwards. Collection costs the customer
# more than any other change.
STAFF_MAY: dict[Action, frozenset[Role]] = {
    Action.MOVE: _ANY,
    Action.SPLIT: _ANY,
    Action.CREDIT: _ANY,
    Action.WRITE_DOWN: _ANY,
    Action.CHARGE: _ANY,
    Action.DISPUTE: _ANY,
    Action.COLLECT: frozenset({Role.FINANCE, Role.ADMIN}),
    Action.CANCEL: frozenset({Role.FINANCE, Role.ADMIN}),
}
NO_LIMIT = frozenset({Role.FINANCE, Role.ADMIN})
NEEDS_LEFT = frozenset({Action.MOVE, Action.SPLIT, Action.WRITE_DOWN, Action.DISPUTE})
# What would speak against whoever collects: the invoice is taken back from there first.
NOT_IN_COLLECTION = frozenset({Action.MOVE, Action.SPLIT, Action.CHARGE, Action.DISPUTE})


@dataclass(frozen=True, slots=True)
class Rules:
    """What the biller lets customers change, and agents write down."""

    country: str
    currency: str
    move: bool = True
    split: bool = True
    move_days_max: int = 30
    moves_max: int = 2
    instalments_max: int = 4
    instalment_floor: int = 10_000
    write_down_limit: int = 5_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the invoice stands today."""

    today: date
    issued_due_on: date
    due_on: date
    left: int
    written_down: int = 0
    is_split: bool = False
    part_due_on: date | None = None  # of a split: when the first part that is open is due
    marks: Marks = UNMARKED
    changes: Sequence[ChangeFact] = ()
    payday: int | None = None

    @property
    def undone(self) -> frozenset[int]:
        """The ids of the changes that were undone."""
        return frozenset(c.undoes_id for c in self.changes if c.undoes_id is not None)

    @property
    def moves(self) -> int:
        """How often the customer has moved the due date, undone moves left out."""
        return sum(
            c.kind == ChangeKind.DUE_MOVED and c.by == CUSTOMER and c.id not in self.undone
            for c in self.changes
        )


def staff_may(role: str, action: Action) -> bool:
    """Whether the role may ask for it at all."""
    return role in STAFF_MAY[action]


def staff_can(role: str, action: Action, standing: Standing) -> bool:
    """Whether the role may, and the invoice as it stands lets anybody do it."""
    if standing.marks.cancelled or not staff_may(role, action):
        return False
    if action == Action.COLLECT:
        return standing.marks.in_collection or _collectable(standing)
    if standing.marks.in_collection and action in NOT_IN_COLLECTION:
        return False
    if action == Action.MOVE and standing.is_split:
        return False
    return standing.left > 0 or action not in NEEDS_LEFT


def _collectable(standing: Standing) -> bool:
    """Something is overdue, and nobody is looking into it."""
    due_on = standing.part_due_on or standing.due_on
    return standing.left > 0 and standing.today > due_on and not standing.marks.disputed


def write_down_limit(role: str, rules: Rules, standing: Standing) -> int:
    """The most that the role may still write down of the invoice."""
    if role in NO_LIMIT:
        return standing.left
    return max(min(rules.write_down_limit - standing.written_down, standing.left), 0)


# ---------------------------------------------------------------- the customer moves the due date


def latest_day(rules: Rules, standing: Standing) -> date:
    """The last day that the customer may choose, in the future or not."""
    return standing.issued_due_on + timedelta(days=rules.move_days_max)


def move_days(rules: Rules, standing: Standing) -> list[date]:
    """The days a customer may choose from: after today and after the due date as issued."""
    first = max(standing.today, standing.issued_due_on) + ONE_DAY
    days = (latest_day(rules, standing) - first).days + 1
    every = (first + timedelta(days=ahead) for ahead in range(days))
    return [day for day in every if day != standing.due_on]


def no_move(rules: Rules, standing: Standing) -> Refused | None:
    """Why the customer cannot move the due date; None where that is possible."""
    if common := _no_change(standing):
        return common
    if not rules.move:
        return Refused(N_("The due date is moved by agreement. Ask us, and we find a day."))
    if standing.is_split:
        return Refused(N_("The invoice is split, and each part has a date of its own."))
    if standing.moves >= rules.moves_max:
        return Refused(
            N_("The due date has been moved as often as it can be here. Ask us for more time.")
        )
    if not move_days(rules, standing):
        return Refused(
            N_("{latest_on} was the last day to move it to. Ask us, and we find a way."),
            latest_on=latest_day(rules, standing).isoformat(),
        )
    return None


def _no_change(standing: Standing) -> Refused | None:
    if standing.left == 0:
        return Refused(N_("There is nothing left to pay, so there is nothing to change."))
    if collector := collector_of(standing.changes):
        return Refused(
            N_("{agency} collects this invoice now. Ask them about time and parts."),
            agency=collector.agency,
        )
    if standing.marks.disputed:
        return Refused(N_("We are looking into this invoice. Nothing needs to change meanwhile."))
    return None


def check_move(rules: Rules, standing: Standing, to_on: date) -> None:
    """Refuse a day that the customer cannot choose."""
    if refused := no_move(rules, standing):
        raise refused
    if to_on not in move_days(rules, standing):
        raise Refused(
            N_("Choose a day after {from_on}, {latest_on} at the latest."),
            from_on=max(standing.today, standing.issued_due_on).isoformat(),
            latest_on=latest_day(rules, standing).isoformat(),
        )


def payday_of(paid_on: Sequence[date]) -> int | None:
    """The day of the month on which the customer usually pays; None where there is no such day.

    At least PAYDAY_PAYMENTS payments, and more than half of all, lie within PAYDAY_SPREAD days
    of it. The last days of a month are one day to a customer who pays at its end: 31.
    """
    days = [31 if _is_last(day) else day.day for day in paid_on]
    if not days:
        return None
    near = Counter({d: sum(_apart(d, other) <= PAYDAY_SPREAD for other in days) for d in days})
    most = max(near.values())
    if most < PAYDAY_PAYMENTS or 2 * most <= len(days):
        return None
    # Of days that are as good as each other: the most frequent, then the middle, then the later.
    often = Counter(days)
    return max(
        (d for d in near if near[d] == most),
        key=lambda d: (often[d], -sum(_apart(d, other) for other in days), d),
    )


def _is_last(day: date) -> bool:
    return day.day == _length(day.year, day.month)


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _apart(one: int, other: int) -> int:
    """Days between two days of the month, the short way round."""
    straight = abs(one - other)
    return min(straight, 31 - straight)


def suggested_day(rules: Rules, standing: Standing) -> date | None:
    """The first allowed day that is the customer's payday, or the bank day after it."""
    allowed = move_days(rules, standing)
    if standing.payday is None:
        return None
    for day in allowed:
        if day.day == min(standing.payday, _length(day.year, day.month)):
            paid = next_bank_day(day, rules.country)
            return paid if paid in allowed else day
    return None


# ---------------------------------------------------------------- the customer splits the invoice


def counts(rules: Rules, standing: Standing) -> list[int]:
    """The numbers of instalments a customer may choose from."""
    floor = max(rules.instalment_floor, 1)
    return list(range(2, min(rules.instalments_max, standing.left // floor) + 1))


def no_split(rules: Rules, standing: Standing) -> Refused | None:
    """Why the customer cannot split; None where that is possible."""
    if common := _no_change(standing):
        return common
    if not rules.split:
        return Refused(N_("Instalments are made by agreement. Ask us, and we find a plan."))
    if standing.is_split:
        return Refused(N_("The invoice is split already. Ask us if the plan does not fit."))
    if not counts(rules, standing):
        return Refused(
            N_("What is left is too little to split: each part must be {floor} or more."),
            floor_minor=rules.instalment_floor,
            currency=rules.currency,
        )
    return None


def first_part_latest(standing: Standing) -> date:
    """The last day for the first instalment."""
    return max(standing.due_on, standing.today + FIRST_WITHIN)


def even_parts(standing: Standing, count: int) -> list[tuple[date, int]]:
    """The split that is proposed: equal parts, a month apart, from the due date on."""
    first = max(standing.due_on, standing.today + ONE_DAY)
    amounts = split_evenly(standing.left, count)
    return [(months_after(first, place), amount) for place, amount in enumerate(amounts)]


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, _length(year, month + 1)))


def check_split(rules: Rules, standing: Standing, parts: Sequence[tuple[date, int]]) -> None:
    """Refuse instalments that the customer cannot choose; the sum is the action's to check."""
    if refused := no_split(rules, standing):
        raise refused
    if len(parts) not in counts(rules, standing):
        raise Refused(
            N_("Choose between 2 and {count} instalments."), count=max(counts(rules, standing))
        )
    if any(amount < rules.instalment_floor for _, amount in parts):
        raise Refused(
            N_("Each part must be {floor} or more."),
            floor_minor=rules.instalment_floor,
            currency=rules.currency,
        )
    latest = first_part_latest(standing)
    for day, _ in parts:
        if day > latest:
            raise Refused(
                N_("{chosen_on} is too late: that part can wait until {latest_on}."),
                chosen_on=day.isoformat(),
                latest_on=latest.isoformat(),
            )
        latest = day + GAP


def check_staff_split(standing: Standing, parts: Sequence[tuple[date, int]]) -> None:
    """Refuse a plan that runs longer than staff may agree on."""
    chosen, latest = max(day for day, _ in parts), standing.today + STAFF_SPLIT
    if chosen > latest:
        raise Refused(
            N_("{chosen_on} is too late: that part can wait until {latest_on}."),
            chosen_on=chosen.isoformat(),
            latest_on=latest.isoformat(),
        )


# ---------------------------------------------------------------- undo


def undoable(standing: Standing, by: str, bookings: int) -> ChangeFact | None:
    """The change that ``by`` (CUSTOMER or a role) can undo now; see the top of this module.

    ``bookings`` is how many amounts stand booked on the invoice now.
    """
    newest = newest_change(standing)
    if newest is None or newest.bookings != bookings or not _is_theirs(newest, by):
        return None
    if newest.bites_on is not None and standing.today > newest.bites_on:
        return None
    return newest


def newest_change(standing: Standing) -> ChangeFact | None:
    """The newest change, if it is of a kind that can be undone; None after an undoing too."""
    newest = standing.changes[-1] if standing.changes else None
    return newest if newest is not None and newest.kind in UNDOABLE else None


def _is_theirs(change: ChangeFact, by: str) -> bool:
    if by == CUSTOMER:
        return change.by == CUSTOMER and change.kind != ChangeKind.WRITTEN_DOWN
    action = {
        ChangeKind.DUE_MOVED: Action.MOVE,
        ChangeKind.SPLIT: Action.SPLIT,
        ChangeKind.WRITTEN_DOWN: Action.WRITE_DOWN,
    }[change.kind]
    return staff_may(by, action)
