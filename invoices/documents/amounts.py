"""What lines come to, and how a payment is spread. Pure.

VAT is rounded per line, half up, and the invoice's VAT is the sum of its lines' VAT.
"""

from collections.abc import Sequence
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
    credits_id: int | None = None  # the line that this line of a credit note takes back
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


def share(amount_minor: int, lines: Sequence[LineDraft]) -> list[LineDraft]:
    """An amount, VAT included, taken from lines in proportion to what each comes to.

    The parts sum to the amount; VAT is each part's own share of its line's. Lines that come to
    nothing or less give nothing.
    """
    gross = [max(line.net_minor + line.vat_minor, 0) for line in lines]
    whole = sum(gross)
    parts = [amount_minor * each // whole for each in gross] if whole else []
    rests = [amount_minor * each % whole for each in gross] if whole else []
    odd = sorted(range(len(parts)), key=lambda place: -rests[place])
    for place in odd[: amount_minor - sum(parts)]:
        parts[place] += 1
    return [
        _part_of(line, part, each)
        for line, part, each in zip(lines, parts, gross, strict=False)
        if part
    ]


def _part_of(line: LineDraft, part: int, gross: int) -> LineDraft:
    vat = half_up(part * line.vat_minor, gross)
    return LineDraft(
        text=line.text,
        detail=line.detail,
        unit_price_minor=part - vat,
        vat_basis_points=line.vat_basis_points,
        fixed_vat_minor=vat,
        credits_id=line.credits_id,
    )
