"""Accounts as people write them, payer numbers, and accounts of earlier payments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.errors import Refused
from payments.mandates.accounts import account_of, masked
from payments.mandates.ibans import known_account
from payments.mandates.numbers import payer_number, serial_of


@pytest.mark.parametrize(
    ("clearing", "number", "digits", "bank"),
    [
        ("5839", "8257466", "5839000008257466", "SEB"),  # the account of Bankgirot's IBAN example
        ("5839", "825 746-6", "5839000008257466", "SEB"),
        ("6000", "918 000 009", "6000000918000009", "Handelsbanken"),
        ("4123", "1000003", "4123000001000003", "Nordea"),
        ("3300", "8112289874", "3300008112289874", "Nordea"),
        ("8327-9", "33 692 9", "8327000000336929", "Swedbank"),
        ("9999", "123456", "9999000000123456", ""),  # nobody's, as far as we know
    ],
)
def test_an_account_that_is_right_is_taken_however_it_is_spaced(
    clearing: str, number: str, digits: str, bank: str
) -> None:
    account = account_of(clearing, number)

    assert (account.digits, account.bank) == (digits, bank)
    assert masked(digits) == f"•• {digits[-4:]}"


@pytest.mark.parametrize(
    ("clearing", "number"),
    [
        ("583", "8257466"),
        ("05839", "8257466"),
        ("58399", "8257466"),  # a fifth digit is Swedbank's alone
        ("5839", "8257467"),
        ("5839", "8257646"),  # two digits swapped
        ("5839", "18257466"),
        ("6000", "918000008"),
        ("3300", "8112289875"),
        ("5839", "1234"),
        ("5839", "1234567890123"),
        ("5839", "82574b6"),
        ("5839", "٨٢٥٧٤٦٦"),
        ("", ""),
    ],
)
def test_an_account_that_cannot_be_one_is_refused_in_words(clearing: str, number: str) -> None:
    with pytest.raises(Refused):
        account_of(clearing, number)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("SE4550000000058398257466", "5839000008257466"),
        ("58398257466", "5839000008257466"),
        ("5839 825 746-6", "5839000008257466"),
        ("SE4650000000058398257466", ""),  # its check digits are wrong
        ("SE4680000810340009783242", ""),  # Swedbank: what its clearing number is, is not in it
        ("NO9386011117947", ""),
        ("9912346", ""),  # a bankgiro number
        ("", ""),
    ],
)
def test_an_account_of_an_earlier_payment_is_used_where_it_can_be_told(
    text: str, digits: str
) -> None:
    account = known_account(text)

    assert (account.digits if account else "") == digits


@given(serial=st.integers(1, 10**12), no=st.integers(1, 99))
def test_a_payer_number_is_one_customers_and_one_mandates(serial: int, no: int) -> None:
    number = payer_number(serial, no)

    assert number.isdigit()
    assert len(number) <= 16
    assert not number.startswith("0")
    assert serial_of(number) == serial


@pytest.mark.parametrize("number", ["", "1", "123", "9831", "9831018"])
def test_a_number_that_is_none_of_ours_names_nobody(number: str) -> None:
    assert serial_of(number) is None
