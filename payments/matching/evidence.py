"""What speaks for and against an invoice, how much it weighs, and how it is said. Pure.

THE table: of each family the heaviest piece counts, and the families are added up. A candidate of
BAR points whose lead over the next is at least GAP is certain; ``ranking.certain`` says what else
it takes. The points are set so that no family alone reaches the bar but the whole reference, and
so that name and amount together never do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from invoices.errors import N_

BAR = 100
GAP = 20


class Family(StrEnum):
    """Pieces of one family tell the same thing, so that only the heaviest counts."""

    LEAD = "lead"  # what was written leads to the invoice
    AMOUNT = "amount"
    PAYER = "payer"  # whose account it came from
    NAME = "name"
    SAID = "said"
    AGAINST = "against"  # a reason to let a person look


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of evidence: its weight, and the sentence for staff (values as in history)."""

    family: Family
    points: int
    say: str


LEAD, AMOUNT, PAYER, AGAINST = Family.LEAD, Family.AMOUNT, Family.PAYER, Family.AGAINST

KINDS: dict[str, Kind] = {
    # The whole reference, as it stands
    "exact": Kind(LEAD, 120, N_("The reference is the invoice's own.")),
    "separators": Kind(
        LEAD, 110, N_("The reference is the invoice's own, with other characters between.")
    ),
    "in_text": Kind(LEAD, 80, N_("The message holds the whole reference.")),
    # The reference with one damage
    "zeros_lost": Kind(LEAD, 80, N_("The reference has lost its leading zeros.")),
    "zeros_added": Kind(LEAD, 80, N_("The reference has zeros before it.")),
    "check_digit_missing": Kind(LEAD, 75, N_("The last digit of the reference is missing.")),
    "digits_swapped": Kind(LEAD, 75, N_("Two neighbouring digits of the reference are swapped.")),
    "digit_missing": Kind(LEAD, 70, N_("One digit of the reference is missing.")),
    "digit_extra": Kind(LEAD, 70, N_("The reference has one digit too many.")),
    "digit_wrong": Kind(LEAD, 70, N_("One digit of the reference is wrong.")),
    # Another reference, or another number
    "old_reference": Kind(
        LEAD, 85, N_("The reference is that of invoice {number}, which is settled.")
    ),
    "both_numbers": Kind(
        LEAD, 90, N_("The invoice number and the customer number are both written.")
    ),
    "all_written": Kind(LEAD, 75, N_("The numbers of all these invoices are written.")),
    "invoice_number": Kind(LEAD, 70, N_("The invoice number is written.")),
    "number_in_text": Kind(LEAD, 50, N_("A number in the text is the invoice's.")),
    "customer_number": Kind(LEAD, 65, N_("The customer number is written.")),
    "customer_in_text": Kind(LEAD, 40, N_("A number in the text is the customer's.")),
    "same_customer": Kind(LEAD, 40, N_("It is open at the customer that the reference leads to.")),
    "reference_similar": Kind(
        LEAD, 30, N_("The reference is like the invoice's, {off} characters off.")
    ),
    # The amount
    "amount_exact": Kind(AMOUNT, 35, N_("The amount is exactly what is left.")),
    "amount_sum": Kind(AMOUNT, 33, N_("The amount is exactly what is left of these together.")),
    "amount_in_parts": Kind(
        AMOUNT, 32, N_("Together with other payments of the same kind it is what is left.")
    ),
    "amount_rounded": Kind(AMOUNT, 30, N_("The amount is what is left, in whole kroner.")),
    "amount_less": Kind(AMOUNT, 5, N_("The amount is a part of what is left.")),
    "amount_more": Kind(AMOUNT, 0, N_("The amount is more than what is left.")),
    # The payer
    "account_known": Kind(PAYER, 65, N_("The customer has paid from this account before.")),
    "account_shared": Kind(
        PAYER, 25, N_("The customer and others have paid from this account before.")
    ),
    "name_alike": Kind(Family.NAME, 20, N_("The payer's name is the customer's.")),
    "customer_said": Kind(Family.SAID, 20, N_("The customer has told us of this payment.")),
    # Against
    "fits_another": Kind(
        AGAINST,
        -60,
        N_("The payer is another customer, who has an open invoice of exactly this amount."),
    ),
    "look_alikes": Kind(
        AGAINST, -20, N_("Invoices of other customers are as near, and the amount is a common one.")
    ),
    "paid_before": Kind(
        AGAINST, -60, N_("It looks like a second payment: the invoice is settled.")
    ),
    "paid_lately": Kind(
        AGAINST, -40, N_("The customer has paid the same amount a few days before.")
    ),
}

# What allows an amount that is not what is left: only the whole reference does.
WHOLE = frozenset({"exact", "separators"})
# What counts as the right amount.
RIGHT_AMOUNT = frozenset({"amount_exact", "amount_sum", "amount_in_parts", "amount_rounded"})
# What leads to the one invoice by itself, where look-alikes have to be told apart.
DAMAGED = frozenset(
    ["zeros_lost", "zeros_added", "check_digit_missing", "digits_swapped"]
    + ["digit_missing", "digit_extra", "digit_wrong"]
)


NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Evidence(NamedTuple):
    """One piece: a code of KINDS and the values its sentence is filled with."""

    code: str
    values: Mapping[str, Any] = NOTHING

    @property
    def kind(self) -> Kind:
        return KINDS[self.code]

    def as_json(self) -> list[Any]:
        return [self.code, self.values] if self.values else [self.code]


def weigh(pieces: Iterable[Evidence]) -> int:
    """The points of a candidate: the heaviest piece of each family, added up."""
    heaviest: dict[Family, int] = {}
    for piece in pieces:
        kind = KINDS[piece.code]
        if abs(kind.points) >= abs(heaviest.get(kind.family, 0)):
            heaviest[kind.family] = kind.points
    return sum(heaviest.values())
