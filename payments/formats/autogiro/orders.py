"""What a payee asks Bankgirot for: mandates, draws, cancellations. Written, and read back.

    write(Orders(customer_no, payee, written_on, mandates, payments, changes), seal_key) -> Outgoing
    read(raw, seal_key) -> Orders                           the bank's side: tests and simulator

Files to Bankgirot have no end record and no totals: nothing but the seal tells that one was cut
off. There are no series to keep; a file that is sent twice asks for its draws twice. Amounts: öre.
Layout: Autogiro technical manual (Bankgirot), see order_records.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from invoices.errors import N_, FormatError
from payments.formats.autogiro import seal
from payments.formats.autogiro.found import WRONG_RECORD, bankgiro, payer
from payments.formats.autogiro.order_records import (
    CHANGE,
    END_MANDATE,
    MANDATE,
    OPENING,
    PAYMENT,
    RENUMBER,
)
from payments.formats.base import Outgoing
from payments.formats.fixed_width import Lines, day_yyyymmdd, write_lines

AT_ONCE = "GENAST"
REFUSED = "AV"
DRAW, PAY_OUT = "82", "32"
_PAYER_NUMBER = re.compile(r"[1-9][0-9]{0,15}")

_NO_NUMBER = N_("“{found}” is not a number.")
_OTHER_PAYEE = N_("The record is for the bankgiro number {found}, but its file is for {said}.")


@dataclass(frozen=True, slots=True)
class NewMandate:
    """A mandate the payer gave us. ``payer_number`` is ours: 1-16 digits, no leading zero."""

    payer_number: str
    payer_account: str  # 16 digits, see account_number()
    payer_id_no: str  # YYYYMMDDNNNN, or 00 and the ten digits of an organisation


@dataclass(frozen=True, slots=True)
class MandateReply:
    """Our answer to a payer who asked in the internet bank (MandateChange.ASKED)."""

    payer_number: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class EndMandate:
    """A mandate to end."""

    payer_number: str


@dataclass(frozen=True, slots=True)
class Renumber:
    """Another payer number, or another bankgiro number of ours, for a mandate that stays."""

    payer_number: str
    new_payer_number: str
    new_payee: str = ""  # '': the same as before


MandateOrder = NewMandate | MandateReply | EndMandate | Renumber


@dataclass(frozen=True, slots=True)
class Draw:
    """Money to draw, or to pay out (``credit``); the reference comes back with the payment."""

    payer_number: str
    amount_minor: int
    due_on: date | None  # None: at once
    reference: str  # at most 16 characters: the OCR number
    credit: bool = False
    period: int = 0  # 0 once; 1-4 monthly to yearly on the day, 5-8 on the last banking day
    repeats: int | None = None  # None: until further notice


class ChangeKind(StrEnum):
    """Which draws to cancel or move, by transaction code."""

    CANCEL_PAYER = "23"  # all of a payer
    CANCEL_PAYER_DAY = "24"
    CANCEL_ONE = "25"
    MOVE_ALL = "26"
    MOVE_DAY = "27"  # all of a day
    MOVE_PAYER_DAY = "28"
    MOVE_ONE = "29"

    @property
    def by_payer(self) -> bool:
        """Tell whether one payer is meant, and not all."""
        return self not in (ChangeKind.MOVE_ALL, ChangeKind.MOVE_DAY)

    @property
    def by_day(self) -> bool:
        """Tell whether the draws of one day are meant."""
        return self not in (ChangeKind.CANCEL_PAYER, ChangeKind.MOVE_ALL)

    @property
    def one(self) -> bool:
        """Tell whether a single draw is meant, by amount and reference."""
        return self in (ChangeKind.CANCEL_ONE, ChangeKind.MOVE_ONE)

    @property
    def moves(self) -> bool:
        """Tell whether this moves and does not cancel."""
        return self >= ChangeKind.MOVE_ALL


@dataclass(frozen=True, slots=True)
class Change:
    """Draws to cancel or move: exactly the fields its kind needs."""

    kind: ChangeKind
    payer_number: str = ""
    due_on: date | None = None
    amount_minor: int = 0
    reference: str = ""
    credit: bool = False
    moved_to: date | None = None


@dataclass(frozen=True, slots=True)
class Orders:
    """A file to Bankgirot; ``customer_no`` is what Bankgirot knows us by, ``payee`` a bankgiro."""

    customer_no: int
    payee: str
    written_on: date
    mandates: tuple[MandateOrder, ...] = ()
    payments: tuple[Draw, ...] = ()
    changes: tuple[Change, ...] = ()


def account_number(text: str) -> str:
    """Return an account as records have it: clearing number (4 digits), account (12).

    Takes the digits as people write them, with blanks, points, commas and dashes; the first four
    are the clearing number. Raises ValueError where there are too few or too many. A fifth digit
    of the clearing number (accounts that begin with 8) must be left out before.
    """
    digits = re.sub(r"[\s.,-]", "", text)
    if len(digits) == 16 and digits.isascii() and digits.isdigit():
        return digits
    if not re.fullmatch(r"[0-9]{5,16}", digits):
        raise ValueError(f"{text!r} is not an account with its clearing number")
    return digits[:4] + digits[4:].rjust(12, "0")


def write(orders: Orders, seal_key: bytes | None = None) -> Outgoing:
    """Return the file: ISO-8859-1, CRLF, a section per kind of order, sealed if there is a key.

    ``count`` counts orders of every kind; ``sum_minor`` is what is to be drawn, less what is to
    be paid out. Raises ValueError where a value does not fit, and for a file without orders.
    """
    sections = (
        [_mandate(each, orders.payee) for each in orders.mandates],
        [_payment(each, orders.payee) for each in orders.payments],
        [_change(each, orders.payee) for each in orders.changes],
    )
    opening = OPENING.write(
        written=f"{orders.written_on:%Y%m%d}",
        unused="",
        customer_no=orders.customer_no,
        payee=orders.payee,
    )
    if not any(sections):
        raise ValueError("a file without orders")
    raw = write_lines(line for section in sections if section for line in (opening, *section))
    days = [each.due_on for each in orders.payments if each.due_on]
    return Outgoing(
        raw=raw if seal_key is None else seal.seal(raw, seal_key, orders.written_on),
        count=sum(map(len, sections)),
        sum_minor=sum(
            -each.amount_minor if each.credit else each.amount_minor for each in orders.payments
        ),
        first_due=min(days, default=None),
        last_due=max(days, default=None),
    )


def _mandate(order: MandateOrder, payee: str) -> str:
    number = _payer(order.payer_number)
    match order:
        case NewMandate(_, account, id_no):
            if not re.fullmatch(r"[0-9]{16}", account) or not re.fullmatch(r"[0-9]{12}", id_no):
                raise ValueError("a mandate has an account of 16 digits and a number of 12")
            return MANDATE.write(payee=payee, payer=number, account=account, id_no=id_no, answer="")
        case MandateReply(_, accepted):
            answer = "" if accepted else REFUSED
            return MANDATE.write(payee=payee, payer=number, account="", id_no="", answer=answer)
        case EndMandate():
            return END_MANDATE.write(payee=payee, payer=number)
        case Renumber(_, new_number, new_payee):
            return RENUMBER.write(
                payee=payee,
                payer=number,
                new_payee=new_payee or payee,
                new_payer=_payer(new_number),
            )


def _payment(order: Draw, payee: str) -> str:
    if order.amount_minor <= 0:
        raise ValueError("a payment has an amount")
    if not 0 <= order.period <= 8 or (order.repeats is not None and not order.period):
        raise ValueError("a period is 0 to 8, and only what has one can be repeated")
    return PAYMENT.write(
        kind=PAY_OUT if order.credit else DRAW,
        due=f"{order.due_on:%Y%m%d}" if order.due_on else AT_ONCE,
        period=order.period,
        repeats="" if order.repeats is None else f"{order.repeats:03d}",
        payer=_payer(order.payer_number),
        amount=order.amount_minor,
        payee=payee,
        reference=order.reference,
    )


def _change(order: Change, payee: str) -> str:
    kind = order.kind
    given = (order.payer_number, order.due_on, order.amount_minor, order.moved_to)
    if [bool(each) for each in given] != [kind.by_payer, kind.by_day, kind.one, kind.moves]:
        raise ValueError(f"a change of the kind {kind.name} has other fields")
    if (order.reference or order.credit) and not kind.one:
        raise ValueError("only a single draw is named by its reference and direction")
    direction = PAY_OUT if order.credit else DRAW
    return CHANGE.write(
        kind=kind.value,
        payee=payee,
        payer=_payer(order.payer_number).rjust(16, "0") if kind.by_payer else "",
        due=f"{order.due_on:%Y%m%d}" if order.due_on else "",
        amount=f"{order.amount_minor:012d}" if kind.one else "",
        direction=direction if kind.one else "",
        moved_to=f"{order.moved_to:%Y%m%d}" if order.moved_to else "",
        reference=order.reference if kind.one else "",
    )


def _payer(number: str) -> str:
    if not _PAYER_NUMBER.fullmatch(number):
        raise ValueError(f"{number!r} is not a payer number")
    return number


def read(raw: bytes, seal_key: bytes | None = None) -> Orders:
    """Return what a file asks for. With a key the file must be sealed with it, else not sealed.

    Raises FormatError, with the line where one is at fault.
    """
    lines = Lines(raw if seal_key is None else seal.unseal(raw, seal_key))
    line_no, line = lines.take()
    written, _, customer_no, payee = OPENING.read(line_no, line)
    payee = bankgiro(line_no, payee)
    mandates: list[MandateOrder] = []
    payments: list[Draw] = []
    changes: list[Change] = []
    while lines.peek():
        line_no, line = lines.take()
        mark = line[:2]
        if mark == "01":
            _, _, _, found = OPENING.read(line_no, line)
            _same(line_no, found, payee)
        elif mark in ("03", "04", "05"):
            mandates.append(_read_mandate(line_no, line, payee))
        elif mark in (DRAW, PAY_OUT):
            payments.append(_read_payment(line_no, line, payee))
        elif mark in list(ChangeKind):
            changes.append(_read_change(line_no, line, payee))
        else:
            raise FormatError(line_no, WRONG_RECORD, found=mark)
    return Orders(
        customer_no=int(customer_no),
        payee=payee,
        written_on=day_yyyymmdd(1, written),
        mandates=tuple(mandates),
        payments=tuple(payments),
        changes=tuple(changes),
    )


def _same(line_no: int, found: str, payee: str) -> None:
    number = bankgiro(line_no, found)
    if number != payee:
        raise FormatError(line_no, _OTHER_PAYEE, found=number, said=payee)


def _read_mandate(line_no: int, line: str, payee: str) -> MandateOrder:
    if line.startswith("03"):
        found, number = END_MANDATE.read(line_no, line)
        _same(line_no, found, payee)
        return EndMandate(payer(line_no, number))
    if line.startswith("05"):
        found, number, new_payee, new_number = RENUMBER.read(line_no, line)
        _same(line_no, found, payee)
        other = bankgiro(line_no, new_payee)
        return Renumber(
            payer(line_no, number), payer(line_no, new_number), "" if other == payee else other
        )
    found, number, account, id_no, answer = MANDATE.read(line_no, line)
    _same(line_no, found, payee)
    if answer == REFUSED or not account.strip():
        return MandateReply(payer(line_no, number), accepted=answer != REFUSED)
    return NewMandate(payer(line_no, number), account.strip(), id_no.strip())


def _read_payment(line_no: int, line: str, payee: str) -> Draw:
    kind, due, period, repeats, number, amount, found, reference = PAYMENT.read(line_no, line)
    _same(line_no, found, payee)
    return Draw(
        payer_number=payer(line_no, number),
        amount_minor=int(amount),
        due_on=None if due.strip() == AT_ONCE else day_yyyymmdd(line_no, due),
        reference=reference.strip(),
        credit=kind == PAY_OUT,
        period=int(period),
        repeats=_number(line_no, repeats),
    )


def _read_change(line_no: int, line: str, payee: str) -> Change:
    kind, found, number, due, amount, direction, moved_to, reference = CHANGE.read(line_no, line)
    _same(line_no, found, payee)
    return Change(
        kind=ChangeKind(kind),
        payer_number=payer(line_no, number) if number.strip() else "",
        due_on=day_yyyymmdd(line_no, due) if due.strip() else None,
        amount_minor=_number(line_no, amount) or 0,
        reference=reference.strip(),
        credit=direction == PAY_OUT,
        moved_to=day_yyyymmdd(line_no, moved_to) if moved_to.strip() else None,
    )


def _number(line_no: int, text: str) -> int | None:
    text = text.strip()
    if text and not (text.isascii() and text.isdigit()):
        raise FormatError(line_no, _NO_NUMBER, found=text)
    return int(text) if text else None
