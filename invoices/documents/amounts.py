"""What lines come to, and how a payment is spread. Pure.

VAT is rounded per line, half up, and the invoice's VAT is the sum of its lines' VAT.
"""

from dataclasses import dataclass, field

MILLI = 1_000
BASIS = 10_000


def half_up(numerator: int, denominator: int) -> int:
    """The quotient to the nearest integer; halves away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return sign * ((2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator)))


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line to be: thousandths of a unit, minor units without VAT, basis points of VAT."""

    text: str
    unit_price_minor: int
    vat_basis_points: int
    quantity_milli: int = MILLI
    detail: str = ""
    nature: str = ""  # see explain.Nature
    fixed_vat_minor: int | None = None  # where the VAT is a remainder, not a product
    net_minor: int = field(init=False)
    vat_minor: int = field(init=False)

    def __post_init__(self) -> None:
        # Once, not on every look: an invoice run looks at each line a dozen times.
        net = half_up(self.quantity_milli * self.unit_price_minor, MILLI)
        vat = self.fixed_vat_minor
        if vat is None:
            vat = half_up(net * self.vat_basis_points, BASIS)
        object.__setattr__(self, "net_minor", net)
        object.__setattr__(self, "vat_minor", vat)


def allocate(amount_minor: int, left_minor: int) -> tuple[int, int]:
    """Spread a payment: (to the invoice, to credit on account). They sum to the amount."""
    to_invoice = min(amount_minor, left_minor)
    return to_invoice, amount_minor - to_invoice
