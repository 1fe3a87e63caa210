"""Draws as Bankgirot tells of them: settled, refunded, rejected, cancelled, moved. Amounts: öre."""

from dataclasses import dataclass, field
from datetime import date

from invoices.errors import N_, FormatError
from payments.formats.autogiro.answer_records import (
    CHANGED,
    DRAW,
    END_REJECTED,
    END_SPECIFICATION,
    END_SUMS,
    REFUND,
    REJECTED,
    SECTION,
)
from payments.formats.autogiro.found import (
    NAME,
    UNKNOWN_CODE,
    WRONG_RECORD,
    Found,
    day_or_none,
    payer,
    reason,
)
from payments.formats.base import ClaimAnswer, ClaimOutcome, Kind, Payment, agree
from payments.formats.fixed_width import Lines, day_yyyymmdd

DRAWN, PAID_OUT, REFUNDED = "82", "32", "77"
SECTIONS = {"15": DRAWN, "16": PAID_OUT, "17": REFUNDED}
_STATUSES = {
    "0": ClaimOutcome.SETTLED,
    "1": ClaimOutcome.REJECTED,
    "2": ClaimOutcome.REJECTED,
    "4": ClaimOutcome.RETRYING,
    "9": ClaimOutcome.RETRYING,
}
_CHANGES = {
    "12": ClaimOutcome.CANCELLED,
    "14": ClaimOutcome.MOVED,
    "18": ClaimOutcome.MOVED,
}
# A sum may end in a letter that stands for a digit and a minus; what counts is its size.
_OVERPUNCHED = str.maketrans("}åJKLMNOPQR", "00123456789")

_SECTION_SUM = N_(
    "The section's record says {said} öre, but its payments add up to {found} öre. "
    "Ask the bank for the file again."
)
_SECTION_COUNT = N_(
    "The section's record says {said} payments, but {found} were found. "
    "Ask the bank for the file again."
)
_TOTALS = N_(
    "The end record says “{said}”, but “{found}” was found. Ask the bank for the file again."
)
_CURRENCY = N_(
    "The section is in {found}, but Autogiro is in SEK. Ask the bank for the file again."
)
_NO_SUM = N_("“{found}” is not a sum. Ask the bank for the file again.")


@dataclass(slots=True)
class _Totals:
    """How many payments of a kind there are, and their sum."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SECTIONS.values(), 0))
    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SECTIONS.values(), 0))

    def add(self, kind: str, amount: int) -> None:
        self.counts[kind] += 1
        self.sums[kind] += amount


@dataclass(frozen=True, slots=True)
class _Deposit:
    """The section a payment stands in: when its money moved, and the section's number that day."""

    booked_on: date
    serial: str = ""


def read_specification(lines: Lines, found: Found) -> None:
    """Read sections (15, 16, 17) and their payments; only what was settled is in the totals."""
    totals, sections = _Totals(), dict.fromkeys(SECTIONS.values(), 0)
    line_no, line = lines.take()
    while not line.startswith("09"):
        mark, _, booked, serial, said_sum, currency, said_count = SECTION.read(line_no, line)
        if mark not in SECTIONS:
            raise FormatError(line_no, WRONG_RECORD, found=mark)
        if currency.strip() not in ("", "SEK"):
            raise FormatError(line_no, _CURRENCY, found=currency)
        kind = SECTIONS[mark]
        section_no, before = line_no, (totals.sums[kind], totals.counts[kind])
        deposit = _Deposit(day_yyyymmdd(line_no, booked), serial)
        line_no, line = lines.take()
        while line.startswith(kind):
            _payment(line_no, line, deposit, found, totals)
            line_no, line = lines.take()
        agree(section_no, _SECTION_SUM, found=totals.sums[kind] - before[0], said=int(said_sum))
        agree(
            section_no, _SECTION_COUNT, found=totals.counts[kind] - before[1], said=int(said_count)
        )
        sections[kind] += 1
    _, *said = END_SPECIFICATION.read(line_no, line)
    counted = [
        figure
        for kind in (DRAWN, PAID_OUT, REFUNDED)
        for figure in (sections[kind], totals.counts[kind])
    ]
    _agree_all(line_no, counted, [int(figure) for figure in said])
    _note_paid_out(found)


def read_old_payments(lines: Lines, found: Found, written_on: date) -> None:
    """Read payments of the old layout: no sections, and the totals count all, settled or not."""
    totals = _Totals()
    while True:
        line_no, line = lines.take()
        if line.startswith("09"):
            break
        if not line.startswith((DRAWN, PAID_OUT)):
            raise FormatError(line_no, WRONG_RECORD, found=line[:2])
        _payment(line_no, line, _Deposit(written_on), found, _Totals())
        totals.add(line[:2], found.claims[-1].amount_minor)
    _verify_sums(line_no, line, totals)
    _note_paid_out(found)


def _payment(line_no: int, line: str, deposit: _Deposit, found: Found, totals: _Totals) -> None:
    """Read one payment (82, 32) or refund (77); count it where its money moved."""
    layout = REFUND if line.startswith(REFUNDED) else DRAW
    kind, due, _, _, number, amount, payee, reference, *rest = layout.read(line_no, line)
    code = rest[-1].strip() or "0"
    refund = kind == REFUNDED
    why = reason(line_no, layout.title, "refund" if refund else "draw", code)
    answer = ClaimAnswer(
        line_no=line_no,
        scheme=NAME,
        account=found.payee(line_no, payee),
        what=ClaimOutcome.REFUNDED if refund else _STATUSES[code],
        amount_minor=int(amount),
        due_on=day_yyyymmdd(line_no, due),
        payer_number=payer(line_no, number),
        reference=reference.strip(),
        reason=why,
        credit=kind == PAID_OUT,
    )
    found.claims.append(answer)
    if answer.what not in (ClaimOutcome.SETTLED, ClaimOutcome.REFUNDED):
        return
    totals.add(kind, answer.amount_minor)
    if kind == PAID_OUT:
        return
    key = found.keys.of(
        *(kind, answer.account, deposit.booked_on.isoformat(), deposit.serial),
        *(answer.payer_number, due, amount, answer.reference, *rest[:-1], code),
    )
    found.payments.append(
        Payment(
            line_no=line_no,
            key=key,
            account=answer.account,
            amount_minor=-answer.amount_minor if refund else answer.amount_minor,
            currency="SEK",
            booked_on=deposit.booked_on,
            reference=answer.reference,
            parts=(),
            text="",
            payer_name="",
            payer_account="",
            kind=Kind.REVERSAL if refund else Kind.PAYMENT,
            code=f"{kind}{code}" if refund else kind,
        )
    )


def read_rejected(lines: Lines, found: Found) -> None:
    """Read payments that Bankgirot did not take, up to their end record (09)."""
    totals = _Totals()
    while True:
        line_no, line = lines.take()
        if line.startswith("09"):
            break
        kind, due, _, _, number, amount, reference, comment = REJECTED.read(line_no, line)
        if kind not in (DRAWN, PAID_OUT):
            raise FormatError(line_no, WRONG_RECORD, found=kind)
        totals.add(kind, int(amount))
        found.claims.append(
            ClaimAnswer(
                line_no=line_no,
                scheme=NAME,
                account=found.account,
                what=ClaimOutcome.REJECTED,
                amount_minor=int(amount),
                due_on=day_or_none(due),
                payer_number=payer(line_no, number),
                reference=reference.strip(),
                reason=reason(line_no, REJECTED.title, "rejected", comment),
                credit=kind == PAID_OUT,
            )
        )
    _, *said = END_REJECTED.read(line_no, line)
    counted = [
        figure for kind in (PAID_OUT, DRAWN) for figure in (totals.counts[kind], totals.sums[kind])
    ]
    _agree_all(line_no, counted, [int(figure) for figure in said])


def read_changes(lines: Lines, found: Found) -> None:
    """Read cancelled and moved payments up to their end record (09).

    The totals count what was done, payment by payment: not what was refused, and not records
    that tell of several payments in sum.
    """
    totals = _Totals()
    while True:
        line_no, line = lines.take()
        if line.startswith("09"):
            break
        kind, due, number, direction, amount, _, moved_to, reference, comment = CHANGED.read(
            line_no, line
        )
        if direction not in (DRAWN, PAID_OUT, "00"):
            raise FormatError(line_no, UNKNOWN_CODE, found=direction, record=CHANGED.title)
        what = _CHANGES.get(comment, ClaimOutcome.UNCHANGED)
        if direction != "00" and what is not ClaimOutcome.UNCHANGED:
            totals.add(direction, int(amount))
        found.claims.append(
            ClaimAnswer(
                line_no=line_no,
                scheme=NAME,
                account=found.account,
                what=what,
                amount_minor=int(amount),
                due_on=day_or_none(due),
                payer_number=payer(line_no, number) if number.strip("0 ") else "",
                reference=reference.strip() if reference.strip("0 ") else "",
                reason=reason(line_no, CHANGED.title, "change", comment),
                began=reason(line_no, CHANGED.title, "changed_by", kind),
                credit=direction == PAID_OUT,
                moved_to=day_or_none(moved_to),
            )
        )
    _verify_sums(line_no, line, totals)


def _verify_sums(line_no: int, line: str, totals: _Totals) -> None:
    _, credit_sum, paid_out, drawn, draw_sum = END_SUMS.read(line_no, line)
    said = [_size(line_no, credit_sum), int(paid_out), int(drawn), _size(line_no, draw_sum)]
    counted = [
        totals.sums[PAID_OUT],
        totals.counts[PAID_OUT],
        totals.counts[DRAWN],
        totals.sums[DRAWN],
    ]
    _agree_all(line_no, counted, said)


def _size(line_no: int, text: str) -> int:
    digits = text[:-1] + text[-1:].translate(_OVERPUNCHED)
    if not (digits.isascii() and digits.isdigit()):
        raise FormatError(line_no, _NO_SUM, found=text)
    return int(digits)


def _agree_all(line_no: int, counted: list[int], said: list[int]) -> None:
    agree(line_no, _TOTALS, found=" ".join(map(str, counted)), said=" ".join(map(str, said)))


def _note_paid_out(found: Found) -> None:
    paid_out = [each for each in found.claims if each.credit and each.what is ClaimOutcome.SETTLED]
    if paid_out:
        found.notes.append(
            "Payments out through Autogiro (32) are answers and no payments: "
            f"{len(paid_out)}, the first on line {paid_out[0].line_no}."
        )
