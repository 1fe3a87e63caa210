"""Accounts that money is paid back to: read as people write them, and checked. Pure.

The check digits of Swedish accounts, by bank, are those that Autogiro asks for too
(``mandates.accounts``, after "Bankernas kontonummer").
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stdnum import luhn
from stdnum.no import kontonr

from invoices.errors import N_, Refused
from payments.mandates.accounts import account_of


class PayTo(StrEnum):
    KONTONR = "kontonr"  # a Norwegian bank account
    ACCOUNT = "account"  # a Swedish one, with its clearing number
    BANKGIRO = "bankgiro"
    PLUSGIRO = "plusgiro"


OFFERED: Final = {"NO": (PayTo.KONTONR,), "SE": (PayTo.ACCOUNT, PayTo.BANKGIRO, PayTo.PLUSGIRO)}

_NO_DIGITS = N_("Write the number with its digits; spaces and dots do not matter.")
_WRONG = {
    PayTo.KONTONR: N_("That is not a Norwegian account number: it has 11 digits, and they fit."),
    PayTo.BANKGIRO: N_("That is not a bankgiro number. Look at it once more."),
    PayTo.PLUSGIRO: N_("That is not a plusgiro number. Look at it once more."),
    PayTo.ACCOUNT: N_("That is not an account number. It has 6 to 10 digits after the clearing."),
}
_CLEARING = N_("The clearing number has 4 digits, or 5 at Swedbank where it begins with 8.")


@dataclass(frozen=True, slots=True)
class Destination:
    """An account, digits alone."""

    pay_to: PayTo
    number: str
    clearing: str = ""

    @property
    def shown(self) -> str:
        """As it is written on paper."""
        number = self.number
        if self.pay_to == PayTo.KONTONR:
            return f"{number[:4]} {number[4:6]} {number[6:]}"
        if self.pay_to == PayTo.BANKGIRO:
            return f"{number[:-4]}-{number[-4:]}"
        if self.pay_to == PayTo.PLUSGIRO:
            return f"{number[:-1]}-{number[-1]}"
        return f"{self.clearing}, {number}"

    @property
    def masked(self) -> str:
        """The end of it, which its owner knows it by."""
        return f"…{self.number[-4:]}"


def destination(country: str, pay_to: str, number: str, clearing: str = "") -> Destination:
    """The account as it was written, or Refused with what is wrong."""
    if pay_to not in OFFERED[country]:
        raise Refused(N_("Choose what kind of account it is."))
    kind, digits = PayTo(pay_to), _digits(number)
    if kind == PayTo.ACCOUNT:
        known = Destination(kind, _checked(kind, digits, 6, 10), _clearing(clearing))
        account_of(known.clearing, known.number)  # the bank's own check digit
        return known
    fits = {
        PayTo.KONTONR: len(digits) == 11 and _is_kontonr(digits),
        PayTo.BANKGIRO: len(digits) in (7, 8) and luhn.is_valid(digits),
        PayTo.PLUSGIRO: 2 <= len(digits) <= 8 and luhn.is_valid(digits),
    }
    if not fits[kind] or not int(digits):
        raise Refused(_WRONG[kind])
    return Destination(kind, digits)


def _digits(text: str) -> str:
    bare = re.sub(r"[\s.\-\u2010-\u2015]", "", text)
    if not re.fullmatch(r"[0-9]{1,20}", bare):
        raise Refused(_NO_DIGITS)
    return bare


def _checked(kind: PayTo, digits: str, least: int, most: int) -> str:
    if not least <= len(digits) <= most or not int(digits):
        raise Refused(_WRONG[kind])
    return digits


def _clearing(text: str) -> str:
    digits = _digits(text) if text.strip() else ""
    if not re.fullmatch(r"[1-79][0-9]{3}|8[0-9]{3,4}", digits) or digits < "11":
        raise Refused(_CLEARING)
    return digits


def _is_kontonr(digits: str) -> bool:
    """By modulus 11. Where digits 5 and 6 are 00 the check digit may be of the last part alone."""
    if kontonr.is_valid(digits):
        return True
    if digits[4:6] != "00":
        return False
    rest = sum(int(d) * w for d, w in zip(digits[6:10], (5, 4, 3, 2), strict=True)) % 11
    return (11 - rest) % 11 == int(digits[10])
