"""What becomes of a promise to pay: states, edges, and the rules of making one. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from invoices.bankdays import next_bank_day, shift_bank_days
from invoices.errors import N_, Refused

STAFF_DAYS_MAX: Final = 92


class PromiseState(StrEnum):
    MADE = "made"  # reminders wait until the day and a little longer
    KEPT = "kept"  # as much as was promised has come, or nothing is left
    BROKEN = "broken"  # the day and the days of grace have passed without it
    WITHDRAWN = "withdrawn"  # taken back by whoever made it


OPEN: Final = frozenset({PromiseState.MADE})
CLOSED: Final = frozenset({PromiseState.KEPT, PromiseState.WITHDRAWN})
LATE: Final = frozenset({PromiseState.BROKEN})  # money that comes later still keeps it

# (from, to) -> the kind of history entry that is recorded. Every other edge is refused.
EDGES: Final[dict[tuple[PromiseState, PromiseState], str]] = {
    (PromiseState.MADE, PromiseState.KEPT): "promise.kept",
    (PromiseState.MADE, PromiseState.BROKEN): "promise.broken",
    (PromiseState.MADE, PromiseState.WITHDRAWN): "promise.withdrawn",
    (PromiseState.BROKEN, PromiseState.KEPT): "promise.kept",
}


def leads(old: PromiseState, new: PromiseState) -> bool:
    """Whether there is an edge."""
    return (old, new) in EDGES


@dataclass(frozen=True, slots=True)
class Terms:
    """What a biller lets its customers promise themselves, and how long a payment may travel."""

    country: str
    self_service: bool = True
    days_max: int = 14
    promises_max: int = 2
    grace_bank_days: int = 2


@dataclass(frozen=True, slots=True)
class Owed:
    """How the invoice stands for whoever promises. ``made`` counts promises not taken back."""

    today: date
    due_on: date
    left: int
    currency: str
    disputed: bool = False
    open: bool = False
    made: int = 0
    ask: int = 0  # the next part, else all that is left


def judge(promised: int, paid_since: int, left: int, *, passed: bool) -> PromiseState:
    """What has become of a promise, from what has come since; ``passed``: its last day is over."""
    if paid_since >= promised or left == 0:
        return PromiseState.KEPT
    return PromiseState.BROKEN if passed else PromiseState.MADE


def latest_day(terms: Terms, owed: Owed) -> date:
    """The last day that a customer can promise."""
    return max(owed.today, owed.due_on) + timedelta(days=terms.days_max)


def suggested_day(terms: Terms, owed: Owed) -> date:
    """A day in the middle that banks are open on."""
    half = max(owed.today, owed.due_on) + timedelta(days=max(terms.days_max // 2, 1))
    return min(next_bank_day(half, terms.country), max(latest_day(terms, owed), owed.today))


def wait_until(pay_on: date, terms: Terms) -> date:
    """The last day on which reminders wait for a payment made on ``pay_on``."""
    first = next_bank_day(pay_on, terms.country)  # on which the bank moves it
    return shift_bank_days(first, terms.grace_bank_days, terms.country)


def no_promise(terms: Terms, owed: Owed, *, by_staff: bool) -> Refused | None:
    """Why nothing can be promised now; None where it can. Staff are held to no number of times."""
    if owed.left == 0:
        return Refused(N_("There is nothing left to pay on this invoice."))
    if owed.disputed:
        return Refused(N_("We are looking into this invoice. No reminders are sent meanwhile."))
    if owed.open:
        return Refused(N_("A day is agreed already. Take it back first to choose another."))
    if by_staff:
        return None
    if not terms.self_service:
        return Refused(N_("More time is given by agreement. Write to us, and we find a day."))
    if owed.made >= terms.promises_max:
        return Refused(
            N_("You have chosen a day as often as it can be done here. Write to us, and we help.")
        )
    return None


def check_promise(
    terms: Terms, owed: Owed, amount_minor: int, pay_on: date, *, by_staff: bool
) -> None:
    """Refuse what cannot be promised, an amount that is not left, and a day out of reach."""
    if refused := no_promise(terms, owed, by_staff=by_staff):
        raise refused
    if not 0 < amount_minor <= owed.left:
        raise Refused(
            N_("Only {left} is left to pay."), left_minor=owed.left, currency=owed.currency
        )
    latest = latest_day(terms, owed)
    if by_staff:
        latest = max(owed.today, owed.due_on) + timedelta(days=STAFF_DAYS_MAX)
    if not owed.today <= pay_on <= latest:
        raise Refused(
            N_("Choose a day from today, {latest_on} at the latest."), latest_on=latest.isoformat()
        )
