"""From the account of an earlier payment to one that Autogiro takes. Pure.

Payments name accounts as IBAN or as clearing number and number. An IBAN holds the latter in a
way that differs by bank: only what can be told for certain, and passes the account's own check,
is used. Else the customer is asked.
"""

import re

from invoices.errors import Refused
from payments.mandates.accounts import Account, account_of


def known_account(text: str) -> Account | None:
    """The account of a payer as a bank file named it; None where it cannot be told."""
    compact = re.sub(r"[\s.,-]", "", text).upper()
    parts = _of_iban(compact) if compact.startswith("SE") else _of_digits(compact)
    if parts is None:
        return None
    try:
        return account_of(*parts)
    except Refused:
        return None


def _of_digits(digits: str) -> tuple[str, str] | None:
    if not re.fullmatch(r"[1-9][0-9]{10,15}", digits):
        return None
    return digits[:4], digits[4:].lstrip("0")


def _of_iban(iban: str) -> tuple[str, str] | None:
    found = re.fullmatch(r"SE[0-9]{2}([0-9]{3})([0-9]{17})", iban)
    if found is None or int(found[1] + found[2] + "2814" + iban[2:4]) % 97 != 1:
        return None
    bank, number = found[1], found[2].lstrip("0")
    if bank == "600":  # Handelsbanken: any of its clearing numbers will do
        return "6000", number
    if bank == "300" and len(number) <= 10:  # Nordea: an account that is a personal number
        return "3300", number.rjust(10, "0")
    if bank in ("120", "300", "500") and len(number) == 11:  # Danske Bank, Nordea, SEB
        return number[:4], number[4:]
    return None
