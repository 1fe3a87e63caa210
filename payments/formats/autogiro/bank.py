"""What Bankgirot sends to a payee, written: for tests, the demo and the simulator.

Every function returns the file in the new layout, or the old one where ``old`` says so: ISO-8859-1,
CRLF, all totals computed. ValueError where a value does not fit. Codes are those of
reasons.REASONS, without their family. Amounts are öre.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from payments.formats.autogiro.answer_records import (
    CHANGED,
    DRAW,
    END_MANDATES,
    END_REJECTED,
    END_SIGNUPS,
    END_SPECIFICATION,
    END_SUMS,
    MANDATE,
    OLD_MANDATES,
    OLD_OPENING,
    OPENING,
    REFUND,
    REJECTED,
    SECTION,
    SIGNUP,
    SIGNUP_NAME,
    SIGNUPS,
)
from payments.formats.autogiro.claims import DRAWN, PAID_OUT, REFUNDED, SECTIONS
from payments.formats.fixed_width import write_lines

_PAID = ("0", "")
_DONE = ("12", "14", "18")


@dataclass(frozen=True, slots=True)
class Head:
    """Whom a file is for, and when it was written."""

    customer_no: int
    payee: str
    written_on: date


@dataclass(frozen=True, slots=True)
class MandateLine:
    """An answer on a mandate (73)."""

    payer_number: str
    comment: str
    info: str = "04"
    payer_account: str = ""
    payer_id_no: str = ""


@dataclass(frozen=True, slots=True)
class SignupLine:
    """A mandate asked for in an internet bank (52-56)."""

    payer_number: str
    payer_account: str
    payer_id_no: str
    name: str = ""
    reminder: str = "0"


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment and its code: status (82, 32), reason (77), comment (rejected, changed)."""

    payer_number: str
    amount_minor: int
    due_on: date
    reference: str
    code: str = "0"
    kind: str = DRAWN  # 82, 32; in a specification the section says it
    changed_by: str = "11"  # changed payments only: the transaction code
    moved_to: date | None = None  # changed payments only
    refunded_on: date | None = None  # refunds only; None: the day of the section


@dataclass(frozen=True, slots=True)
class PaymentSection:
    """Payments of one kind (82, 32 or 77) whose money moved on one day."""

    booked_on: date
    payments: tuple[PaymentLine, ...]
    kind: str = DRAWN
    serial: int = 1
    account: str = ""


def write_mandates(head: Head, answers: Sequence[MandateLine], *, old: bool = False) -> bytes:
    """Return answers on mandates ("AG-MEDAVI")."""
    day = _day(head.written_on)
    opening = (
        OLD_MANDATES.write(written=day, payee=head.payee) if old else _opening(head, "AG-MEDAVI")
    )
    records = [
        MANDATE.write(
            payee=head.payee,
            payer=each.payer_number,
            account=each.payer_account,
            id_no=each.payer_id_no,
            info=each.info,
            comment=each.comment,
            reported=day,
        )
        for each in answers
    ]
    return write_lines([opening, *records, END_MANDATES.write(written=day, count=len(records))])


def write_signups(head: Head, signups: Sequence[SignupLine]) -> bytes:
    """Return mandates asked for in internet banks ("AG-EMEDGIV"); the end counts all records."""
    day = _day(head.written_on)
    records = []
    for each in signups:
        records.append(
            SIGNUP.write(
                payee=head.payee,
                payer=each.payer_number,
                account=each.payer_account,
                id_no=each.payer_id_no,
                reminder=each.reminder,
            )
        )
        records.append("53".ljust(80))
        records.append(SIGNUP_NAME.write(name=each.name, address=""))
    return write_lines(
        [
            SIGNUPS.write(written=day, payee=head.payee),
            *records,
            END_SIGNUPS.write(written=day, count=len(records)),
        ]
    )


def write_specification(head: Head, sections: Sequence[PaymentSection]) -> bytes:
    """Return what was settled and refunded ("BET. SPEC & STOPP TK"); totals count what was."""
    lines = [_opening(head, "BET. SPEC & STOPP TK")]
    marks = {kind: mark for mark, kind in SECTIONS.items()}
    counts = dict.fromkeys(marks, 0)
    for section in sections:
        settled = [
            each.amount_minor
            for each in section.payments
            if section.kind == REFUNDED or each.code in _PAID
        ]
        counts[section.kind] += len(settled)
        lines.append(
            SECTION.write(
                kind=marks[section.kind],
                account=section.account.rjust(35, "0"),
                booked=_day(section.booked_on),
                serial=section.serial,
                sum=sum(settled),
                currency="",
                count=len(settled),
            )
        )
        lines += [
            _payment(head, section.kind, each, section.booked_on) for each in section.payments
        ]
    of_kind = {kind: sum(each.kind == kind for each in sections) for kind in marks}
    lines.append(
        END_SPECIFICATION.write(
            written=_day(head.written_on),
            draw_sections=of_kind[DRAWN],
            draws=counts[DRAWN],
            credit_sections=of_kind[PAID_OUT],
            credits=counts[PAID_OUT],
            refund_sections=of_kind[REFUNDED],
            refunds=counts[REFUNDED],
        )
    )
    return write_lines(lines)


def write_old_payments(head: Head, payments: Sequence[PaymentLine]) -> bytes:
    """Return payments in the old layout: no sections, no refunds, totals count all."""
    return write_lines(
        [
            _old_opening(head, ""),
            *(_payment(head, each.kind, each, head.written_on) for each in payments),
            _sums(head, payments),
        ]
    )


def write_rejected(head: Head, payments: Sequence[PaymentLine], *, old: bool = False) -> bytes:
    """Return payments that Bankgirot did not take ("AVVISADE BET UPPDR")."""
    records = [
        REJECTED.write(
            kind=each.kind,
            due=_day(each.due_on),
            period="0",
            repeats="",
            payer=each.payer_number,
            amount=each.amount_minor,
            reference=each.reference,
            comment=each.code,
        )
        for each in payments
    ]
    credits, draws = _amounts(payments, PAID_OUT), _amounts(payments, DRAWN)
    opening = (
        _old_opening(head, "FELLISTA REG.KONTRL") if old else _opening(head, "AVVISADE BET UPPDR")
    )
    end = END_REJECTED.write(
        written=_day(head.written_on),
        credits=len(credits),
        credit_sum=sum(credits),
        draws=len(draws),
        draw_sum=sum(draws),
    )
    return write_lines([opening, *records, end])


def write_changes(head: Head, payments: Sequence[PaymentLine], *, old: bool = False) -> bytes:
    """Return cancelled and moved payments ("MAKULERING/ÄNDRING"); totals count what was done."""
    records = [
        CHANGED.write(
            kind=each.changed_by,
            due=_day(each.due_on),
            payer=each.payer_number.rjust(16, "0"),
            direction=each.kind,
            amount=each.amount_minor,
            text="REFERENS",
            moved_to=_day(each.moved_to) if each.moved_to else "0" * 8,
            reference=each.reference,
            comment=each.code,
        )
        for each in payments
    ]
    opening = (
        _old_opening(head, "MAK/ÄNDRINGSLISTA") if old else _opening(head, "MAKULERING/ÄNDRING")
    )
    done = [each for each in payments if each.code in _DONE]
    return write_lines([opening, *records, _sums(head, done)])


def _payment(head: Head, kind: str, payment: PaymentLine, booked_on: date) -> str:
    same: dict[str, int | str] = {
        "kind": kind,
        "due": _day(payment.due_on),
        "period": "0",
        "repeats": "",
        "payer": payment.payer_number,
        "amount": payment.amount_minor,
        "payee": head.payee,
        "reference": payment.reference,
    }
    if kind == REFUNDED:
        refunded = _day(payment.refunded_on or booked_on)
        return REFUND.write(**same, refunded=refunded, reason=payment.code)
    return DRAW.write(**same, status=payment.code)


def _sums(head: Head, payments: Sequence[PaymentLine]) -> str:
    credits, draws = _amounts(payments, PAID_OUT), _amounts(payments, DRAWN)
    return END_SUMS.write(
        written=_day(head.written_on),
        credit_sum=f"{sum(credits):012d}",
        credits=len(credits),
        draws=len(draws),
        draw_sum=f"{sum(draws):012d}",
    )


def _amounts(payments: Sequence[PaymentLine], kind: str) -> list[int]:
    return [each.amount_minor for each in payments if each.kind == kind]


def _opening(head: Head, content: str) -> str:
    return OPENING.write(
        written=_day(head.written_on),
        content=content,
        customer_no=f"{head.customer_no:06d}",
        payee=head.payee,
    )


def _old_opening(head: Head, content: str) -> str:
    return OLD_OPENING.write(
        written=_day(head.written_on),
        content=content,
        customer_no=f"{head.customer_no:06d}",
        payee=head.payee,
    )


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
