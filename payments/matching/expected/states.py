"""What becomes of a customer's word that an invoice is paid: states, edges, and the rules. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from invoices.bankdays import next_bank_day, shift_bank_days
from invoices.errors import N_, Refused

# A payment that was made longer ago than this has arrived, or never will by itself.
LONGEST_AGO: Final = timedelta(days=60)
# After so many statements that no payment followed, a person looks into it.
LAPSES_MAX: Final = 2


class ExpectedState(StrEnum):
    STATED = "stated"  # reminders wait, and the matcher expects it
    MET = "met"  # a payment came
    LAPSED = "lapsed"  # none came in time
    WITHDRAWN = "withdrawn"  # the customer was wrong, or nothing is left to pay


OPEN: Final = frozenset({ExpectedState.STATED})
# A payment may still come after it was given up, or be told to be a mistake. What met it may turn
# out to belong elsewhere.
CLOSED: Final = frozenset({ExpectedState.MET, ExpectedState.WITHDRAWN})
GIVEN_UP: Final = frozenset({ExpectedState.LAPSED})

# (from, to) -> the kind of history entry that is recorded. Every other edge is refused.
EDGES: Final[dict[tuple[ExpectedState, ExpectedState], str]] = {
    (ExpectedState.STATED, ExpectedState.MET): "expected.met",
    (ExpectedState.STATED, ExpectedState.LAPSED): "expected.lapsed",
    (ExpectedState.STATED, ExpectedState.WITHDRAWN): "expected.withdrawn",
    (ExpectedState.MET, ExpectedState.STATED): "expected.reopened",
    (ExpectedState.LAPSED, ExpectedState.MET): "expected.met",
    (ExpectedState.LAPSED, ExpectedState.WITHDRAWN): "expected.withdrawn",
}


def leads(old: ExpectedState, new: ExpectedState) -> bool:
    """Whether there is an edge."""
    return (old, new) in EDGES


@dataclass(frozen=True, slots=True)
class Claimed:
    """How the invoice stands for whoever says that it is paid."""

    today: date
    issued_on: date
    left: int
    currency: str
    disputed: bool = False
    stated: bool = False  # something is stated already, and expected
    lapses: int = 0


def first_day(claimed: Claimed) -> date:
    """The first day that can be named."""
    return min(max(claimed.issued_on, claimed.today - LONGEST_AGO), claimed.today)


def no_statement(claimed: Claimed) -> Refused | None:
    """Why it cannot be said now; None where it can."""
    if claimed.left == 0:
        return Refused(N_("There is nothing left to pay on this invoice."))
    if claimed.disputed:
        return Refused(N_("We are looking into this invoice. No reminders are sent meanwhile."))
    if claimed.stated:
        return Refused(N_("You have told us already, and we are looking out for the payment."))
    if claimed.lapses >= LAPSES_MAX:
        return Refused(
            N_(
                "We have looked out for it before, and no payment came. "
                "Write to us with the receipt from your bank, and we find it together."
            )
        )
    return None


def check_statement(claimed: Claimed, amount_minor: int, paid_on: date) -> None:
    """Refuse what cannot be said, an amount that is not left, and a day out of reach."""
    if refused := no_statement(claimed):
        raise refused
    if not 0 < amount_minor <= claimed.left:
        raise Refused(
            N_("Only {left} is left to pay."), left_minor=claimed.left, currency=claimed.currency
        )
    if paid_on > claimed.today:
        raise Refused(N_("That day is still to come. Choose the day you paid."))
    if paid_on < first_day(claimed):
        raise Refused(
            N_("Choose {first_on} or a later day; what was paid before that has arrived."),
            first_on=first_day(claimed).isoformat(),
        )


def wait_until(today: date, bank_days: int, country: str) -> date:
    """The last day on which the payment is looked out for."""
    return shift_bank_days(next_bank_day(today, country), bank_days, country)
