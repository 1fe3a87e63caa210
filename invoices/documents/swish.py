"""Swish: the QR that fills in a payment in the payer's app, and the payee's number. Pure.

The text is ``C<payee>;<amount>;<message>;<lock>`` (Swish, "QR code encoding specification", C2B):
the amount in SEK with two decimals after a comma, the message URL-encoded, and a lock of 0, which
lets the payer change neither.
"""

import re
from typing import Final
from urllib.parse import quote

from invoices.errors import N_, Refused

NUMBER: Final = r"^123[0-9]{7}$"  # a company's: ten digits that begin with 123
LOCKED: Final = 0


def swish_number(text: str) -> str:
    """A company's Swish number as digits, however it was written; Refused for anything else."""
    digits = re.sub(r"[\s\u00a0-]", "", text)
    if not re.fullmatch(NUMBER, digits):
        raise Refused(N_("A company's Swish number has ten digits and begins with 123."))
    return digits


def shown_number(number: str) -> str:
    """As Swish prints it: 123 456 78 90."""
    return f"{number[:3]} {number[3:6]} {number[6:8]} {number[8:]}"


def swish_text(number: str, amount_minor: int, message: str) -> str:
    """What the QR says: this amount (öre) to this number, with this message."""
    assert amount_minor > 0, amount_minor
    amount = f"{amount_minor // 100},{amount_minor % 100:02d}"
    return f"C{number};{amount};{quote(message, safe='')};{LOCKED}"
