"""What lines come to, and how a payment is spread. Pure.

VAT is rounded per line, half up, and the invoice's VAT is the sum of its lines' VAT.
"""

from dataclasses import dataclass

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
    fixed_vat_minor: int | None = None  # where the VAT is a remainder, not a product

    @property
    def net_minor(self) -> int:
        return half_up(self.quantity_milli * self.unit_price_minor, MILLI)

    @property
    def vat_minor(self) -> int:
        if self.fixed_vat_minor is not None:
            return self.fixed_vat_minor
        return half_up(self.net_minor * self.vat_basis_points, BASIS)


def allocate(amount_minor: int, left_minor: int) -> tuple[int, int]:
    """Spread a payment: (to the invoice, to credit on account). They sum to the amount."""
    to_invoice = min(amount_minor, left_minor)
    return to_invoice, amount_minor - to_invoice
