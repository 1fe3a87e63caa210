"""What is found in a file from Bankgirot, and the checks that its records share."""

from dataclasses import dataclass, field
from datetime import date

from invoices.errors import N_, FormatError
from payments.formats.base import ClaimAnswer, Keys, MandateAnswer, Parsed, Payment
from payments.formats.reasons import REASONS

NAME = "autogiro"

UNKNOWN_CODE = N_(
    "The code “{found}” of the record “{record}” is not known. Tell us before the file is used."
)
WRONG_RECORD = N_(
    "A record of the kind {found} cannot stand here. Ask the bank for the file again."
)
COUNT = N_(
    "The end record says {said} records, but {found} were found. Ask the bank for the file again."
)
_NO_PAYEE = N_("“{found}” is not a bankgiro number. Ask the bank for the file again.")
_NO_PAYER = N_("“{found}” is not a payer number. Ask the bank for the file again.")


@dataclass(slots=True)
class Found:
    """Collects what a file holds; ``account`` is the payee of its opening, where it has one."""

    account: str
    keys: Keys = field(default_factory=lambda: Keys(NAME))
    payments: list[Payment] = field(default_factory=list)
    accounts: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    mandates: list[MandateAnswer] = field(default_factory=list)
    claims: list[ClaimAnswer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accounts[self.account] = None

    def payee(self, line_no: int, text: str) -> str:
        """Return a record's bankgiro number without leading zeros, and remember it."""
        account = bankgiro(line_no, text)
        self.accounts[account] = None
        return account

    def result(self) -> Parsed:
        """Return the file as the house knows files."""
        return Parsed(
            NAME,
            tuple(self.payments),
            tuple(self.accounts),
            tuple(self.notes),
            mandate_answers=tuple(self.mandates),
            claim_answers=tuple(self.claims),
        )


def bankgiro(line_no: int, text: str) -> str:
    """Return the number without leading zeros, 7 or 8 digits; raise FormatError for others."""
    number = text.strip().lstrip("0")
    if not (number.isascii() and number.isdigit() and 7 <= len(number) <= 8):
        raise FormatError(line_no, _NO_PAYEE, found=text.strip())
    return number


def payer(line_no: int, text: str) -> str:
    """Return the payer number without leading zeros; raise FormatError where there is none."""
    number = text.strip().lstrip("0")
    if not (number.isascii() and number.isdigit()):
        raise FormatError(line_no, _NO_PAYER, found=text.strip())
    return number


def reason(line_no: int, record: str, family: str, code: str) -> str:
    """Return the key of a code in REASONS; raise FormatError for a code nobody knows."""
    key = f"{family}.{code}"
    if key not in REASONS:
        raise FormatError(line_no, UNKNOWN_CODE, found=code, record=record)
    return key


def day_or_none(text: str) -> date | None:
    """Return the day written YYYYMMDD, None for anything else: answers repeat wrong days too."""
    text = text.strip()
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
