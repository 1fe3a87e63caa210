"""What lines come to, and how a payment is spread."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.documents.amounts import LineDraft, allocate, half_up, share


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [
        (0, 7, 0),
        (5, 10, 1),
        (4, 10, 0),
        (14, 10, 1),
        (15, 10, 2),
        (25, 10, 3),  # not to the even one
        (-5, 10, -1),
        (-4, 10, 0),
        (-15, 10, -2),
        (-25, 10, -3),
        (5, -10, -1),
        (-25, -10, 3),
    ],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, quotient: int) -> None:
    assert half_up(numerator, denominator) == quotient


@given(st.integers(-(10**12), 10**12), st.sampled_from([3, 7, 1_000, 10_000]))
def test_rounding_is_that_of_decimals(numerator: int, denominator: int) -> None:
    exact = Decimal(numerator) / Decimal(denominator)

    assert half_up(numerator, denominator) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("price", "quantity_milli", "rate", "net", "vat"),
    [
        (40_000, 1_000, 2500, 40_000, 10_000),
        (199, 1_000, 2500, 199, 50),  # 49.75
        (2, 1_000, 2500, 2, 1),  # 0.5 up
        (-2, 1_000, 2500, -2, -1),
        (333, 2_500, 1500, 833, 125),  # 832.5 and 124.95
        (10, 1_000, 0, 10, 0),
    ],
)
def test_vat_is_rounded_on_the_lines_own_net(
    price: int, quantity_milli: int, rate: int, net: int, vat: int
) -> None:
    line = LineDraft("Fiber", price, rate, quantity_milli)

    assert (line.net_minor, line.vat_minor) == (net, vat)


def test_vat_that_is_a_remainder_is_taken_as_given() -> None:
    assert LineDraft("Rest", 1_000, 2500, fixed_vat_minor=0).vat_minor == 0
    assert LineDraft("Rest", 1_000, 2500, fixed_vat_minor=251).vat_minor == 251


@pytest.mark.parametrize(
    ("amount", "left", "to_invoice", "to_credit"),
    [(100, 500, 100, 0), (500, 500, 500, 0), (501, 500, 500, 1), (100, 0, 0, 100)],
)
def test_a_payment_fills_the_invoice_first(
    amount: int, left: int, to_invoice: int, to_credit: int
) -> None:
    assert allocate(amount, left) == (to_invoice, to_credit)


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from([0, 1200, 2500])), min_size=1),
    st.data(),
)
def test_a_shared_amount_is_shared_to_the_last_unit(
    nets: list[tuple[int, int]], data: st.DataObject
) -> None:
    lines = [LineDraft("x", net, rate) for net, rate in nets]
    whole = sum(line.net_minor + line.vat_minor for line in lines)
    amount = data.draw(st.integers(0, whole))

    shared = share(amount, lines)

    assert sum(line.net_minor + line.vat_minor for line in shared) == (amount if whole else 0)
    assert sum(line.vat_minor for line in share(whole, lines)) == sum(
        line.vat_minor for line in lines
    )


def test_a_discount_takes_no_share() -> None:
    lines = [LineDraft("Fiber", 40_000, 2500), LineDraft("Discount", -8_000, 2500)]

    (part,) = share(10_000, lines)

    assert (part.text, part.net_minor, part.vat_minor) == ("Fiber", 8_000, 2_000)
