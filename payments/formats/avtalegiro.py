"""AvtaleGiro: claims and cancellations for Mastercard Payment Services (Norway).

    write(ClaimFile(sender, number, (ClaimAssignment(account, number, claims), ...))) -> Outgoing
    read(raw) -> ClaimFile                                  the bank's side: tests and simulator

The caller keeps the series: a transmission number is used once by a sender, an assignment number
once by an agreement in 12 months and a day. Within an assignment the claims are numbered 1, 2, ...
in their order, and lists of rejected claims name these numbers. Nothing is answered by file but
what ocrgiro.parse() reads: money of type 15 (a Payment), and the register of mandates
(mandate_answers). The rejection list L00202 is not read: its columns are not public. A claim
that no money has answered two banking days after it was due counts as unpaid.

Layout: "System specification AvtaleGiro" v3.3, Mastercard Payment Services. Amounts are øre.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from invoices.errors import N_, FormatError
from payments.formats.avtalegiro_records import (
    AMOUNT_1,
    AMOUNT_2,
    END_CANCELLATIONS,
    END_CLAIMS,
    END_TRANSMISSION,
    SPECIFICATION,
    START_CANCELLATIONS,
    START_CLAIMS,
)
from payments.formats.avtalegiro_register import KID, NO_KID
from payments.formats.base import Outgoing
from payments.formats.fixed_width import Lines, day_ddmmyy, write_lines
from payments.formats.letters import latin
from payments.formats.nets import NETS, Tally, ddmmyy
from payments.formats.ocrgiro_records import START_TRANSMISSION

NAME_WIDTH, COLUMN, MOST_LINES = 10, 40, 42
PAYEE_NOTIFIES, BANK_NOTIFIES, CANCELS = "02", "21", "93"

_NOT_CLAIMS = N_(
    "An assignment with claims or cancellations was expected, but the line begins “{found}”."
)
_WRONG_TYPE = N_("A transaction of the type {found} cannot stand in this assignment.")
_OUT_OF_ORDER = N_("The transaction number {found} does not come after {said}.")
_TORN = N_("This record does not belong to the claim before it.")
_NO_LINE = N_("There is no line {line} or no column {column} in a specification.")
_NO_AMOUNT = N_("A claim has an amount.")


@dataclass(frozen=True, slots=True)
class Claim:
    """A draw to ask for, or to cancel: a cancellation repeats the claim that was sent.

    ``payer_name`` is cut at 10 characters; texts are written as latin() makes them. ``lines`` is
    what the bank's notice says, at most 42 lines of 80 characters, and only where the bank
    notifies; lines are cut at 80.
    """

    amount_minor: int
    due_on: date
    kid: str
    payer_name: str = ""
    external_ref: str = ""  # at most 25 characters; the payer's statement shows it
    bank_notifies: bool = False
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimAssignment:
    """Claims on one payee account, or cancellations of such claims."""

    account: str
    number: int
    claims: tuple[Claim, ...]
    cancels: bool = False


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """A transmission; ``sender`` is the customer unit that the bank knows us by."""

    sender: int
    number: int
    assignments: tuple[ClaimAssignment, ...]


def write(file: ClaimFile) -> Outgoing:
    """Return the transmission: ISO-8859-1, CRLF, all totals computed.

    Raises ValueError where a value does not fit its field, for a KID that is none, an amount
    that is not above zero, too many lines, and where there is nothing to write: the bank would
    refuse the assignment, or the whole transmission. Source: see the module.
    """
    if not file.assignments:
        raise ValueError("a transmission without assignments")
    total = Tally()
    lines = [
        START_TRANSMISSION.write(sender=file.sender, transmission_no=file.number, receiver=NETS)
    ]
    for assignment in file.assignments:
        total.include(_write_assignment(assignment, lines))
    first, last = min(total.days), max(total.days)
    lines.append(
        END_TRANSMISSION.write(
            transactions=total.transactions,
            records=total.records,
            sum=total.sum,
            first_due=ddmmyy(first),
        )
    )
    return Outgoing(write_lines(lines), total.transactions, total.sum, first, last)


def _write_assignment(assignment: ClaimAssignment, lines: list[str]) -> Tally:
    if not assignment.claims:
        raise ValueError("an assignment without claims")
    start, end = (
        (START_CANCELLATIONS, END_CANCELLATIONS)
        if assignment.cancels
        else (START_CLAIMS, END_CLAIMS)
    )
    lines.append(start.write(assignment_no=assignment.number, account=assignment.account))
    tally = Tally()
    for number, claim in enumerate(assignment.claims, 1):
        records = list(_write_claim(claim, number, assignment.cancels))
        tally.add(claim.amount_minor, claim.due_on, len(records))
        lines += records
    lines.append(
        end.write(
            transactions=tally.transactions,
            records=tally.records,
            sum=tally.sum,
            first_due=ddmmyy(min(tally.days)),
            last_due=ddmmyy(max(tally.days)),
        )
    )
    return tally


def _write_claim(claim: Claim, number: int, cancels: bool) -> Iterator[str]:
    if not KID.fullmatch(claim.kid):
        raise ValueError(f"{claim.kid!r} is not a KID")
    if claim.amount_minor <= 0:
        raise ValueError("a claim has an amount")
    if len(claim.lines) > MOST_LINES:
        raise ValueError(f"a specification has at most {MOST_LINES} lines")
    if claim.lines and not claim.bank_notifies:
        raise ValueError("the bank writes out a specification only where it notifies the payer")
    notifies = BANK_NOTIFIES if claim.bank_notifies else PAYEE_NOTIFIES
    code = CANCELS if cancels else notifies
    yield AMOUNT_1.write(
        type_code=code,
        transaction_no=number,
        due=ddmmyy(claim.due_on),
        unused="",
        amount=claim.amount_minor,
        kid=claim.kid,
    )
    yield AMOUNT_2.write(
        type_code=code,
        transaction_no=number,
        payer_name=latin(claim.payer_name)[:NAME_WIDTH],
        unused="",
        external_ref=latin(claim.external_ref),
    )
    for line, text in enumerate([] if cancels else map(latin, claim.lines), 1):
        for column, half in ((1, text[:COLUMN]), (2, text[COLUMN : 2 * COLUMN])):
            if half.strip():
                yield SPECIFICATION.write(
                    transaction_no=number, line=line, column=column, text=half
                )


class _Reader(Lines):
    """Walks through the records of one transmission of claims."""

    def transmission(self) -> ClaimFile:
        sender, number, _ = START_TRANSMISSION.read(*self.take())
        assignments, total = [], Tally()
        while True:
            line_no, line = self.take()
            if line.startswith("NY000089"):
                break
            if not line.startswith(("NY210020", "NY213620")):
                raise FormatError(line_no, _NOT_CLAIMS, found=line[:8])
            assignment, tally = self.assignment(line_no, line)
            assignments.append(assignment)
            total.include(tally)
        transactions, records, said, first = END_TRANSMISSION.read(line_no, line)
        total.verify(line_no, transactions, records, said)
        total.verify_days(line_no, first)
        self.finish()
        return ClaimFile(int(sender), int(number), tuple(assignments))

    def assignment(self, line_no: int, line: str) -> tuple[ClaimAssignment, Tally]:
        cancels = line.startswith("NY213620")
        start, end, end_mark = (
            (START_CANCELLATIONS, END_CANCELLATIONS, "NY213688")
            if cancels
            else (START_CLAIMS, END_CLAIMS, "NY210088")
        )
        assignment_no, account = start.read(line_no, line)
        types = (CANCELS,) if cancels else (PAYEE_NOTIFIES, BANK_NOTIFIES)
        claims: list[Claim] = []
        tally, latest = Tally(), 0
        while True:
            line_no, line = self.take()
            if line.startswith(end_mark):
                break
            latest = self.claim(line_no, line, types, latest, claims, tally)
        transactions, records, said, *days = end.read(line_no, line)
        tally.verify(line_no, transactions, records, said)
        tally.verify_days(line_no, *days)
        return ClaimAssignment(account, int(assignment_no), tuple(claims), cancels), tally

    def claim(
        self,
        line_no: int,
        line: str,
        types: tuple[str, ...],
        latest: int,
        claims: list[Claim],
        tally: Tally,
    ) -> int:
        """Read one claim, return its number, which must come after the latest."""
        code, number, due, _, amount, kid = AMOUNT_1.read(line_no, line)
        if code not in types:
            raise FormatError(line_no, _WRONG_TYPE, found=code)
        if int(number) <= latest:
            raise FormatError(line_no, _OUT_OF_ORDER, found=int(number), said=latest)
        if not KID.fullmatch(kid.strip()):
            raise FormatError(line_no, NO_KID, found=kid.strip())
        if not int(amount):
            raise FormatError(line_no, _NO_AMOUNT)
        second_no, second = self.take()
        same_code, same_number, name, _, reference = AMOUNT_2.read(second_no, second)
        if (same_code, same_number) != (code, number):
            raise FormatError(second_no, _TORN)
        records, lines = self.specification(code, number)
        claim = Claim(
            amount_minor=int(amount),
            due_on=day_ddmmyy(line_no, due),
            kid=kid.strip(),
            payer_name=name.rstrip(),
            external_ref=reference.rstrip(),
            bank_notifies=code == BANK_NOTIFIES,
            lines=lines,
        )
        claims.append(claim)
        tally.add(claim.amount_minor, claim.due_on, 2 + records)
        return int(number)

    def specification(self, code: str, number: str) -> tuple[int, tuple[str, ...]]:
        """Return how many records the specification has, and its lines."""
        halves: dict[tuple[int, int], str] = {}
        records = 0
        while self.peek()[6:8] == "49":
            line_no, record = self.take()
            same_number, line, column, text = SPECIFICATION.read(line_no, record)
            at = (int(line), int(column))
            if same_number != number or code != BANK_NOTIFIES or at in halves:
                raise FormatError(line_no, _TORN)
            if not (1 <= at[0] <= MOST_LINES and at[1] in (1, 2)):
                raise FormatError(line_no, _NO_LINE, line=at[0], column=at[1])
            halves[at] = text
            records += 1
        last = max((line for line, _ in halves), default=0)
        blank = " " * COLUMN
        return records, tuple(
            "".join(halves.get((line, column), blank) for column in (1, 2)).rstrip()
            for line in range(1, last + 1)
        )


def read(raw: bytes) -> ClaimFile:
    """Return what a transmission asks for, all totals of both levels verified.

    Whether a cancelled claim was notified by the bank is not told by its record and reads False.
    Raises FormatError with the line. Source: see the module.
    """
    return _Reader(raw).transmission()
