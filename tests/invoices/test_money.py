"""Money is added, read and written without ever losing or inventing a minor unit."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from invoices.errors import Refused
from invoices.money import Money, format_money, parse_money, split_evenly, vat_of

MINOR = st.integers(min_value=-(10**13), max_value=10**13)


def test_amounts_of_one_currency_add_and_subtract() -> None:
    bill, paid = Money(109900, "NOK"), Money(25000, "NOK")

    assert bill - paid == Money(84900, "NOK")
    assert bill + -paid == bill - paid
    assert not (bill - bill)


def test_two_currencies_never_meet_in_a_sum() -> None:
    with pytest.raises(ValueError, match="cannot be added"):
        Money(1, "NOK") + Money(1, "SEK")
    with pytest.raises(ValueError, match="cannot be added"):
        Money(1, "NOK") - Money(1, "SEK")


def test_a_currency_without_two_decimals_is_refused_at_the_door() -> None:
    with pytest.raises(ValueError, match="JPY"):
        Money(1, "JPY")


@pytest.mark.parametrize(
    ("currency", "language", "written"),
    [
        ("NOK", "nb", "1 234,50 kr"),
        ("NOK", "nn", "1 234,50 kr"),
        ("SEK", "sv", "1 234,50 kr"),
        ("NOK", "en", "NOK 1,234.50"),
        ("SEK", "en-gb", "SEK 1,234.50"),
        ("SEK", "nb", "1 234,50 SEK"),
        ("EUR", "sv", "1 234,50 EUR"),
    ],
)
def test_an_amount_is_written_as_the_language_writes_it(
    currency: str, language: str, written: str
) -> None:
    assert format_money(Money(123450, currency), language) == written.replace(" ", "\u00a0")


def test_a_negative_amount_carries_a_true_minus_in_front() -> None:
    assert format_money(Money(-2000, "NOK"), "nb") == "\u221220,00\u00a0kr"
    assert format_money(Money(-2000, "NOK"), "en") == "\u2212NOK\u00a020.00"


@given(
    minor=MINOR,
    language=st.sampled_from(["nb", "nn", "sv", "da"]),
    currency=st.sampled_from(["NOK", "SEK", "DKK", "EUR"]),
)
def test_an_amount_is_written_as_babel_would(minor: int, language: str, currency: str) -> None:
    babels = format_currency(
        Decimal(minor).scaleb(-2),
        currency,
        format="#,##0.00\u00a0\u00a4\u00a4",
        locale=language,
    ).replace("-", "\u2212")

    ours = format_money(Money(minor, currency), language)

    assert ours in (babels, babels.replace(currency, "kr"))


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1234", 123400),
        ("1234,5", 123450),
        ("1 234,50", 123450),
        ("1\u00a0234,50\u00a0kr", 123450),
        ("1\u202f234,50", 123450),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1.234.567", 123456700),
        ("kr 500", 50000),
        ("500,-", 50000),
        ("NOK 0,05", 5),
        (" -12,50 ", -1250),
        ("\u221212,50", -1250),
        ("100 000 000 000,00", 10**13),
    ],
)
def test_an_amount_is_read_however_people_space_it(text: str, minor: int) -> None:
    assert parse_money(text, "NOK") == Money(minor, "NOK")


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "NaN", "inf", "1e5", "12,345", "1.234", "1,2,3", "1.234.56", "12 USD", "--1"),
        *("1-", "0x10", "٣", "twelve", "100 000 000 000,01", "9" * 400, ",50", "1 kr 50"),
    ],
)
def test_what_could_be_read_in_two_ways_or_none_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_money(text, "NOK")


@given(minor=MINOR, language=st.sampled_from(["nb", "nn", "sv", "en"]))
def test_what_is_written_is_read_back_the_same(minor: int, language: str) -> None:
    money = Money(minor, "NOK")

    assert parse_money(format_money(money, language), "NOK") == money


@given(text=st.text(max_size=30))
def test_any_text_is_an_amount_or_refused_and_never_a_crash(text: str) -> None:
    try:
        money = parse_money(text, "SEK")
    except Refused:
        return
    assert abs(money.minor) <= 10**13


@given(minor=MINOR, parts=st.integers(min_value=1, max_value=120))
def test_shares_sum_to_the_whole_and_differ_by_one_unit_at_most(minor: int, parts: int) -> None:
    shares = split_evenly(minor, parts)

    assert sum(shares) == minor
    assert len(shares) == parts
    assert max(shares) - min(shares) <= 1


def test_the_odd_units_go_to_the_first_shares() -> None:
    assert split_evenly(10000, 3) == [3334, 3333, 3333]


def test_nothing_is_split_in_no_parts() -> None:
    with pytest.raises(ValueError, match="one part or more"):
        split_evenly(100, 0)


@pytest.mark.parametrize(
    ("net_minor", "rate", "vat"),
    [
        *((63920, "25", 15980), (2, "25", 1), (1, "25", 0), (-2, "25", -1)),
        *((10050, "12", 1206), (100, "0", 0), (333, "15", 50)),
    ],
)
def test_vat_of_a_line_is_rounded_half_up_and_mirrors_on_a_credit(
    net_minor: int, rate: str, vat: int
) -> None:
    assert vat_of(net_minor, Decimal(rate)) == vat
    assert vat_of(-net_minor, Decimal(rate)) == -vat
