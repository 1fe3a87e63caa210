"""What a camt payment says it is for: references, how much of it each gets, and free text."""

import re
from dataclasses import dataclass

from lxml import etree

from payments.formats.base import Part
from payments.formats.camt_tree import find, find_all, money, text_at

CREDIT_NOTE = "CREN"
# A KID or OCR number may come as plain text; "-" is a possible check digit of a KID.
_ONLY_REFERENCE = re.compile(r"[0-9]{4,25}|[0-9]{3,24}-")


@dataclass(frozen=True, slots=True)
class Remittance:
    """The remittance information of one payment."""

    reference: str
    parts: tuple[Part, ...]
    text: str


def read_remittance(details: etree._Element, currency: str) -> Remittance:
    """Return the references and texts of a TxDtls element.

    The creditor reference (SCOR: KID, OCR) comes before the number of the invoice. Several
    references make parts, with the amount where one is given in the payment's currency.
    """
    parts: list[Part] = []
    texts = [_text(element) for element in find_all(details, "RmtInf/Ustrd")]
    for structured in find_all(details, "RmtInf/Strd"):
        reference = _creditor_reference(structured)
        documents = [number for _, number in _documents(structured)]
        if reference:
            parts.append(Part(reference, _amount(structured, currency)))
            texts += documents
        else:
            parts += _document_parts(structured, currency)
        texts += [_text(element) for element in find_all(structured, "AddtlRmtInf")]
    text = " ".join(filter(None, texts))
    if not parts:
        squeezed = text.replace(" ", "")
        return Remittance(squeezed if _ONLY_REFERENCE.fullmatch(squeezed) else "", (), text)
    return Remittance(parts[0].reference, tuple(parts) if len(parts) > 1 else (), text)


def _creditor_reference(structured: etree._Element) -> str:
    # Banks leave the type out or use a code of their own; a code of ISO 20022 other than SCOR
    # says that the reference is something else, an exchange contract for instance.
    code = text_at(structured, "CdtrRefInf/Tp/CdOrPrtry/Cd", "CdtrRefInf/CdtrRefTp/Cd")
    return (
        text_at(structured, "CdtrRefInf/Ref", "CdtrRefInf/CdtrRef") if code in ("", "SCOR") else ""
    )


def _documents(structured: etree._Element) -> list[tuple[bool, str]]:
    """Return (is a credit note, number) for each document referred to."""
    found = [
        (text_at(each, "Tp/CdOrPrtry/Cd") == CREDIT_NOTE, text_at(each, "Nb"))
        for each in find_all(structured, "RfrdDocInf")
    ]
    return [(credit, number) for credit, number in found if number]


def _document_parts(structured: etree._Element, currency: str) -> list[Part]:
    documents = _documents(structured)
    # One amount for several documents does not say how much is for each.
    amount = _amount(structured, currency) if len(documents) == 1 else None
    return [
        Part(number, -abs(amount) if credit and amount is not None else amount)
        for credit, number in documents
    ]


def _amount(structured: etree._Element, currency: str) -> int | None:
    for path, sign in (("RfrdDocAmt/RmtdAmt", 1), ("RfrdDocAmt/CdtNoteAmt", -1)):
        element = find(structured, path)
        if element is not None:
            amount, own_currency = money(element)
            return sign * amount if own_currency == currency else None
    return None


def _text(element: etree._Element) -> str:
    return " ".join((element.text or "").split())
