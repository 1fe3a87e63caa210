"""Fixed-width records: one field table both reads and writes an 80-column line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from invoices.errors import N_, FormatError

WIDTH = 80
CHARSET = "iso-8859-1"
TAB_WIDTH = 8  # a BgMax example file in circulation was saved with tabs of this width

# Nothing a bank writes, and PostgreSQL cannot store the first of them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TOO_WIDE = N_(
    "This line is {found} characters wide, but a record is {width}. "
    "Ask the bank for the file again."
)
_CONTROL_CHARACTER = N_(
    "This line holds a character that does not belong in a text file. "
    "Ask the bank for the file again."
)
_WRONG_RECORD = N_(
    "A record of the kind “{record}” was expected here. Ask the bank for the file again."
)
_NOT_DIGITS = N_(
    "Columns {first} to {last} of the record “{record}” should hold digits ({field}), "
    "but they hold “{found}”. Ask the bank for the file again."
)
_CUT_OFF = N_("The file ends before its end record. Ask the bank for the file again.")
_GOES_ON = N_("The file goes on after its end record. Ask the bank for the file again.")
_NO_SUCH_DATE = N_("There is no such date as “{found}”. Ask the bank for the file again.")


class Fill(StrEnum):
    """How a field is aligned and filled."""

    DIGITS = "digits"  # right-aligned, zero filled; only digits are read
    TEXT = "text"  # left-aligned, blank filled
    RIGHT = "right"  # right-aligned, blank filled


@dataclass(frozen=True, slots=True)
class Field:
    """Columns ``first`` to ``last`` (1-based, both included) of a record."""

    name: str
    first: int
    last: int
    fill: Fill

    @property
    def width(self) -> int:
        """How many columns the field has."""
        return self.last - self.first + 1

    def format(self, value: int | str) -> str:
        """Return the value in exactly the field's width; raise ValueError if it cannot be."""
        text = str(value)
        if len(text) > self.width:
            raise ValueError(f"{self.name} has {self.width} columns, {text!r} does not fit")
        if self.fill is Fill.DIGITS:
            if not (text.isascii() and text.isdigit()):
                raise ValueError(f"{self.name} takes digits only, not {text!r}")
            return text.rjust(self.width, "0")
        if not text.isprintable():
            raise ValueError(f"{self.name} takes printable text only, not {text!r}")
        return text.ljust(self.width) if self.fill is Fill.TEXT else text.rjust(self.width)


def N(name: str, first: int, last: int) -> Field:
    """Return a field of digits."""
    return Field(name, first, last, Fill.DIGITS)


def A(name: str, first: int, last: int) -> Field:
    """Return a field of left-aligned text."""
    return Field(name, first, last, Fill.TEXT)


def R(name: str, first: int, last: int) -> Field:
    """Return a field of right-aligned text."""
    return Field(name, first, last, Fill.RIGHT)


@dataclass(frozen=True)
class Layout:
    """A record: constant marks by their first column, fields, and what fills the rest."""

    title: str
    marks: Mapping[int, str]
    fields: tuple[Field, ...]
    filler: str
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compile the table to one expression: a line is checked and cut in a single step."""
        pieces = [(at, len(mark), re.escape(mark)) for at, mark in self.marks.items()]
        for each in self.fields:
            one = r"\d" if each.fill is Fill.DIGITS else "."
            pieces.append((each.first, each.width, f"({one}{{{each.width}}})"))
        expression, column = "", 1
        for first, width, piece in sorted(pieces):
            assert first >= column, f"{self.title}: columns {first} and on are taken twice"
            expression += f".{{{first - column}}}{piece}"
            column = first + width
        assert column <= WIDTH + 1, f"{self.title} is too wide"
        assert list(self.fields) == sorted(self.fields, key=lambda each: each.first)
        expression += f".{{{WIDTH + 1 - column}}}"
        pattern = re.compile(expression, re.ASCII | re.DOTALL)
        object.__setattr__(self, "_pattern", pattern)

    def read(self, line_no: int, line: str) -> tuple[str, ...]:
        """Return the fields in the table's order, unstripped; raise FormatError naming the column.

        What stands between the fields is not looked at: files fill it with zeros or blanks as
        they please.
        """
        found = self._pattern.fullmatch(line)
        if found is None:
            raise self._fault(line_no, line)
        return found.groups()

    def write(self, **values: int | str) -> str:
        """Return the record; raise ValueError where a value does not fit its field."""
        columns = [self.filler] * WIDTH
        for at, mark in self.marks.items():
            columns[at - 1 : at - 1 + len(mark)] = mark
        for each in self.fields:
            columns[each.first - 1 : each.last] = each.format(values.pop(each.name))
        if values:
            raise ValueError(f"{self.title} has no field {', '.join(values)}")
        return "".join(columns)

    def _fault(self, line_no: int, line: str) -> FormatError:
        for each in self.fields:
            found = line[each.first - 1 : each.last]
            if each.fill is Fill.DIGITS and not (found.isascii() and found.isdigit()):
                return FormatError(
                    line_no,
                    _NOT_DIGITS,
                    record=self.title,
                    field=each.name,
                    first=each.first,
                    last=each.last,
                    found=found,
                )
        return FormatError(line_no, _WRONG_RECORD, record=self.title)


def read_lines(raw: bytes) -> list[tuple[int, str]]:
    """Return (line number, line of exactly 80 characters) for each line that is not blank.

    Takes what is seen in the wild: LF or CRLF, no final newline, one long line without line
    breaks (the record's number then stands for the line's), short lines, tabs, blanks after
    column 80, blank lines, and files that something on the way re-coded to UTF-8. A line that
    is wider than 80 or holds control characters raises FormatError.
    """
    text = _decoded(raw).replace("\r\n", "\n").replace("\r", "\n")
    control = _CONTROL.search(text)
    if control is not None:
        raise FormatError(text.count("\n", 0, control.start()) + 1, _CONTROL_CHARACTER)
    body = text.strip("\n \t")
    if "\n" not in body and len(body) > WIDTH:
        lines = [body[at : at + WIDTH] for at in range(0, len(body), WIDTH)]
    else:
        lines = text.split("\n")
    tabs = "\t" in text
    return [
        (line_no, line if len(line) == WIDTH and not tabs else _padded(line_no, line))
        for line_no, line in enumerate(lines, 1)
        if line and not line.isspace()
    ]


class Lines:
    """The records of a file, taken one after the other."""

    def __init__(self, raw: bytes) -> None:
        self.lines = read_lines(raw)
        self.at = 0

    def take(self) -> tuple[int, str]:
        """Return the next record and its number; raise FormatError where the file is cut off."""
        if self.at >= len(self.lines):
            raise FormatError(self.lines[-1][0] if self.lines else None, _CUT_OFF)
        self.at += 1
        return self.lines[self.at - 1]

    def peek(self) -> str:
        """Return the record that take() would return, '' at the end."""
        return self.lines[self.at][1] if self.at < len(self.lines) else ""

    def finish(self) -> None:
        """Raise FormatError where records follow the end record."""
        if self.at < len(self.lines):
            raise FormatError(self.lines[self.at][0], _GOES_ON)


def write_lines(lines: Iterable[str]) -> bytes:
    """Return the file: ISO-8859-1, CRLF after every record; raise ValueError on other letters."""
    return "".join(f"{line}\r\n" for line in lines).encode(CHARSET)


def day_ddmmyy(line_no: int, text: str) -> date:
    """Return the day written DDMMYY, always of this century; raise FormatError if there is none."""
    return _day(line_no, f"20{text[4:6]}-{text[2:4]}-{text[0:2]}")


def day_yyyymmdd(line_no: int, text: str) -> date:
    """Return the day written YYYYMMDD; raise FormatError if there is none."""
    return _day(line_no, f"{text[0:4]}-{text[4:6]}-{text[6:8]}")


def _day(line_no: int, text: str) -> date:
    try:
        return _calendar(text)
    except ValueError:
        raise FormatError(line_no, _NO_SUCH_DATE, found=text) from None


@lru_cache(maxsize=4096)  # a file has a handful of days and 100,000 payments
def _calendar(text: str) -> date:
    return date.fromisoformat(text)


def _decoded(raw: bytes) -> str:
    # Swedish or Norwegian letters in ISO-8859-1 are practically never valid UTF-8, so a file
    # that is valid was re-coded on its way, and read as ISO-8859-1 its columns would slip.
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode(CHARSET)


def _padded(line_no: int, line: str) -> str:
    line = line.expandtabs(TAB_WIDTH).rstrip()
    if len(line) > WIDTH:
        raise FormatError(line_no, _TOO_WIDE, found=len(line), width=WIDTH)
    return line.ljust(WIDTH)
