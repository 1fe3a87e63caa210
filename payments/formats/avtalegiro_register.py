"""The register of AvtaleGiro mandates ("FBO register"): an assignment that comes from the bank.

It stands alone in a transmission, or beside OCR giro; ocrgiro.parse() reads both, and
ocrgiro.write() writes both. Only payers make mandates, in their bank: here we are told.
Layout: "System specification AvtaleGiro" v3.3, Mastercard Payment Services.
"""

import re
from dataclasses import dataclass

from invoices.errors import N_, FormatError
from payments.formats.base import MandateAnswer, MandateChange
from payments.formats.fixed_width import Lines
from payments.formats.nets import Tally
from payments.formats.ocrgiro_records import END_MANDATES, MANDATE, START_MANDATES

SCHEME = "avtalegiro"
KID = re.compile(r"[0-9]{1,24}[0-9-]")
REGISTRATIONS = {
    "0": MandateChange.LISTED,
    "1": MandateChange.ACTIVE,
    "2": MandateChange.ENDED,
}
_CODES = {change: code for code, change in REGISTRATIONS.items()}
_NOTICE = {"J": True, "N": False}

_UNKNOWN_REGISTRATION = N_(
    "The registration type {found} of the mandate is not known. Tell us before the file is used."
)
NO_KID = N_("“{found}” is not a KID. Ask the bank for the file again.")
_UNKNOWN_NOTICE = N_(
    "Column 42 holds “{found}”, but it should say J or N. Ask the bank for the file again."
)
_MIXED = N_(
    "This mandate is part of a full listing, but the ones around it are single changes, or the "
    "other way round. Ask the bank for the file again."
)


@dataclass(frozen=True, slots=True)
class Mandate:
    """A mandate of the register, to write."""

    kid: str
    what: MandateChange = MandateChange.ACTIVE  # or LISTED or ENDED
    notice: bool = False  # the payer wants written notice


@dataclass(frozen=True, slots=True)
class Register:
    """The mandates of one payee account, to write: either all LISTED or none."""

    account: str
    number: int
    mandates: tuple[Mandate, ...]


def read_register(
    lines: Lines, line_no: int, line: str
) -> tuple[str, Tally, tuple[MandateAnswer, ...]]:
    """Return the payee account of the assignment that this line starts, its tally, its mandates.

    Raises FormatError with the line. A listing replaces what is known of the account, so one
    assignment must be a listing or must not be: a single type 0 among others is refused.
    """
    _, account = START_MANDATES.read(line_no, line)
    tally = Tally()
    answers: list[MandateAnswer] = []
    while True:
        line_no, line = lines.take()
        if line.startswith("NY212488"):
            break
        answers.append(_mandate(line_no, line, account))
        listed = [each.what is MandateChange.LISTED for each in (answers[0], answers[-1])]
        if listed[0] != listed[1]:
            raise FormatError(line_no, _MIXED)
        tally.transactions += 1
        tally.records += 1
    tally.verify(line_no, *END_MANDATES.read(line_no, line))
    return account, tally, tuple(answers)


def _mandate(line_no: int, line: str, account: str) -> MandateAnswer:
    _, registration, kid, notice = MANDATE.read(line_no, line)
    kid = kid.strip()
    if registration not in REGISTRATIONS:
        raise FormatError(line_no, _UNKNOWN_REGISTRATION, found=registration)
    if not KID.fullmatch(kid):
        raise FormatError(line_no, NO_KID, found=kid)
    if notice not in _NOTICE:
        raise FormatError(line_no, _UNKNOWN_NOTICE, found=notice)
    return MandateAnswer(
        line_no=line_no,
        scheme=SCHEME,
        account=account,
        what=REGISTRATIONS[registration],
        kid=kid,
        notice=_NOTICE[notice],
    )


def write_register(register: Register, lines: list[str]) -> Tally:
    """Add the assignment to the lines of a transmission; raise ValueError where it does not fit."""
    if len({mandate.what is MandateChange.LISTED for mandate in register.mandates}) > 1:
        raise ValueError("a register is a full listing, or changes, not both")
    lines.append(START_MANDATES.write(assignment_no=register.number, account=register.account))
    for serial, mandate in enumerate(register.mandates, 1):
        if not KID.fullmatch(mandate.kid):
            raise ValueError(f"{mandate.kid!r} is not a KID")
        lines.append(
            MANDATE.write(
                serial=serial,
                registration=_CODES[mandate.what],
                kid=mandate.kid,
                notice="J" if mandate.notice else "N",
            )
        )
    count = len(register.mandates)
    lines.append(END_MANDATES.write(transactions=count, records=count + 2))
    return Tally(records=count + 2, transactions=count)
