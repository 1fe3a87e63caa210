"""Accounts as people write them."""

import pytest

from invoices.errors import Refused
from payments.refunds.accounts import Destination, PayTo, destination


@pytest.mark.parametrize(
    ("country", "pay_to", "number", "clearing", "found", "shown"),
    [
        ("NO", "kontonr", "8601 11 17947", "", "86011117947", "8601 11 17947"),
        ("NO", "kontonr", "8601.11.17947", "", "86011117947", "8601 11 17947"),
        # With 00 in the middle the check digit may be of all ten digits, or of the last part alone.
        ("NO", "kontonr", "12340012346", "", "12340012346", "1234 00 12346"),
        ("NO", "kontonr", "12340012343", "", "12340012343", "1234 00 12343"),
        ("SE", "bankgiro", "991-2346", "", "9912346", "991-2346"),
        ("SE", "bankgiro", "5805 6201", "", "58056201", "5805-6201"),
        ("SE", "plusgiro", "28 65 43-4", "", "2865434", "286543-4"),
        ("SE", "account", "123 456-5", "5011", "1234565", "5011, 1234565"),
        ("SE", "account", "1234567890", "8327-9", "1234567890", "83279, 1234567890"),
    ],
)
def test_accounts_are_read_as_people_write_them(
    country: str, pay_to: str, number: str, clearing: str, found: str, shown: str
) -> None:
    read = destination(country, pay_to, number, clearing)

    assert (read.number, read.shown, read.masked) == (found, shown, f"…{found[-4:]}")


@pytest.mark.parametrize(
    ("country", "pay_to", "number", "clearing"),
    [
        ("NO", "kontonr", "8601 11 17948", ""),  # a wrong digit
        ("NO", "kontonr", "8601 11 1794", ""),
        ("NO", "kontonr", "00000000000", ""),
        ("NO", "kontonr", "", ""),
        ("NO", "kontonr", "8601 11 1794x", ""),
        ("NO", "kontonr", "٨٦٠١١١١٧٩٤٧", ""),  # other digits than banks'
        ("NO", "bankgiro", "9912346", ""),  # not in Norway
        ("SE", "kontonr", "86011117947", ""),
        ("SE", "iban", "1", ""),
        ("SE", "bankgiro", "991-2347", ""),
        ("SE", "bankgiro", "0000000", ""),
        ("SE", "plusgiro", "5", ""),
        ("SE", "account", "1234567", ""),
        ("SE", "account", "1234567", "12"),
        ("SE", "account", "1234567", "0123"),
        ("SE", "account", "1234567", "50111"),  # five digits only at Swedbank
        ("SE", "account", "12345", "5011"),
        ("SE", "account", "1234567", "5011"),  # SEB's check digit would be 5
        ("SE", "account", "123456788", "6000"),  # nor does Handelsbanken's fit
        ("SE", "account", "12345678901", "5011"),
    ],
)
def test_what_is_no_account_is_refused(
    country: str, pay_to: str, number: str, clearing: str
) -> None:
    with pytest.raises(Refused):
        destination(country, pay_to, number, clearing)


def test_every_wrong_digit_of_a_norwegian_account_is_found() -> None:
    right = "86011117947"
    for place in range(11):
        for digit in "0123456789":
            wrong = right[:place] + digit + right[place + 1 :]
            if wrong != right:
                with pytest.raises(Refused):
                    destination("NO", "kontonr", wrong)


def test_an_account_is_what_it_says() -> None:
    assert Destination(PayTo.KONTONR, "1") != Destination(PayTo.ACCOUNT, "1")
