"""Swedish bank accounts as customers write them: clearing number and number, checked. Pure.

Rules: "Bankernas kontonummer" (BGC). Type 1 has seven digits, checked with modulus 11 together
with the clearing number or its last three digits; type 2 has its own check in up to ten digits.
Where a bank has no rule we can hold to (Swedbank 8xxx, unknown clearing numbers) the length is
looked at alone: the bank has the last word.
"""

import re
from dataclasses import dataclass
from typing import Final

from invoices.errors import N_, Refused

_TYPE_1_A: Final = "1.a"  # modulus 11 over the last three digits of the clearing number, and it
_TYPE_1_B: Final = "1.b"  # modulus 11 over the whole clearing number, and it
_TYPE_2_LUHN: Final = "2.luhn"  # ten digits, modulus 10
_TYPE_2_11: Final = "2.11"  # nine digits, modulus 11 (Handelsbanken)
_LENGTH: Final = "length"

# First and last clearing number -> the bank, the rule. The first that fits is taken.
_BANKS: Final = (
    (1100, 1199, "Nordea", _TYPE_1_A),
    (1200, 1399, "Danske Bank", _TYPE_1_A),
    (1400, 2099, "Nordea", _TYPE_1_A),
    (2300, 2399, "Ålandsbanken", _TYPE_1_B),
    (2400, 2499, "Danske Bank", _TYPE_1_A),
    (3000, 3299, "Nordea", _TYPE_1_A),
    (3300, 3300, "Nordea", _TYPE_2_LUHN),
    (3301, 3399, "Nordea", _TYPE_1_A),
    (3400, 3409, "Länsförsäkringar Bank", _TYPE_1_A),
    (3410, 3781, "Nordea", _TYPE_1_A),
    (3782, 3782, "Nordea", _TYPE_2_LUHN),
    (3783, 3999, "Nordea", _TYPE_1_A),
    (4000, 4999, "Nordea", _TYPE_1_B),
    (5000, 5999, "SEB", _TYPE_1_A),
    (6000, 6999, "Handelsbanken", _TYPE_2_11),
    (7000, 7999, "Swedbank", _TYPE_1_A),
    (8000, 8999, "Swedbank", _LENGTH),
    (9020, 9029, "Länsförsäkringar Bank", _TYPE_1_B),
    (9060, 9069, "Länsförsäkringar Bank", _TYPE_1_A),
    (9120, 9124, "SEB", _TYPE_1_A),
    (9130, 9149, "SEB", _TYPE_1_A),
    (9150, 9169, "Skandia", _TYPE_1_B),
    (9170, 9179, "Ikano Bank", _TYPE_1_A),
    (9180, 9189, "Danske Bank", _TYPE_2_LUHN),
    (9190, 9199, "DNB", _TYPE_1_B),
    (9230, 9239, "Marginalen Bank", _TYPE_1_A),
    (9250, 9259, "SBAB", _TYPE_1_A),
    (9260, 9269, "DNB", _TYPE_1_B),
    (9270, 9279, "ICA Banken", _TYPE_1_A),
    (9280, 9289, "Resurs Bank", _TYPE_1_A),
    (9300, 9349, "Swedbank", _TYPE_2_LUHN),
    (9550, 9569, "Avanza", _TYPE_1_B),
    (9570, 9579, "Sparbanken Syd", _TYPE_2_LUHN),
)

_WRONG = N_("This is not an account number. Look it up in your bank, with its clearing number.")
_CLEARING = N_("The clearing number has four digits, and a fifth where it begins with 8.")
_CHECK = N_("The account number has a typing error: its check digit does not fit.")


@dataclass(frozen=True, slots=True)
class Account:
    """An account as records have it: clearing number (4 digits) and number (12)."""

    digits: str
    bank: str

    @property
    def masked(self) -> str:
        """What may stand on a page: the last four digits."""
        return masked(self.digits)


def masked(digits: str) -> str:
    """The last four digits of an account, which is all that a page shows."""
    return f"•• {digits[-4:]}" if digits else ""


def account_of(clearing: str, number: str) -> Account:
    """The account behind what somebody wrote; Refused, in words, for what cannot be one."""
    clearing, number = _digits(clearing), _digits(number)
    if not re.fullmatch(r"[1-9][0-9]{3}|8[0-9]{4}", clearing):
        raise Refused(_CLEARING)
    clearing = clearing[:4]  # the fifth digit is a check digit of its own
    if not 5 <= len(number) <= 12:
        raise Refused(_WRONG)
    bank, rule = _rule(int(clearing))
    _check(rule, clearing, number)
    return Account(clearing + number.rjust(12, "0"), bank)


def _digits(text: str) -> str:
    digits = re.sub(r"[\s.,\-–]", "", text)
    if not (digits.isascii() and digits.isdigit()):
        raise Refused(_WRONG)
    return digits


def _rule(clearing: int) -> tuple[str, str]:
    for first, last, bank, rule in _BANKS:
        if first <= clearing <= last:
            return bank, rule
    return "", _LENGTH


def _check(rule: str, clearing: str, number: str) -> None:
    if rule == _LENGTH:
        return
    longest = {_TYPE_1_A: 7, _TYPE_1_B: 7, _TYPE_2_LUHN: 10, _TYPE_2_11: 9}[rule]
    if len(number) > longest:
        raise Refused(_WRONG)
    number = number.rjust(longest, "0")
    checked = {_TYPE_1_A: clearing[1:] + number, _TYPE_1_B: clearing + number}.get(rule, number)
    if not (_luhn(number) if rule == _TYPE_2_LUHN else _mod11(checked)):
        raise Refused(_CHECK)


def _mod11(digits: str) -> bool:
    """Weights 1 to 10 from the right, again and again; the sum divides by 11."""
    return sum(int(d) * (place % 10 + 1) for place, d in enumerate(reversed(digits))) % 11 == 0


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 if place % 2 else 1)
        total += product - 9 if product > 9 else product
    return total % 10 == 0
