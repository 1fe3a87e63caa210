"""OCR giro: settled payments from Mastercard Payment Services (Norway), read and written.

Layouts: "OCR giro system manual" and "System specification AvtaleGiro" v3.3 of Mastercard
Payment Services (the former Nets). A transmission holds assignments; each assignment holds the
payments to one account. Amounts are øre.
"""

from dataclasses import dataclass
from datetime import date

from invoices.errors import N_, FormatError
from payments.formats.avtalegiro_register import Register, read_register, write_register
from payments.formats.base import Format, Keys, Kind, MandateAnswer, Parsed, Payment
from payments.formats.fixed_width import Lines, day_ddmmyy, write_lines
from payments.formats.nets import NETS, Tally, ddmmyy
from payments.formats.ocrgiro_records import (
    AMOUNT_1,
    AMOUNT_2,
    AMOUNT_3,
    END_ASSIGNMENT,
    END_TRANSMISSION,
    START_ASSIGNMENT,
    START_TRANSMISSION,
)

NAME = "ocrgiro"
TYPES = frozenset(str(number) for number in range(10, 22))
REVERSALS = frozenset({"18", "20"})  # a purchase taken back, with KID and with text
WITH_TEXT = frozenset({"20", "21"})  # the only types that have an amount item 3

_NOT_INCOMING = N_(
    "An assignment with payments or mandates was expected, but the line begins “{found}”. "
    "Only files from the bank can be received here."
)
_UNKNOWN_TYPE = N_("The transaction type {found} is not known. Tell us before the file is used.")
_UNKNOWN_SIGN = N_(
    "Column 32 holds “{found}”, but it should say 0 or -. Ask the bank for the file again."
)
_TORN = N_("This record does not belong to the payment before it. Ask the bank for the file again.")


@dataclass(frozen=True, slots=True)
class OcrPayment:
    """A payment to write. ``amount_minor`` is what the record shows: never negative."""

    amount_minor: int
    booked_on: date
    kid: str = ""
    type_code: str = "10"
    minus: bool = False  # the sign column
    text: str = ""  # types 20 and 21 only
    payer_account: str = ""
    archive_ref: int = 0


@dataclass(frozen=True, slots=True)
class OcrAssignment:
    """The payments to one account."""

    account: str
    number: int
    payments: tuple[OcrPayment, ...]
    agreement: int = 0


@dataclass(frozen=True, slots=True)
class OcrFile:
    """A transmission to write."""

    number: int
    written_on: date
    assignments: tuple[OcrAssignment, ...]
    receiver: int = 0
    registers: tuple[Register, ...] = ()


class _Reader(Lines):
    """Walks through the records of one transmission and collects its payments."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw)
        self.transmission_no = ""
        self.keys = Keys(NAME)
        self.payments: list[Payment] = []
        self.accounts: dict[str, None] = {}
        self.mandates: list[MandateAnswer] = []
        self.notes: list[str] = []

    def transmission(self) -> None:
        _, self.transmission_no, _ = START_TRANSMISSION.read(*self.take())
        tally = Tally()
        while True:
            line_no, line = self.take()
            if line.startswith("NY000089"):
                break
            if line.startswith("NY090020"):
                tally.include(self.assignment(line_no, line))
            elif line.startswith("NY212420"):
                tally.include(self.register(line_no, line))
            else:
                raise FormatError(line_no, _NOT_INCOMING, found=line[:8])
        transactions, records, said, written = END_TRANSMISSION.read(line_no, line)
        tally.verify(line_no, transactions, records, said)
        day_ddmmyy(line_no, written)
        self.finish()

    def assignment(self, line_no: int, line: str) -> Tally:
        _, assignment_no, account = START_ASSIGNMENT.read(line_no, line)
        self.accounts[account] = None
        tally = Tally()
        while True:
            line_no, line = self.take()
            if line.startswith("NY090088"):
                break
            self.payment(line_no, line, assignment_no, account, tally)
        transactions, records, said, settled, *days = END_ASSIGNMENT.read(line_no, line)
        tally.verify(line_no, transactions, records, said)
        day_ddmmyy(line_no, settled)
        tally.verify_days(line_no, *days)
        return tally

    def payment(
        self, line_no: int, line: str, assignment_no: str, account: str, tally: Tally
    ) -> None:
        code, number, booked, _, sign, amount, kid = AMOUNT_1.read(line_no, line)
        if code not in TYPES:
            raise FormatError(line_no, _UNKNOWN_TYPE, found=code)
        if sign not in ("0", "-"):
            raise FormatError(line_no, _UNKNOWN_SIGN, found=sign)
        second_no, second = self.take()
        same_code, same_number, _, _, _, debit = AMOUNT_2.read(second_no, second)
        if (same_code, same_number) != (code, number):
            raise FormatError(second_no, _TORN)
        text = self.text(code, number)
        booked_on = day_ddmmyy(line_no, booked)
        reversal = sign == "-" or code in REVERSALS
        tally.add(-int(amount) if sign == "-" else int(amount), booked_on, 2 if text is None else 3)
        key = self.keys.of(
            account, self.transmission_no, assignment_no, number, booked, sign, amount, kid
        )
        self.payments.append(
            Payment(
                line_no=line_no,
                key=key,
                account=account,
                amount_minor=-int(amount) if reversal else int(amount),
                currency="NOK",
                booked_on=booked_on,
                reference=kid.strip(),
                parts=(),
                text=text or "",
                payer_name="",
                payer_account=debit if debit.strip("0") else "",
                kind=Kind.REVERSAL if reversal else Kind.PAYMENT,
                code=code,
            )
        )

    def text(self, code: str, number: str) -> str | None:
        """Return the free text of the payment, None if it has no amount item 3."""
        if self.peek()[6:8] != "32":
            return None
        line_no, line = self.take()
        same_code, same_number, text = AMOUNT_3.read(line_no, line)
        if (same_code, same_number) != (code, number) or code not in WITH_TEXT:
            raise FormatError(line_no, _TORN)
        return text.strip()

    def register(self, line_no: int, line: str) -> Tally:
        account, tally, answers = read_register(self, line_no, line)
        self.accounts[account] = None
        self.mandates += answers
        if not answers:  # whether it is a listing, which would end all of them, it cannot say
            self.notes.append(f"The register of mandates for account {account} is empty.")
        return tally


def recognises(raw: bytes) -> bool:
    """Tell whether this is a transmission in the format of Mastercard Payment Services."""
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"NY000010")


def parse(raw: bytes) -> Parsed:
    """Return the payments of a transmission, all totals of both levels verified.

    Amounts are øre; '-' in the sign column and types 18 and 20 make a negative reversal. In the
    totals only '-' is subtracted; a sum below zero agrees with no end record and is refused.
    Registers of AvtaleGiro mandates (service 21, type 24) become mandate_answers. Raises
    FormatError with the line. Source: "OCR giro system manual", Mastercard Payment Services.
    """
    reader = _Reader(raw)
    reader.transmission()
    return Parsed(
        NAME,
        tuple(reader.payments),
        tuple(reader.accounts),
        tuple(reader.notes),
        mandate_answers=tuple(reader.mandates),
    )


def write(file: OcrFile) -> bytes:
    """Return the transmission as the bank sends it, all totals computed.

    Raises ValueError where a value does not fit, and where a sum would be below zero. Source: as
    parse().
    """
    lines = [
        START_TRANSMISSION.write(sender=NETS, transmission_no=file.number, receiver=file.receiver)
    ]
    total = Tally()
    for assignment in file.assignments:
        total.include(_write_assignment(assignment, file.written_on, lines))
    for register in file.registers:
        total.include(write_register(register, lines))
    lines.append(
        END_TRANSMISSION.write(
            transactions=total.transactions,
            records=total.records,
            sum=total.sum,
            written=ddmmyy(file.written_on),
        )
    )
    return write_lines(lines)


def _write_assignment(assignment: OcrAssignment, written_on: date, lines: list[str]) -> Tally:
    lines.append(
        START_ASSIGNMENT.write(
            agreement=assignment.agreement,
            assignment_no=assignment.number,
            account=assignment.account,
        )
    )
    tally = Tally()
    for number, payment in enumerate(assignment.payments, 1):
        records = _write_payment(payment, number)
        signed = -payment.amount_minor if payment.minus else payment.amount_minor
        tally.add(signed, payment.booked_on, len(records))
        lines += records
    lines.append(
        END_ASSIGNMENT.write(
            transactions=tally.transactions,
            records=tally.records,
            sum=tally.sum,
            settled=ddmmyy(written_on),
            earliest=ddmmyy(min(tally.days, default=written_on)),
            latest=ddmmyy(max(tally.days, default=written_on)),
        )
    )
    return tally


def _write_payment(payment: OcrPayment, number: int) -> list[str]:
    if payment.type_code not in TYPES or (payment.text and payment.type_code not in WITH_TEXT):
        raise ValueError(f"type {payment.type_code} does not exist or takes no text")
    same: dict[str, int | str] = {"type_code": payment.type_code, "transaction_no": number}
    day = ddmmyy(payment.booked_on)
    lines = [
        AMOUNT_1.write(
            **same,
            booked=day,
            settlement=f"00{day[:2]}{1:06d}",
            sign="-" if payment.minus else "0",
            amount=payment.amount_minor,
            kid=payment.kid,
        ),
        AMOUNT_2.write(
            **same,
            form_no="0" * 10,
            archive_ref=f"{payment.archive_ref:09d}",
            bank_date=day,
            debit_account=payment.payer_account or 0,
        ),
    ]
    if payment.type_code in WITH_TEXT:
        lines.append(AMOUNT_3.write(**same, text=payment.text))
    return lines


FORMAT = Format(NAME, recognises, parse)
