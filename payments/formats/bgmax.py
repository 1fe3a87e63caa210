"""BgMax: payments to a Swedish bankgiro or plusgiro number, read and written.

Layout: Bankgiro Inbetalningar, technical manual (Bankgirot). A file holds sections of one payee
number and currency; each section ends with the deposit that put its sum on the account.
Amounts are öre, or cents where the section is in EUR.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from invoices.errors import N_, FormatError
from payments.formats.base import Format, Keys, Kind, Parsed, Part, Payment, agree
from payments.formats.bgmax_records import (
    DEDUCTION,
    DEPOSIT,
    END,
    MINUS_REFERENCE,
    NAMES,
    OPENING,
    PAYMENT,
    REFERENCE,
    SECTION,
    TEXT,
)
from payments.formats.fixed_width import day_yyyymmdd, read_lines, write_lines

NAME = "bgmax"
VERSION = "01"

# The two codes that mean Bankgirot found the reference to be right: nothing can be missing.
FOUND_RIGHT = frozenset({"2", "4"})

_DEPOSIT_SUM = N_(
    "The deposit record says {said} öre, but its payments add up to {found} öre. "
    "Ask the bank for the file again."
)
_DEPOSIT_COUNT = N_(
    "The deposit record says {said} payments, but {found} were found. "
    "Ask the bank for the file again."
)
_CURRENCY = N_(
    "The deposit is in {said}, but its section is in {found}. Ask the bank for the file again."
)
_NO_CURRENCY = N_("“{found}” is not a currency. Ask the bank for the file again.")
_END_COUNT = {
    "20": N_(
        "The end record says {said} payments, but {found} were found. "
        "Ask the bank for the file again."
    ),
    "21": N_(
        "The end record says {said} deductions, but {found} were found. "
        "Ask the bank for the file again."
    ),
    "22": N_(
        "The end record says {said} extra references, but {found} were found. "
        "Ask the bank for the file again."
    ),
    "15": N_(
        "The end record says {said} deposits, but {found} were found. "
        "Ask the bank for the file again."
    ),
}
_CUT_OFF = N_("The file ends before its end record (70). Ask the bank for the file again.")
_GOES_ON = N_("The file goes on after its end record (70). Ask the bank for the file again.")
_VERSION = N_("This is version {found} of BgMax; only version 01 can be read. Tell us about it.")
_NO_RECORD = N_(
    "A record begins with two digits, this line begins with “{found}”. "
    "Ask the bank for the file again."
)
_OUT_OF_PLACE = N_(
    "A record of the kind {found} cannot stand here. Ask the bank for the file again."
)
_NO_PAYEE = N_(
    "“{found}” is neither a bankgiro nor a plusgiro number. Ask the bank for the file again."
)


@dataclass(frozen=True, slots=True)
class BgPayment:
    """A payment to write; a negative ``amount_minor`` makes it a deduction (21)."""

    amount_minor: int
    reference: str = ""
    parts: tuple[Part, ...] = ()
    texts: tuple[str, ...] = ()  # up to 50 characters each
    payer: str = ""  # bankgiro number
    payer_name: str = ""
    reference_code: str = "2"
    channel: str = "1"
    serial: int = 0


@dataclass(frozen=True, slots=True)
class BgSection:
    """The payments of one deposit."""

    bankgiro: str
    booked_on: date
    payments: tuple[BgPayment, ...]
    serial: int = 1
    currency: str = "SEK"
    account: str = ""  # the bank account the money was put on
    plusgiro: str = ""  # instead of a bankgiro number


@dataclass(frozen=True, slots=True)
class BgMaxFile:
    """A file to write."""

    written_at: datetime
    sections: tuple[BgSection, ...]
    test: bool = False


@dataclass(slots=True)
class _Draft:
    """A payment whose extra references, texts and booking day are still to come."""

    line_no: int
    sign: int
    amount: int
    reference: str
    goes_on: bool  # the reference filled its field, so a text may be the rest of it
    payer: str
    code: str
    serial: str
    parts: list[Part] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    name: str = ""

    def finished(
        self, keys: Keys, account: str, currency: str, deposit: tuple[str, date]
    ) -> Payment:
        serial, booked_on = deposit
        amount = self.sign * self.amount
        identity = (booked_on.isoformat(), serial, self.serial, str(amount), self.reference)
        return Payment(
            line_no=self.line_no,
            key=keys.of(account, currency, *identity),
            account=account,
            amount_minor=amount,
            currency=currency,
            booked_on=booked_on,
            reference=self.reference,
            parts=tuple(self.parts),
            text=" ".join(self.texts),
            payer_name=self.name,
            payer_account=self.payer,
            kind=Kind.PAYMENT if self.sign > 0 else Kind.DEDUCTION,
            code=self.code,
        )


class _Reader:
    """Takes one record after the other; each kind has its method."""

    def __init__(self) -> None:
        self.keys = Keys(NAME)
        self.payments: list[Payment] = []
        self.accounts: dict[str, None] = {}
        self.notes: list[str] = []
        self.unknown: dict[str, list[int]] = {}
        self.counts = {"20": 0, "21": 0, "22": 0, "15": 0}
        self.section: tuple[str, str] | None = None  # payee number, currency
        self.drafts: list[_Draft] = []
        self.ended = False
        self.readers: dict[str, Callable[[int, str], None]] = {
            "05": self.open_section,
            "20": self.payment,
            "21": self.payment,
            "22": self.reference,
            "23": self.reference,
            "25": self.text,
            "26": self.name,
            # Address and organisation number: nobody matches by them, so they are not kept.
            "27": self.address,
            "28": self.address,
            "29": self.address,
            "15": self.deposit,
            "70": self.end,
        }

    def take(self, line_no: int, line: str) -> None:
        mark = line[:2]
        if self.ended:
            raise FormatError(line_no, _GOES_ON)
        if not (mark.isascii() and mark.isdigit()):
            raise FormatError(line_no, _NO_RECORD, found=mark)
        read = self.readers.get(mark)
        if mark == "01":
            raise FormatError(line_no, _OUT_OF_PLACE, found=mark)
        if read is None:
            self.unknown.setdefault(mark, []).append(line_no)
        else:
            read(line_no, line)

    def opening(self, line_no: int, line: str) -> None:
        version, _, test = OPENING.read(line_no, line)
        if version != VERSION:
            raise FormatError(line_no, _VERSION, found=version)
        if test == "T":
            self.notes.append("The file is marked as a test file.")

    def open_section(self, line_no: int, line: str) -> None:
        if self.section is not None:
            raise FormatError(line_no, _OUT_OF_PLACE, found="05")
        bankgiro, plusgiro, currency = SECTION.read(line_no, line)
        account = _payee(line_no, bankgiro, plusgiro)
        if not (currency.isascii() and currency.isalpha() and currency.isupper()):
            raise FormatError(line_no, _NO_CURRENCY, found=currency)
        self.accounts[account] = None
        self.section = (account, currency)

    def payment(self, line_no: int, line: str) -> None:
        if self.section is None:
            raise FormatError(line_no, _OUT_OF_PLACE, found=line[:2])
        layout = PAYMENT if line.startswith("20") else DEDUCTION
        payer, reference, amount, code, channel, serial, *_ = layout.read(line_no, line)
        self.counts[line[:2]] += 1
        self.drafts.append(
            _Draft(
                line_no=line_no,
                sign=1 if layout is PAYMENT else -1,
                amount=int(amount),
                reference=reference.strip(),
                goes_on=reference[-1] != " " and code not in FOUND_RIGHT,
                payer=payer.strip().lstrip("0"),
                code=f"{code}{channel}".strip(),
                serial=serial.strip(),
            )
        )

    def latest(self, line_no: int, line: str) -> _Draft:
        if not self.drafts:
            raise FormatError(line_no, _OUT_OF_PLACE, found=line[:2])
        return self.drafts[-1]

    def reference(self, line_no: int, line: str) -> None:
        layout, sign = (REFERENCE, 1) if line.startswith("22") else (MINUS_REFERENCE, -1)
        _, reference, amount, *_ = layout.read(line_no, line)
        part = Part(reference.strip(), sign * int(amount) or None)
        self.latest(line_no, line).parts.append(part)
        self.counts["22"] += 1

    def text(self, line_no: int, line: str) -> None:
        draft = self.latest(line_no, line)
        (text,) = TEXT.read(line_no, line)
        if draft.goes_on and not text.startswith(" "):
            # Seen in a real file: "faktura 146048 kund nr 88" and then a text record "49".
            draft.reference += text.rstrip()
        else:
            draft.texts.append(text.strip())
        draft.goes_on = False

    def name(self, line_no: int, line: str) -> None:
        name, extra_name = NAMES.read(line_no, line)
        self.latest(line_no, line).name = name.strip() or extra_name.strip()

    def address(self, line_no: int, line: str) -> None:
        self.latest(line_no, line)

    def deposit(self, line_no: int, line: str) -> None:
        if self.section is None:
            raise FormatError(line_no, _OUT_OF_PLACE, found="15")
        account, currency = self.section
        _, booked, serial, total, said_currency, count, _ = DEPOSIT.read(line_no, line)
        found = sum(draft.sign * draft.amount for draft in self.drafts)
        agree(line_no, _DEPOSIT_SUM, found=found, said=int(total))
        agree(line_no, _DEPOSIT_COUNT, found=len(self.drafts), said=int(count))
        agree(line_no, _CURRENCY, found=currency, said=said_currency)
        deposit = (serial, day_yyyymmdd(line_no, booked))
        self.payments += (
            draft.finished(self.keys, account, currency, deposit) for draft in self.drafts
        )
        self.counts["15"] += 1
        self.section, self.drafts = None, []

    def end(self, line_no: int, line: str) -> None:
        if self.section is not None:
            raise FormatError(line_no, _OUT_OF_PLACE, found="70")
        said = END.read(line_no, line)
        for (mark, found), figure in zip(self.counts.items(), said, strict=True):
            agree(line_no, _END_COUNT[mark], found=found, said=int(figure))
        self.ended = True

    def result(self) -> Parsed:
        for mark, numbers in self.unknown.items():
            self.notes.append(
                f"{len(numbers)} records of the unknown kind {mark} were left out, "
                f"the first on line {numbers[0]}."
            )
        return Parsed(NAME, tuple(self.payments), tuple(self.accounts), tuple(self.notes))


def _payee(line_no: int, bankgiro: str, plusgiro: str) -> str:
    """Return the number without leading zeros: bankgiro 7-8 digits, else plusgiro 2-8."""
    for found, shortest in ((bankgiro, 7), (plusgiro, 2)):
        number = found.strip().lstrip("0")
        if number:
            if number.isascii() and number.isdigit() and shortest <= len(number) <= 8:
                return number
            raise FormatError(line_no, _NO_PAYEE, found=found.strip())
    raise FormatError(line_no, _NO_PAYEE, found=bankgiro.strip())


def recognises(raw: bytes) -> bool:
    """Tell whether this is a BgMax file."""
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"01BGMAX")


def parse(raw: bytes) -> Parsed:
    """Return the payments of a BgMax file, deposit and end totals verified.

    Amounts are öre (or cents, see currency); record 21 makes a negative deduction; records 22
    and 23 become parts, with None where the file gives no amount. Unknown kinds of records are
    noted. Raises FormatError with the line. Source: Bankgiro Inbetalningar, technical manual.
    """
    reader = _Reader()
    lines = read_lines(raw)
    if not lines:
        raise FormatError(None, _CUT_OFF)
    reader.opening(*lines[0])
    for line_no, line in lines[1:]:
        reader.take(line_no, line)
    if not reader.ended:
        raise FormatError(lines[-1][0], _CUT_OFF)
    return reader.result()


def write(file: BgMaxFile) -> bytes:
    """Return the file as Bankgirot sends it, all totals computed.

    Raises ValueError where a value does not fit. Source: as parse().
    """
    written_at = f"{file.written_at:%Y%m%d%H%M%S%f}"
    lines = [OPENING.write(version=VERSION, written_at=written_at, test="T" if file.test else "P")]
    for section in file.sections:
        lines.append(
            SECTION.write(
                bankgiro=section.bankgiro.rjust(10, "0") if section.bankgiro else "",
                plusgiro=section.plusgiro.rjust(10, "0") if section.plusgiro else "",
                currency=section.currency,
            )
        )
        for payment in section.payments:
            lines += _write_payment(payment)
        lines.append(
            DEPOSIT.write(
                account=section.account or 0,
                booked=f"{section.booked_on:%Y%m%d}",
                serial=section.serial,
                sum=sum(payment.amount_minor for payment in section.payments),
                currency=section.currency,
                count=len(section.payments),
                type="",
            )
        )
    counts = [
        sum(line.startswith(marks) for line in lines) for marks in ("20", "21", ("22", "23"), "15")
    ]
    lines.append(
        END.write(
            payments=counts[0], deductions=counts[1], references=counts[2], deposits=counts[3]
        )
    )
    return write_lines(lines)


def _write_payment(payment: BgPayment) -> list[str]:
    same = {
        "payer": payment.payer.rjust(10, "0"),
        "reference_code": payment.reference_code,
        "channel": payment.channel,
        "serial": f"{payment.serial:012d}",
        "image": "0",
    }
    layout = PAYMENT if payment.amount_minor >= 0 else DEDUCTION
    lines = [
        layout.write(
            **same,
            reference=payment.reference,
            amount=abs(payment.amount_minor),
            deduction_code="" if layout is PAYMENT else "1",
        )
    ]
    for part in payment.parts:
        amount = part.amount_minor or 0
        layout = REFERENCE if amount >= 0 else MINUS_REFERENCE
        lines.append(
            layout.write(**same, reference=part.reference, amount=abs(amount), deduction_code="")
        )
    lines += [TEXT.write(text=text) for text in payment.texts]
    if payment.payer_name:
        lines.append(NAMES.write(name=payment.payer_name, extra_name=""))
    return lines


FORMAT = Format(NAME, recognises, parse)
