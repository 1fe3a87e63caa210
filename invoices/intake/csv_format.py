"""Reads a CSV file of invoice lines: encoding, separator and headings told by content. Pure.

One row per invoice line. Accepted are UTF-8 (with or without BOM) and ISO-8859-1 (as Windows
writes it), the separators comma, semicolon and tab, and the headings in ``columns``. Cells are
text: what a spreadsheet would calculate ("=1+1") is kept as it stands. Runs of spaces and line
breaks in a cell become one space, in an address a comma.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from invoices.errors import N_, Refused
from invoices.intake import cells
from invoices.intake.columns import REQUIRED, Column, column_of
from invoices.intake.problems import IntakeRefused, Problem

LARGEST_FILE_BYTES: Final = 64 * 1024 * 1024
SEPARATORS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class Entry:
    """One good row. Empty optional cells are "". Prices hold no VAT."""

    row: int
    customer_no: str
    name: str
    email: str
    phone: str
    address: str
    number: str
    reference: str
    issued_on: date
    due_on: date
    text: str
    quantity_milli: int
    unit_price_minor: int
    vat_basis_points: int
    nature: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All good rows, everything that is wrong with the others, and what was passed over."""

    entries: list[Entry]
    problems: list[Problem]
    notes: list[str]


def read(raw: bytes, *, country: str, currency: str) -> Sheet:
    """Read the file, every row of it, however many are bad.

    Raises IntakeRefused where there is no reading rows: not such a file, or columns missing.
    """
    text = _decoded(raw)
    separator = _separator(text)
    rows = _rows(text, separator)
    try:
        _, heading = next(rows)
    except StopIteration:
        raise _refused(N_("The file is empty.")) from None
    except csv.Error as error:
        raise IntakeRefused([_unreadable(1, error)]) from None
    places, notes = _places(heading)
    readers = _readers(country, currency)
    sheet = Sheet([], [], notes)
    row_no = 1
    try:
        for row_no, row in rows:
            _take(sheet, row_no, row, len(heading), places, readers)
    except csv.Error as error:
        sheet.problems.append(_unreadable(row_no + 1, error))
    if not sheet.entries and not sheet.problems:
        raise _refused(N_("The file has a heading, but no rows."))
    return sheet


def _decoded(raw: bytes) -> str:
    if len(raw) > LARGEST_FILE_BYTES:
        raise _refused(
            N_("The file is larger than {megabytes} MB. Split it into smaller files."),
            megabytes=LARGEST_FILE_BYTES // 2**20,
        )
    if raw.startswith(b"PK\x03\x04") or b"\x00" in raw:
        raise _refused(N_("This is not a CSV file. Save the spreadsheet as CSV UTF-8."))
    for encoding in ("utf-8-sig", "cp1252"):  # ISO-8859-1 as Windows writes it, with “ and €
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(N_("The file is neither UTF-8 nor ISO-8859-1. Save it as CSV UTF-8."))


def _refused(template: str, **values: object) -> IntakeRefused:
    return IntakeRefused([Problem(None, None, template, values)])


def _separator(text: str) -> str:
    """The separator under which the first line names the most columns."""
    line = text.lstrip().split("\n", 1)[0]

    def known(separator: str) -> int:
        names = next(csv.reader([line.rstrip("\r")], delimiter=separator), [])
        return sum(column_of(name) is not None for name in names)

    return max(SEPARATORS, key=known)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with its number as a spreadsheet counts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    for row_no, row in enumerate(reader, start=1):
        if any(cell and not cell.isspace() for cell in row):
            yield row_no, row


def _unreadable(row_no: int, error: csv.Error) -> Problem:
    return Problem(
        row_no,
        None,
        N_("The rest of the file cannot be read ({why}). Look for a lone quotation mark."),
        {"why": str(error)},
    )


def _places(heading: Sequence[str]) -> tuple[dict[Column, int], list[str]]:
    """Where each column stands; raises IntakeRefused for missing and doubled ones."""
    places: dict[Column, int] = {}
    problems, notes = [], []
    for place, name in enumerate(heading):
        column = column_of(name)
        if column is None:
            if name.strip():
                notes.append(f"The column “{name.strip()}” is not known and was passed over.")
        elif column in places:
            problems.append(
                Problem(1, column, N_("The column stands there twice. Take one of them away."))
            )
        else:
            places[column] = place
    problems += [
        Problem(1, column, N_("The column is missing. Add one with this heading."))
        for column in REQUIRED
        if column not in places
    ]
    if problems:
        raise IntakeRefused(problems)
    return places, notes


type _Reader = Callable[[str], Any]


def _readers(country: str, currency: str) -> Mapping[Column, _Reader]:
    return {
        Column.CUSTOMER_NO: cells.number,
        Column.NAME: lambda text: cells.short(text, cells.NAME_LENGTH),
        Column.EMAIL: cells.email,
        Column.PHONE: lambda text: cells.phone(text, country),
        Column.ADDRESS: lambda text: cells.short(text, cells.ADDRESS_LENGTH),
        Column.NUMBER: cells.number,
        Column.REFERENCE: cells.reference,
        Column.ISSUED_ON: cells.day,
        Column.DUE_ON: cells.day,
        Column.TEXT: lambda text: cells.short(text, cells.TEXT_LENGTH),
        Column.QUANTITY: cells.quantity_milli,
        Column.UNIT_PRICE: lambda text: cells.price_minor(text, currency),
        Column.VAT_RATE: cells.vat_basis_points,
        Column.NATURE: cells.nature,
    }


def _take(
    sheet: Sheet,
    row_no: int,
    row: Sequence[str],
    width: int,
    places: Mapping[Column, int],
    readers: Mapping[Column, _Reader],
) -> None:
    """Read one row into the sheet: an entry, or all that is wrong with it."""
    if len(row) > width and any(cell.strip() for cell in row[width:]):
        too_wide = N_("The row has {found} cells, the heading {width}. Quote text with separators.")
        sheet.problems.append(Problem(row_no, None, too_wide, {"found": len(row), "width": width}))
        return
    values: list[Any] = []
    problems = len(sheet.problems)
    for column, reader in readers.items():
        place = places.get(column, width)
        text = _tidy(row[place], column) if place < len(row) else ""
        try:
            values.append(_read(text, column, reader))
        except Refused as refused:
            sheet.problems.append(Problem(row_no, column, refused.template, refused.values))
    if len(sheet.problems) > problems:
        return
    entry = Entry(row_no, *values)
    if entry.due_on < entry.issued_on:
        early = N_("The due date {due_on} is before the issue date {issued_on}.")
        days = {"due_on": entry.due_on.isoformat(), "issued_on": entry.issued_on.isoformat()}
        sheet.problems.append(Problem(row_no, Column.DUE_ON, early, days))
        return
    sheet.entries.append(entry)


def _tidy(cell: str, column: Column) -> str:
    if column == Column.ADDRESS:
        cell = re.sub(r"\s*[\r\n]+\s*", ", ", cell.strip())
    return " ".join(cell.split())


def _read(text: str, column: Column, reader: _Reader) -> Any:
    if text:
        return reader(text)
    if column in REQUIRED:
        raise Refused(N_("The cell is empty."))
    return ""
