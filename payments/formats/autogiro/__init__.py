"""Autogiro: the files that Bankgirot sends (Sweden). See also the rooms beside this one.

    parse(raw) -> Parsed: mandate_answers, claim_answers; payments for money that moved
    orders.write(Orders(...), seal_key=None) -> Outgoing    what we ask Bankgirot for
    orders.read(raw, seal_key=None) -> Orders               the bank's side: tests and simulator
    bank.write_*(...) -> bytes                              what Bankgirot answers: ditto
    reasons.REASONS[answer.reason]                          what a code means, retry, final

A draw that was settled is a Payment whose reference is what we sent with it, so it is matched as
any other; a refund is a reversal (negative). claim_answers say which claim it was: payer number,
day, amount, reference. Both layouts are read, the new and the old. Whoever acts on answers must
bear the same one twice: files come again, and a payment's key guards money alone.

What the totals cannot guard: draws that failed are in none (old layout: which of them failed), so
a claim without an answer must not wait for ever. The extracts of the register and of pending
payments are not read: the first has no end record, so one that is cut off cannot be told.
"""

import re

from invoices.errors import N_, FormatError
from payments.formats.autogiro.answer_records import OLD_MANDATES, OLD_OPENING, OPENING, SIGNUPS
from payments.formats.autogiro.claims import (
    read_changes,
    read_old_payments,
    read_rejected,
    read_specification,
)
from payments.formats.autogiro.found import NAME, Found, bankgiro
from payments.formats.autogiro.mandates import read_answers, read_signups
from payments.formats.base import Format, Parsed
from payments.formats.fixed_width import Lines, day_yyyymmdd

_STARTS = re.compile(
    rb"01AUTOGIRO|01[0-9]{8}AUTOGIRO|01[0-9]{8}9900[0-9]{10}AG-MEDAVI"
    rb"|51[0-9]{8}9900[0-9]{10}AG-EMEDGIV|00[0-9]{6}HMAC"
)
# The letter after the stroke is left out: what has become of its encoding does not matter.
_READERS = {
    "BET. SPEC & STOPP TK": read_specification,
    "AG-MEDAVI": read_answers,
    "AVVISADE BET UPPDR": read_rejected,
    "MAKULERING/": read_changes,
}
_OLD_READERS = {"FELLISTA REG.KONTRL": read_rejected, "MAK/": read_changes}

_NOT_INCOMING = N_(
    "This Autogiro file was written for Bankgirot. Only files from the bank can be received here."
)
_CONTENT = N_("Autogiro files with the content “{found}” cannot be read. Tell us about it.")


def recognises(raw: bytes) -> bool:
    """Tell whether this is an Autogiro file, in either direction."""
    return _STARTS.match(raw.removeprefix(b"\xef\xbb\xbf").lstrip()) is not None


def parse(raw: bytes) -> Parsed:
    """Return the answers and payments of a file from Bankgirot, all totals verified.

    Amounts are öre. A code that nobody knows, and a file written for Bankgirot, raise
    FormatError with the line. Source: Autogiro technical manual (Bankgirot).
    """
    lines = Lines(raw)
    found = _read(lines)
    lines.finish()
    return found.result()


def _read(lines: Lines) -> Found:
    line_no, line = lines.take()
    if line.startswith("01AUTOGIRO"):
        _, content, _, payee = OPENING.read(line_no, line)
        found = Found(bankgiro(line_no, payee))
        for name, read in _READERS.items():
            if content.startswith(name):
                read(lines, found)
                return found
        raise FormatError(line_no, _CONTENT, found=content.strip())
    if line[10:22] == "AUTOGIRO9900":
        written, content, _, payee = OLD_OPENING.read(line_no, line)
        found = Found(bankgiro(line_no, payee))
        if not content.strip():
            read_old_payments(lines, found, day_yyyymmdd(line_no, written))
            return found
        for name, read in _OLD_READERS.items():
            if content.startswith(name):
                read(lines, found)
                return found
        raise FormatError(line_no, _CONTENT, found=content.strip())
    if line.startswith("01") and line[10:14] == "9900":
        _, payee = OLD_MANDATES.read(line_no, line)
        found = Found(bankgiro(line_no, payee))
        read_answers(lines, found)
        return found
    if line.startswith("51"):
        _, payee = SIGNUPS.read(line_no, line)
        found = Found(bankgiro(line_no, payee))
        read_signups(lines, found)
        return found
    raise FormatError(line_no, _NOT_INCOMING)


FORMAT = Format(NAME, recognises, parse)
