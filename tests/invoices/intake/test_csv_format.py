"""What the reader makes of files as people and programs save them."""

from datetime import date

import pytest

from invoices.intake.columns import HEADINGS, Column, column_of
from invoices.intake.csv_format import Entry, Sheet, read
from invoices.intake.problems import IntakeRefused
from tests.invoices.intake.files import ENGLISH, NORWEGIAN, SWEDISH, a_sheet

ANNA = Entry(
    row=2,
    customer_no="K-1001",
    name="Anna Ås",
    email="anna@example.com",
    phone="+4790012345",
    address="Storgata 1, 0155 Oslo",
    number="5001",
    reference="",
    issued_on=date(2026, 11, 1),
    due_on=date(2026, 11, 28),
    text="Fiber 500",
    quantity_milli=1_500,
    unit_price_minor=123_450,
    vat_basis_points=2_500,
)


def _read(text: str | bytes, country: str = "NO") -> Sheet:
    raw = text.encode() if isinstance(text, str) else text
    return read(raw, country=country, currency="NOK" if country == "NO" else "SEK")


def _refused(raw: str | bytes) -> str:
    with pytest.raises(IntakeRefused) as refused:
        _read(raw)
    return " ".join(problem.reason for problem in refused.value.problems)


ENGLISH_FILE = (
    f"{ENGLISH}\nK-1001,Anna Ås,anna@example.com,+47 900 12 345,"
    '"Storgata 1\n0155 Oslo",5001,,2026-11-01,2026-11-28,Fiber 500,1.5,"1,234.50",25\n'
)
NORWEGIAN_FILE = (
    f"{NORWEGIAN}\r\nK-1001;Anna Ås;anna@example.com;900 12 345;Storgata 1, 0155 Oslo;5001;;"
    "01.11.2026;28.11.2026;Fiber 500;1,5;1 234,50;25 %\r\n"
)
SWEDISH_FILE = (
    f"{SWEDISH}\nK-1001\tAnna Ås\tanna@example.com\t0047 900 12 345\tStorgata 1, 0155 Oslo\t5001\t"
    "\t2026-11-01\t28.11.2026\tFiber 500\t1,5\t1.234,50\t25%\n"
)


@pytest.mark.parametrize("text", [ENGLISH_FILE, NORWEGIAN_FILE], ids=["en", "nb"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1"])
def test_a_file_reads_the_same_in_both_languages_and_all_encodings(
    text: str, encoding: str
) -> None:
    assert _read(text.encode(encoding)).entries == [ANNA]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1"])
def test_a_swedish_file_with_tabs_reads_the_same(encoding: str) -> None:
    assert _read(SWEDISH_FILE.encode(encoding), "SE").entries == [ANNA]


def test_no_heading_names_two_columns() -> None:
    for column, headings in HEADINGS.items():
        for heading in headings.replace("|", ",").split(","):
            assert column_of(heading) == column, heading
    assert all(column_of(column.value) == column for column in Column)


def test_a_swedish_phone_number_gets_its_country_code() -> None:
    sheet = _read(a_sheet({"Phone": "070-123 45 67"}), "SE")

    assert [entry.phone for entry in sheet.entries] == ["+46701234567"]


def test_a_formula_is_just_text() -> None:
    sheet = _read(a_sheet({"Text": '=HYPERLINK("http://x","y")', "Name": "@SUM(A1)"}))

    assert [(e.text, e.name) for e in sheet.entries] == [('=HYPERLINK("http://x","y")', "@SUM(A1)")]


def test_an_unknown_column_is_noted_and_blank_rows_are_counted_but_passed_over() -> None:
    header, row, _ = a_sheet({}).split("\n")
    sheet = _read(f"{header},Colour\n\n,,,\n{row},red\n")

    assert [entry.row for entry in sheet.entries] == [4]
    assert sheet.notes == ["The column “Colour” is not known and was passed over."]


def test_every_missing_column_is_named() -> None:
    with pytest.raises(IntakeRefused) as refused:
        _read("Navn;Tekst;Antall\nAnna;Fiber;1\n")

    missing = {problem.column for problem in refused.value.problems}
    assert missing == {
        Column.CUSTOMER_NO,
        Column.ISSUED_ON,
        Column.DUE_ON,
        Column.UNIT_PRICE,
        Column.VAT_RATE,
    }


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\n \n", "The file is empty."),
        (ENGLISH.encode(), "no rows"),
        (b"PK\x03\x04rest", "not a CSV file"),
        (ENGLISH.encode("utf-16"), "not a CSV file"),
        (b"Navn;\x81\n", "neither UTF-8 nor ISO-8859-1"),
        (f"{ENGLISH},Kunde\n".encode(), "stands there twice"),
        (b'"Navn', "lone quotation mark"),
        (b"x" * (64 * 2**20 + 1), "larger than 64 MB"),
    ],
    ids=["empty", "blank", "heading", "xlsx", "utf16", "bytes", "twice", "quote", "large"],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(raw: bytes, said: str) -> None:
    assert said in _refused(raw)


BAD_CELLS = [
    ("Customer number", "", "The cell is empty."),
    ("Customer number", "1,00123E+05", "shortened by the spreadsheet"),
    ("Customer number", "9" * 31, "30 is the most"),
    ("Name", " ", "The cell is empty."),
    ("Name", "A" * 161, "160 is the most"),
    ("Name", "An\x07na", "cannot be shown"),
    ("E-mail", "anna(at)example.com", "not an e-mail address"),
    ("E-mail", "anna@example", "not an e-mail address"),
    ("Phone", "1234", "not a phone number"),
    ("Phone", "ring Anna", "not a phone number"),
    ("Address", "S" * 301, "300 is the most"),
    ("Invoice number", "5,001E+03", "shortened by the spreadsheet"),
    ("Reference", "2,04810E+11", "shortened by the spreadsheet"),
    ("Reference", "1" * 26, "25 is the most"),
    ("Issue date", "11/01/2026", "Write it like 2026-11-22."),
    ("Issue date", "2026-02-30", "There is no day"),
    ("Issue date", "1926-11-01", "outside the years"),
    ("Due date", "", "The cell is empty."),
    ("Due date", "2026-10-31", "before the issue date"),
    ("Text", "T" * 201, "200 is the most"),
    ("Quantity", "two", "not a quantity"),
    ("Quantity", "1,234", "Write 1234, or 1,2340."),
    ("Quantity", "1.23456", "more than three decimals"),
    ("Quantity", "1000001", "the largest quantity"),
    ("Unit price", "free", "is not an amount"),
    ("Unit price", "1,234", "more than two decimals"),
    ("Unit price", "100000000.01", "larger than any amount"),
    ("Unit price", "400 SEK", "is not an amount"),
    ("VAT rate", "høy", "not a VAT rate"),
    ("VAT rate", "0,25", "less than one per cent"),
    ("VAT rate", "-25", "not a VAT rate"),
    ("VAT rate", "101", "more than 100"),
]


@pytest.mark.parametrize(("column", "cell", "said"), BAD_CELLS)
def test_a_bad_cell_is_told_with_row_column_and_what_to_write(
    column: str, cell: str, said: str
) -> None:
    sheet = _read(a_sheet({}, {column: cell}))

    assert len(sheet.entries) == 1
    (problem,) = sheet.problems
    assert (problem.row, problem.column) == (3, column)
    assert said in problem.reason
    assert "{" not in problem.reason


def test_all_bad_cells_of_all_rows_are_told_at_once() -> None:
    sheet = _read(a_sheet({"Quantity": "x", "Text": ""}, {}, {"VAT rate": "?"}))

    assert [(problem.row, problem.column) for problem in sheet.problems] == [
        (2, Column.TEXT),
        (2, Column.QUANTITY),
        (4, Column.VAT_RATE),
    ]


def test_a_row_with_more_cells_than_the_heading_is_told() -> None:
    header, row, _ = a_sheet({}).split("\n")
    sheet = _read(f"{header}\n{row},50\n")

    assert "14 cells, the heading 13" in sheet.problems[0].reason


def test_a_lone_quotation_mark_far_down_is_told_beside_the_other_problems() -> None:
    sheet = _read(a_sheet({"Quantity": "x"}, {}) + '"K-1001,Anna')

    assert [problem.row for problem in sheet.problems] == [2, 4]
    assert "lone quotation mark" in sheet.problems[1].reason


@pytest.mark.parametrize(
    ("cell", "milli"),
    [("2", 2_000), ("1,5", 1_500), ("-0.125", -125), ("1 000", 1_000_000), ("1,2340", 1_234)],
)
def test_quantities_are_exact(cell: str, milli: int) -> None:
    assert _read(a_sheet({"Quantity": cell})).entries[0].quantity_milli == milli


@pytest.mark.parametrize(
    ("cell", "points"), [("25", 2_500), ("25 %", 2_500), ("11,11%", 1_111), ("0", 0)]
)
def test_vat_rates_are_exact(cell: str, points: int) -> None:
    assert _read(a_sheet({"VAT rate": cell})).entries[0].vat_basis_points == points


def with_kind(cell: str, heading: str = "Kind") -> str:
    """A file whose last column says what kind of line it is."""
    head, row = a_sheet({}).splitlines()
    return f"{head},{heading}\n{row},{cell}\n"


@pytest.mark.parametrize(
    ("heading", "cell", "nature"),
    [
        ("Kind", "usage", "usage"),
        ("Kind", "one_off", "one_off"),
        ("Type", "Engangs", "one_off"),
        ("Radtyp", "Del av månad", "part"),
        ("Art", "Kampanje", "campaign"),
        ("Kind", "", ""),
    ],
)
def test_a_line_may_say_what_kind_it_is(heading: str, cell: str, nature: str) -> None:
    assert _read(with_kind(cell, heading)).entries[0].nature == nature


def test_a_kind_that_is_not_known_is_told_with_those_that_are() -> None:
    (problem,) = _read(with_kind("present")).problems

    assert (problem.row, problem.column) == (2, Column.NATURE)
    assert "“present” is no kind of line. Write one off, usage, part, campaign" in problem.reason
