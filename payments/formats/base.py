"""What every bank file becomes: payments in minor units, each with a key that outlives the file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from invoices.errors import FormatError


class Kind(StrEnum):
    """What a payment line is: money in, money taken back, or a credit note the payer used."""

    PAYMENT = "payment"
    REVERSAL = "reversal"
    DEDUCTION = "deduction"


@dataclass(frozen=True, slots=True)
class Part:
    """One of several references of one payment."""

    reference: str
    amount_minor: int | None  # None: the file does not say how much of the payment is meant


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as the bank reported it; nothing in it has been judged or corrected."""

    line_no: int  # 1-based, where it starts in the file
    key: str  # the same payment in another file has the same key, see Keys
    account: str  # payee: NO account, bankgiro or plusgiro as digits, or IBAN without spaces
    amount_minor: int  # negative for reversals and deductions
    currency: str
    booked_on: date
    reference: str  # as received, stripped; '' when none
    parts: tuple[Part, ...]  # further references; may repeat `reference`, with its amount
    text: str  # free text from the payer
    payer_name: str
    payer_account: str
    kind: Kind
    code: str  # the scheme's own type code


class MandateChange(StrEnum):
    """What a bank says of a mandate to draw money."""

    ACTIVE = "active"  # new, or changed: the notice flag may be another than before
    LISTED = "listed"  # part of a full listing: what the file does not list of the account is over
    ASKED = "asked"  # the payer asks for it in the internet bank; the payee answers
    EXISTS = "exists"  # our request was not needed: the bank has it, or is asking the payer
    REFUSED = "refused"  # what we asked for was not done
    PAUSED = "paused"  # the payer stopped it for a time
    ENDED = "ended"


class ClaimOutcome(StrEnum):
    """What a bank says of a claim, that is of one draw we asked for."""

    SETTLED = "settled"
    RETRYING = "retrying"  # not drawn, and the bank is not done with it: not final
    REJECTED = "rejected"  # not drawn, and it will not be
    REFUNDED = "refunded"  # was drawn, and the payer got the money back
    CANCELLED = "cancelled"
    MOVED = "moved"  # to ``moved_to``
    UNCHANGED = "unchanged"  # what we asked to cancel or move stands as it was


@dataclass(frozen=True, slots=True)
class MandateAnswer:
    """One line of a bank on a mandate; nothing in it has been judged.

    The payer is known by the KID (AvtaleGiro) or by the payer number (Autogiro), the other is ''.
    """

    line_no: int  # 1-based, where it starts in the file
    scheme: str  # 'avtalegiro' or 'autogiro'
    account: str  # payee, as in Payment
    what: MandateChange
    kid: str = ""
    payer_number: str = ""  # without leading zeros
    notice: bool | None = None  # the payer wants written notice; None: the scheme does not say
    payer_account: str = ""  # Autogiro: clearing number (4) and account (12) as digits
    payer_id_no: str = ""  # Autogiro: 12 digits
    payer_name: str = ""  # only where the payer asks
    reason: str = ""  # a key of reasons.REASONS; '' where the change says it all
    began: str = ""  # what the answer goes back to, a key of reasons.REASONS


@dataclass(frozen=True, slots=True)
class ClaimAnswer:
    """One line of a bank on a claim. Money that moved is a Payment of the same file besides."""

    line_no: int
    scheme: str
    account: str
    what: ClaimOutcome
    amount_minor: int  # never negative; 0 where the file says none
    due_on: date | None  # None: the file names no day, or one there is not
    kid: str = ""
    payer_number: str = ""  # '' too where the answer is for all payers
    reference: str = ""  # as received, stripped
    reason: str = ""  # a key of reasons.REASONS
    began: str = ""  # what the answer goes back to, a key of reasons.REASONS
    credit: bool = False  # money we paid out through the scheme, not a draw
    moved_to: date | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file for a bank, and what stands in it."""

    raw: bytes
    count: int  # orders: claims, cancellations, requests
    sum_minor: int  # of the amounts named, whether drawn or cancelled
    first_due: date | None
    last_due: date | None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole file, with all its control totals verified."""

    format: str
    payments: tuple[Payment, ...]
    accounts: tuple[str, ...]  # every payee account the file speaks about, in its order
    notes: tuple[str, ...]  # English: what was skipped and why
    mandate_answers: tuple[MandateAnswer, ...] = ()
    claim_answers: tuple[ClaimAnswer, ...] = ()

    @property
    def sum_minor(self) -> int:
        """Everything the file brings, in minor units, reversals and deductions taken off.

        A BgMax file may hold SEK and EUR; then this is a control figure and not a sum of money.
        """
        return sum(payment.amount_minor for payment in self.payments)


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: how its content is recognised and how it is read."""

    name: str
    recognises: Callable[[bytes], bool]
    parse: Callable[[bytes], Parsed]


class Keys:
    """Gives each payment of one file its key: sha256 in hex, then '#' and a running number.

    The number counts payments of the file that agree in everything; the first is '#1'. A file
    that is sent again, or a payment that a second file repeats, therefore gets the same key.
    """

    def __init__(self, scheme: str) -> None:
        self._scheme = scheme
        self._seen: dict[str, int] = {}

    def of(self, *identity: str) -> str:
        """Return the key of the payment that these values identify."""
        # 0x1f cannot occur in a value: the readers refuse control characters.
        digest = sha256("\x1f".join((self._scheme, *identity)).encode()).hexdigest()
        count = self._seen.get(digest, 0) + 1
        self._seen[digest] = count
        return f"{digest}#{count}"


def agree(line_no: int | None, template: str, *, found: object, said: object) -> None:
    """Raise FormatError with both figures unless a control total says what was found."""
    if found != said:
        raise FormatError(line_no, template, found=found, said=said)
