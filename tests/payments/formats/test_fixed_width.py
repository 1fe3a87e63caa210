"""The codec: strict when it writes, patient when it reads."""

import pytest

from invoices.errors import FormatError
from payments.formats.fixed_width import (
    WIDTH,
    A,
    Layout,
    N,
    R,
    day_ddmmyy,
    day_yyyymmdd,
    read_lines,
    write_lines,
)

RECORD = Layout(
    "test record", {1: "XY"}, (N("amount", 3, 7), A("name", 10, 14), R("kid", 15, 20)), "0"
)


def test_a_record_is_written_in_its_columns() -> None:
    line = RECORD.write(amount=42, name="Åse", kid="12")

    assert line == "XY0004200Åse      12" + "0" * 60
    assert len(line) == WIDTH


def test_a_record_is_read_back_unstripped() -> None:
    assert RECORD.read(1, RECORD.write(amount=42, name="Åse", kid="12")) == (
        "00042",
        "Åse  ",
        "    12",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", 123456),
        ("amount", -1),
        ("amount", "1.5"),
        ("amount", "²"),
        ("amount", "1 "),
        ("name", "Øystein"),
        ("name", "a\nb"),
        ("name", "a\x00"),
        ("kid", "1234567"),
    ],
)
def test_a_value_that_does_not_fit_its_field_is_not_written(name: str, value: int | str) -> None:
    values: dict[str, int | str] = {"amount": 1, "name": "", "kid": "", name: value}

    with pytest.raises(ValueError, match=name):
        RECORD.write(**values)


def test_a_field_the_record_does_not_have_is_not_written() -> None:
    with pytest.raises(ValueError, match="colour"):
        RECORD.write(amount=1, name="", kid="", colour="red")


def test_a_letter_outside_iso_8859_1_is_not_written() -> None:
    with pytest.raises(ValueError, match=r"latin-1|iso-8859-1"):
        write_lines([RECORD.write(amount=1, name="Łódź", kid="")])


def test_overlapping_columns_are_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        Layout("overlap", {1: "XY"}, (N("amount", 2, 7),), "0")


@pytest.mark.parametrize("digits", ["0004x", "   42", "00²42", "-0042", "0 042"])
def test_what_is_no_number_is_refused_with_its_columns(digits: str) -> None:
    line = f"XY{digits}".ljust(WIDTH)

    with pytest.raises(FormatError) as caught:
        RECORD.read(7, line)

    assert caught.value.line_no == 7
    assert "Columns 3 to 7" in str(caught.value)
    assert digits in str(caught.value)


def test_another_record_is_refused_by_name() -> None:
    with pytest.raises(FormatError, match="test record"):
        RECORD.read(1, "ZZ00042".ljust(WIDTH))


ONE, TWO = "first".ljust(WIDTH), "second".ljust(WIDTH)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"first\r\nsecond\r\n", [(1, ONE), (2, TWO)]),
        (b"first\nsecond\n", [(1, ONE), (2, TWO)]),
        (b"first\rsecond", [(1, ONE), (2, TWO)]),
        (b"first\nsecond", [(1, ONE), (2, TWO)]),
        (b"first\n\n   \t \n\nsecond\n\n", [(1, ONE), (5, TWO)]),
        (b"first" + b" " * 200 + b"\nsecond\t\t\n", [(1, ONE), (2, TWO)]),
        ((ONE + TWO).encode(), [(1, ONE), (2, TWO)]),
        ((ONE + TWO.rstrip()).encode() + b"\r\n", [(1, ONE), (2, TWO)]),
        (b"a\tb", [(1, "a       b".ljust(WIDTH))]),
        (b"\xc5se", [(1, "Åse".ljust(WIDTH))]),
        ("Åse".encode(), [(1, "Åse".ljust(WIDTH))]),
        ("\ufeffÅse".encode(), [(1, "Åse".ljust(WIDTH))]),
        ("Åse".encode().decode("latin-1").encode(), [(1, "Ã\x85se".ljust(WIDTH))]),
        (b"", []),
        (b" \n\n", []),
    ],
)
def test_lines_are_read_as_they_come_in_the_wild(
    raw: bytes, expected: list[tuple[int, str]]
) -> None:
    assert read_lines(raw) == expected


def test_a_line_that_is_too_wide_is_refused() -> None:
    with pytest.raises(FormatError, match="81 characters") as caught:
        read_lines(b"first\n" + b"x" * 81 + b"\n")

    assert caught.value.line_no == 2


@pytest.mark.parametrize("control", [b"\x00", b"\x07", b"\x0c", b"\x1a", b"\x7f"])
def test_a_control_character_is_refused(control: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        read_lines(b"first\r\nsec" + control + b"ond\r\n")

    assert caught.value.line_no == 2


def test_days_are_of_this_century() -> None:
    assert day_ddmmyy(1, "310126").isoformat() == "2026-01-31"
    assert day_ddmmyy(1, "290224").isoformat() == "2024-02-29"
    assert day_yyyymmdd(1, "20261102").isoformat() == "2026-11-02"


@pytest.mark.parametrize("text", ["310226", "290226", "000000", "011326"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="no such date") as caught:
        day_ddmmyy(3, text)

    assert caught.value.line_no == 3
