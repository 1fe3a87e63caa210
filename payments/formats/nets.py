"""What OCR giro and AvtaleGiro share: what the end of a transmission must say.

Layouts: "OCR giro system manual" and "System specification AvtaleGiro" v3.3 of Mastercard
Payment Services (the former Nets).
"""

from dataclasses import dataclass, field
from datetime import date

from invoices.errors import N_
from payments.formats.base import agree
from payments.formats.fixed_width import day_ddmmyy

NETS = 8080  # the identity of Mastercard Payment Services; it outlived the former name

_TRANSACTIONS = N_(
    "The end record says {said} transactions, but {found} were found. "
    "Ask the bank for the file again."
)
_RECORDS = N_(
    "The end record says {said} records, but {found} were found. Ask the bank for the file again."
)
_SUM = N_(
    "The end record says the sum is {said} øre, but the payments add up to {found} øre. "
    "Ask the bank for the file again."
)
_EARLIEST = N_(
    "The end record says the earliest day is {said}, but it is {found}. "
    "Ask the bank for the file again."
)
_LATEST = N_(
    "The end record says the latest day is {said}, but it is {found}. "
    "Ask the bank for the file again."
)


@dataclass(slots=True)
class Tally:
    """What the end records are compared with."""

    records: int = 2  # a start and an end of its own
    transactions: int = 0
    sum: int = 0
    days: set[date] = field(default_factory=set)

    def include(self, other: "Tally") -> None:
        """Add an assignment to its transmission."""
        self.records += other.records
        self.transactions += other.transactions
        self.sum += other.sum
        self.days |= other.days

    def add(self, amount: int, day: date, records: int) -> None:
        """Add one transaction of so many records."""
        # Reversals (types 18 and 20) are added like payments, as the manual says. A credit (sign
        # '-') is subtracted: the manual that we have is silent on it, but the one file with such
        # lines that we have seen, a sample of another project, adds up this way, to the øre, in
        # both of its end records. The field has no sign, so a sum below zero is neither written
        # nor accepted: what a bank would write there is not known, and must not be guessed.
        self.transactions += 1
        self.sum += amount
        self.records += records
        self.days.add(day)

    def verify(self, line_no: int, transactions: str, records: str, total: str = "0") -> None:
        """Raise FormatError unless an end record says what was found; ``total`` is øre."""
        agree(line_no, _TRANSACTIONS, found=self.transactions, said=int(transactions))
        agree(line_no, _RECORDS, found=self.records, said=int(records))
        agree(line_no, _SUM, found=self.sum, said=int(total))

    def verify_days(self, line_no: int, earliest: str, latest: str | None = None) -> None:
        """Raise FormatError unless an end record (DDMMYY) names the first day and the last."""
        if self.days:
            agree(line_no, _EARLIEST, found=min(self.days), said=day_ddmmyy(line_no, earliest))
        if self.days and latest is not None:
            agree(line_no, _LATEST, found=max(self.days), said=day_ddmmyy(line_no, latest))


def ddmmyy(day: date) -> str:
    """Return the day as the records of this bank write it."""
    return f"{day:%d%m%y}"
