"""Mandates as Bankgirot tells of them: answers (TK73), and what payers ask for (TK52)."""

import re

from invoices.errors import FormatError
from payments.formats.autogiro.answer_records import (
    END_MANDATES,
    END_SIGNUPS,
    MANDATE,
    SIGNUP,
    SIGNUP_NAME,
)
from payments.formats.autogiro.found import COUNT, NAME, WRONG_RECORD, Found, payer, reason
from payments.formats.base import MandateAnswer, MandateChange, agree
from payments.formats.fixed_width import Lines

# By comment code; every other known code means that what was asked for was not done.
_CHANGES = {
    "10": MandateChange.EXISTS,
    "11": MandateChange.PAUSED,
    "12": MandateChange.ACTIVE,
    "32": MandateChange.ACTIVE,
    **dict.fromkeys(("01", "02", "06", "07", "33", "98"), MandateChange.ENDED),
}
_MORE = ("53", "54", "55", "56")  # text, name and address of a mandate that is asked for


def read_answers(lines: Lines, found: Found) -> None:
    """Read mandate answers up to their end record (09), which counts them."""
    while True:
        line_no, line = lines.take()
        if line.startswith("09"):
            break
        payee, number, account, id_no, info, comment, _ = MANDATE.read(line_no, line)
        found.mandates.append(
            MandateAnswer(
                line_no=line_no,
                scheme=NAME,
                account=found.payee(line_no, payee),
                what=_CHANGES.get(comment, MandateChange.REFUSED),
                payer_number=payer(line_no, number),
                payer_account=_told(account),
                payer_id_no=_told(id_no),
                reason=reason(line_no, MANDATE.title, "mandate", comment),
                began=reason(line_no, MANDATE.title, "mandate_by", info),
            )
        )
    _, count = END_MANDATES.read(line_no, line)
    agree(line_no, COUNT, found=len(found.mandates), said=int(count))


def read_signups(lines: Lines, found: Found) -> None:
    """Read mandates asked for in internet banks up to their end record (59).

    Some files count the mandates there and others all their records: either must agree.
    """
    records = 0
    while True:
        line_no, line = lines.take()
        if line.startswith("59"):
            break
        if not line.startswith("52"):
            raise FormatError(line_no, WRONG_RECORD, found=line[:2])
        records += 1
        payee, number, account, id_no, reminder = SIGNUP.read(line_no, line)
        name, latest = "", line[:2]
        while lines.peek().startswith(_MORE):
            records += 1
            more_no, more = lines.take()
            if more[:2] <= latest:
                raise FormatError(more_no, WRONG_RECORD, found=more[:2])
            latest = more[:2]
            if more.startswith("54"):
                # Two columns of 36; blanks end the name where a bank put them closer together.
                first, _ = SIGNUP_NAME.read(more_no, more)
                name = re.split(r"\s{2,}", first.strip())[0]
        found.mandates.append(
            MandateAnswer(
                line_no=line_no,
                scheme=NAME,
                account=found.payee(line_no, payee),
                what=MandateChange.ASKED,
                payer_number=payer(line_no, number),
                payer_account=_told(account),
                payer_id_no=_told(id_no),
                payer_name=name,
                reason=reason(line_no, SIGNUP.title, "signup", reminder),
            )
        )
    _, count = END_SIGNUPS.read(line_no, line)
    if int(count) != records:
        agree(line_no, COUNT, found=len(found.mandates), said=int(count))


def _told(text: str) -> str:
    """Return the number, '' where the field is blank or zeros."""
    return text.strip() if text.strip("0 ") else ""
