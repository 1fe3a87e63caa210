"""The bank file formats: FORMATS, sniff() and parse(). A new format is one module and one line."""

from invoices.errors import N_, FormatError
from payments.formats import autogiro, bgmax, camt, ocrgiro
from payments.formats.base import (
    ClaimAnswer,
    ClaimOutcome,
    Format,
    Kind,
    MandateAnswer,
    MandateChange,
    Parsed,
    Part,
    Payment,
)

__all__ = [
    "FORMATS",
    "ClaimAnswer",
    "ClaimOutcome",
    "Format",
    "Kind",
    "MandateAnswer",
    "MandateChange",
    "Parsed",
    "Part",
    "Payment",
    "parse",
    "sniff",
]

FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        ocrgiro.FORMAT,
        bgmax.FORMAT,
        autogiro.FORMAT,
        camt.STATEMENT,
        camt.NOTIFICATION,
    )
}

_EMPTY = N_("The file is empty. Ask the bank for the file again.")
_UNKNOWN = N_(
    "This is not a bank file we can read. Accepted are OCR giro, BgMax, Autogiro, "
    "camt.053 and camt.054; choose such a file, or ask the bank to send one."
)


def sniff(raw: bytes) -> Format:
    """Return the format the content shows; names and endings of files do not count.

    Raises FormatError, saying what is accepted, when no format recognises the content.
    """
    if not raw.strip():
        raise FormatError(None, _EMPTY)
    for each in FORMATS.values():
        if each.recognises(raw):
            return each
    raise FormatError(None, _UNKNOWN)


def parse(raw: bytes) -> Parsed:
    """Return every payment of a bank file, amounts in minor units, all control totals verified.

    Either the whole file is good or FormatError says which line is not and what to do.
    """
    return sniff(raw).parse(raw)
