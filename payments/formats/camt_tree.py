"""Reading ISO 20022 XML safely: no DTD, no entities, no network, and no version of names."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from lxml import etree

from invoices.errors import N_, FormatError

MAX_BYTES = 50 * 1024 * 1024
# Money with another number of decimals than two; nobody pays a Nordic invoice in it.
NOT_HUNDREDTHS = frozenset({"BHD", "CLP", "ISK", "JOD", "JPY", "KRW", "KWD", "OMR", "TND", "VND"})
# 16 digits before the point: in hundredths that still fits the ledger's 64 bits.
_AMOUNT = re.compile(r"[0-9]{1,16}(?:\.[0-9]{0,5})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNT = re.compile(r"[0-9]{1,15}")

_TOO_LARGE = N_(
    "The file is larger than {most} bytes. Ask the bank to send it in several smaller files."
)
_MALFORMED = N_(
    "The file is not well-formed XML; it may have been cut off. Ask the bank for the file again."
)
_DOCTYPE = N_(
    "The file declares a document type (DOCTYPE), which a bank's file never does, "
    "so it was not opened. Ask the bank for the file again."
)
_BAD_AMOUNT = N_(
    "“{found}” is not an amount with at most two decimals. Ask the bank for the file again."
)
_BAD_CURRENCY = N_("The currency “{found}” cannot be received. Tell us before the file is used.")
_BAD_DAY = N_("There is no such date as “{found}”. Ask the bank for the file again.")
_BAD_VALUE = N_(
    "“{found}” is not a value that {element} can have. Ask the bank for the file again."
)


def read_tree(raw: bytes) -> etree._Element:
    """Return the root element, or raise FormatError for XML that is broken or not harmless."""
    if len(raw) > MAX_BYTES:
        raise FormatError(None, _TOO_LARGE, most=MAX_BYTES)
    if b"<!DOCTYPE" in raw:
        # Before parsing: what a document type may declare is what XML attacks are made of.
        raise FormatError(raw.count(b"\n", 0, raw.index(b"<!DOCTYPE")) + 1, _DOCTYPE)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise FormatError(error.lineno or None, _MALFORMED) from None
    if root.getroottree().docinfo.internalDTD is not None:
        # The same once more for character sets in which the bytes above look different.
        raise FormatError(None, _DOCTYPE)
    return root


@lru_cache(maxsize=256)
def _steps(path: str) -> tuple[str, ...]:
    """The names of a path, each of any version."""
    return tuple(f"{{*}}{step}" for step in path.split("/"))


def _all(element: etree._Element, steps: tuple[str, ...]) -> Iterator[etree._Element]:
    """What the steps lead to, in the order of the file. By hand: a bank's file has a dozen such
    questions for each payment, and ElementPath takes three times as long for each.
    """
    if len(steps) == 1:
        yield from element.iterchildren(steps[0])
        return
    for child in element.iterchildren(steps[0]):
        yield from _all(child, steps[1:])


def _first(element: etree._Element, steps: tuple[str, ...]) -> etree._Element | None:
    if len(steps) == 1:
        return next(element.iterchildren(steps[0]), None)
    for child in element.iterchildren(steps[0]):
        if (found := _first(child, steps[1:])) is not None:
            return found
    return None


def local_name(element: etree._Element) -> str:
    """Return the element's name without its namespace, which holds the message's version."""
    return etree.QName(element).localname


def find(element: etree._Element, *paths: str) -> etree._Element | None:
    """Return the first element that one of the paths leads to, tried in their order."""
    for path in paths:
        found = _first(element, _steps(path))
        if found is not None:
            return found
    return None


def find_all(element: etree._Element, path: str) -> list[etree._Element]:
    """Return all elements that the path leads to."""
    return list(_all(element, _steps(path)))


def text_at(element: etree._Element, *paths: str) -> str:
    """Return the first text that is not blank at one of the paths, blanks folded; else ''."""
    for path in paths:
        found = _first(element, _steps(path))
        text = found.text if found is not None else None
        if text and not text.isspace():
            return " ".join(text.split())
    return ""


def minor(line_no: int | None, text: str) -> int:
    """Return an amount in hundredths, exactly; raise FormatError for a third decimal."""
    if _AMOUNT.fullmatch(text):
        hundredths = Decimal(text) * 100
        if hundredths == int(hundredths):
            return int(hundredths)
    raise FormatError(line_no, _BAD_AMOUNT, found=text)


def money(element: etree._Element) -> tuple[int, str]:
    """Return (hundredths, currency) of an Amt element."""
    currency = element.get("Ccy", "")
    if not _CURRENCY.fullmatch(currency) or currency in NOT_HUNDREDTHS:
        raise FormatError(element.sourceline, _BAD_CURRENCY, found=currency)
    return minor(element.sourceline, (element.text or "").strip()), currency


def count(element: etree._Element, path: str) -> int | None:
    """Return the whole number at the path, None where there is none."""
    text = text_at(element, path)
    if text and not _COUNT.fullmatch(text):
        raise bad_value(element, path, text)
    return int(text) if text else None


def day(element: etree._Element, *paths: str) -> date:
    """Return the day at one of the paths; of a point in time, the day in the bank's own zone."""
    text = text_at(element, *paths)
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise FormatError(element.sourceline, _BAD_DAY, found=text) from None


def account(element: etree._Element | None) -> str:
    """Return the IBAN without spaces, or another account number without its punctuation."""
    if element is None:
        return ""
    number = "".join((text_at(element, "IBAN") or text_at(element, "Othr/Id")).split())
    number = number.replace(".", "").replace("-", "")
    if text_at(element, "Othr/SchmeNm/Prtry") == "BGNR":
        return number.lstrip("0")
    return number


def bad_value(element: etree._Element, name: str, found: str) -> FormatError:
    """Return the error for a code that the message's own rules do not allow."""
    return FormatError(element.sourceline, _BAD_VALUE, element=name, found=found)
