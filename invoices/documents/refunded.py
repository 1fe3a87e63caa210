"""Whether what was paid and then credited is back with the customer. Pure.

Such money lies on the customer's account first, beside that of other invoices. What leaves the
account leaves it in the order in which it came: so it is known whose money was paid back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from invoices.ledger.codes import Code


@dataclass(frozen=True, slots=True)
class Held:
    """A transfer of the customer's account. ``amount_minor`` is below zero where it went out;
    ``own`` is whether it came from a credit note of the invoice that is looked at.
    """

    id: int
    amount_minor: int
    code: str
    on: date
    own: bool = False
    reverses_id: int | None = None


@dataclass(frozen=True, slots=True)
class PaidBack:
    """Of what was credited after it was paid: how much there is, how much of it the customer has
    got back, and when the last of it went.
    """

    credited: int = 0
    paid: int = 0
    on: date | None = None

    @property
    def whole(self) -> bool:
        """Whether all of it is back."""
        return self.credited > 0 and self.paid == self.credited


def paid_back(held: Sequence[Held]) -> PaidBack:
    """Follow the invoice's own money through the account; ``held`` is in the order of booking."""
    undone = {each.reverses_id for each in held if each.reverses_id is not None}
    stands = [each for each in held if each.id not in undone and each.reverses_id is None]
    came = [[each.amount_minor, each.own] for each in stands if each.amount_minor > 0]
    paid, last = 0, None
    for out in (each for each in stands if each.amount_minor < 0):
        own = _take(came, -out.amount_minor)
        if own and out.code == Code.PAID_OUT:
            paid, last = paid + own, out.on
    return PaidBack(sum(each.amount_minor for each in stands if each.own), paid, last)


def _take(came: list[list[int]], amount: int) -> int:
    """Take the amount from the oldest that is there; how much of it was the invoice's own."""
    taken = 0
    for each in came:
        part = min(each[0], amount)
        each[0] -= part
        amount -= part
        taken += part if each[1] else 0
    return taken
