"""OCR giro: what is read, what is refused, and that writing and reading agree."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.errors import FormatError
from payments.formats import Kind, parse
from payments.formats.ocrgiro import (
    REVERSALS,
    TYPES,
    WITH_TEXT,
    OcrAssignment,
    OcrFile,
    OcrPayment,
    write,
)
from tests.payments.formats.files import LETTERS, NOV_2, NOV_3, OCR

LINES = write(OCR).decode("latin-1").split("\r\n")[:-1]
MANDATES = (
    "NY212420" + "0" * 9 + "0000003" + "15032080119" + "0" * 45,
    "NY219470" + "00000011" + "000010018".rjust(25) + "J" + "0" * 37,
    "NY219470" + "00000022" + "000020017".rjust(25) + "N" + "0" * 37,
    "NY212488" + "00000002" + "00000004" + "0" * 56,
)


def file_of(*payments: OcrPayment) -> bytes:
    return write(OcrFile(1, NOV_3, (OcrAssignment("15032080119", 1, payments),)))


def joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def changed(line_no: int, column: int, text: str) -> bytes:
    """Our file with other text from a column (1-based) of a line on."""
    lines = list(LINES)
    line = lines[line_no - 1]
    lines[line_no - 1] = line[: column - 1] + text + line[column - 1 + len(text) :]
    return joined(lines)


def test_a_file_becomes_its_payments() -> None:
    parsed = parse(write(OCR))

    assert parsed.format == "ocrgiro"
    assert parsed.accounts == ("15032080119", "15032080127")
    assert parsed.notes == ()
    assert parsed.sum_minor == 49900 + 12550 - 10000 + 29900 - 5000 - 7000
    assert [(each.line_no, each.reference, each.code, each.kind) for each in parsed.payments] == [
        (3, "0000100000018", "15", Kind.PAYMENT),
        (5, "0000100000026", "10", Kind.PAYMENT),
        (7, "0000100000034", "13", Kind.REVERSAL),
        (9, "", "21", Kind.PAYMENT),
        (14, "0000200000017", "18", Kind.REVERSAL),
        (16, "0000200000025", "20", Kind.REVERSAL),
    ]
    first = parsed.payments[0]
    assert (first.currency, first.booked_on, first.payer_account) == ("NOK", NOV_2, "86011117947")


def test_a_blank_kid_comes_with_its_free_text() -> None:
    (payment,) = parse(file_of(OcrPayment(29900, NOV_3, "", "21", text="Bredbånd, Kari"))).payments

    assert (payment.reference, payment.text) == ("", "Bredbånd, Kari")


def test_a_kid_that_ends_in_a_dash_is_kept() -> None:
    (payment,) = parse(file_of(OcrPayment(100, NOV_3, "1234567-"))).payments

    assert payment.reference == "1234567-"


def test_an_unknown_debit_account_is_empty() -> None:
    (payment,) = parse(file_of(OcrPayment(100, NOV_3))).payments

    assert payment.payer_account == ""


@pytest.mark.parametrize(
    ("type_code", "minus", "expected"),
    [
        ("10", False, (100, Kind.PAYMENT)),
        ("15", False, (100, Kind.PAYMENT)),
        ("19", False, (100, Kind.PAYMENT)),
        ("13", True, (-100, Kind.REVERSAL)),
        ("18", False, (-100, Kind.REVERSAL)),
        ("20", False, (-100, Kind.REVERSAL)),
        ("18", True, (-100, Kind.REVERSAL)),
    ],
)
def test_the_sign_and_the_reversal_types_take_money_back(
    type_code: str, minus: bool, expected: tuple[int, Kind]
) -> None:
    raw = file_of(OcrPayment(100, NOV_3, "18", type_code, minus), OcrPayment(100, NOV_3, "26"))

    payment, _ = parse(raw).payments

    assert (payment.amount_minor, payment.kind) == expected


@pytest.mark.parametrize(
    ("type_code", "minus", "total"),
    [
        ("10", False, b"00000000000000150"),
        ("18", False, b"00000000000000150"),
        ("13", True, b"00000000000000050"),
        ("18", True, b"00000000000000050"),
    ],
)
def test_reversals_are_added_to_the_totals_and_minus_is_subtracted(
    type_code: str, minus: bool, total: bytes
) -> None:
    raw = file_of(OcrPayment(100, NOV_3, "18"), OcrPayment(50, NOV_3, "26", type_code, minus))

    assert b"NY090088" + b"00000002" + b"00000006" + total in raw
    assert b"NY000089" + b"00000002" + b"00000008" + total in raw
    assert len(parse(raw).payments) == 2


def test_a_sum_of_zero_is_written_and_read() -> None:
    raw = file_of(OcrPayment(100, NOV_3), OcrPayment(100, NOV_3, minus=True))

    assert parse(raw).sum_minor == 0


def test_a_sum_below_zero_is_not_written() -> None:
    with pytest.raises(ValueError, match="sum takes digits only, not '-1'"):
        file_of(OcrPayment(99, NOV_3), OcrPayment(100, NOV_3, minus=True))


def test_one_account_below_zero_is_not_written_whatever_the_others_bring() -> None:
    more = OcrAssignment("15032080119", 1, (OcrPayment(100, NOV_3),))
    less = OcrAssignment("15032080127", 2, (OcrPayment(1, NOV_3, minus=True),))

    with pytest.raises(ValueError, match="sum takes digits only"):
        write(OcrFile(1, NOV_3, (more, less)))


@pytest.mark.parametrize("said", [0, 1, 10**17 - 1])
def test_a_sum_below_zero_agrees_with_no_end_record(said: int) -> None:
    start, first, *rest = file_of(OcrPayment(1, NOV_3)).decode("latin-1").splitlines()[1:-1]
    amount = f"{first[:31]}-{first[32:]}"
    end = f"{rest[-1][:24]}{said:017d}{rest[-1][41:]}"

    with pytest.raises(FormatError, match="add up to -1 øre") as caught:
        parse(joined([LINES[0], start, amount, *rest[:-1], end, LINES[-1]]))

    assert caught.value.line_no == 5
    assert caught.value.values == {"said": said, "found": -1}


@pytest.mark.parametrize(
    ("line_no", "sign", "end", "said", "found"),
    [
        (3, "-", 12, 82350, 82350 - 2 * 49900),
        (5, "-", 12, 82350, 82350 - 2 * 12550),
        (7, "0", 12, 82350, 82350 + 2 * 10000),
        (9, "-", 12, 82350, 82350 - 2 * 29900),
        (14, "-", 19, 12000, 12000 - 2 * 5000),
        (16, "-", 19, 12000, 12000 - 2 * 7000),
    ],
)
def test_a_flipped_sign_is_caught_by_the_totals(
    line_no: int, sign: str, end: int, said: int, found: int
) -> None:
    assert LINES[line_no - 1][31] != sign

    with pytest.raises(FormatError, match="add up to") as caught:
        parse(changed(line_no, 32, sign))

    assert caught.value.line_no == end
    assert caught.value.values == {"said": said, "found": found}


@pytest.mark.parametrize(
    ("line_no", "column", "text", "sentence"),
    [
        (12, 9, "00000005", "says 5 transactions, but 4"),
        (12, 17, "00000010", "says 10 records, but 11"),
        (12, 25, "00000000000102350", "sum is 102350 øre, but the payments add up to 82350"),
        (12, 42, "320126", "no such date"),
        (12, 48, "011126", "earliest day is 2026-11-01, but it is 2026-11-02"),
        (12, 54, "041126", "latest day is 2026-11-04, but it is 2026-11-03"),
        (20, 9, "00000007", "says 7 transactions, but 6"),
        (20, 17, "00000021", "says 21 records, but 20"),
        (20, 25, "00000000000114350", "sum is 114350 øre, but the payments add up to 94350"),
        (20, 42, "000000", "no such date"),
        (3, 16, "310226", "no such date"),
        (3, 5, "22", "transaction type 22"),
        (3, 5, "09", "transaction type 09"),
        (3, 32, "+", "Column 32"),
        (3, 33, "0000000000004990x", "Columns 33 to 49"),
        (4, 5, "10", "does not belong"),
        (4, 9, "0000002", "does not belong"),
        (11, 9, "0000003", "does not belong"),
        (2, 3, "10", "begins “NY100020”"),
        (1, 17, "abcdefg", "Columns 17 to 23"),
    ],
)
def test_a_wrong_figure_is_refused_with_its_line_and_both_figures(
    line_no: int, column: int, text: str, sentence: str
) -> None:
    with pytest.raises(FormatError) as caught:
        parse(changed(line_no, column, text))

    assert caught.value.line_no == line_no
    assert sentence in str(caught.value)


def test_a_text_record_on_a_type_without_text_is_refused() -> None:
    lines = [*LINES[:4], "NY091532" + LINES[10][8:], *LINES[4:]]

    with pytest.raises(FormatError, match="does not belong") as caught:
        parse(joined(lines))

    assert caught.value.line_no == 5


def test_a_file_that_is_cut_off_says_so() -> None:
    with pytest.raises(FormatError, match="ends before its end record") as caught:
        parse(joined(LINES[:-1]))

    assert caught.value.line_no == len(LINES) - 1


def test_a_file_that_goes_on_after_its_end_is_refused() -> None:
    with pytest.raises(FormatError, match="goes on") as caught:
        parse(joined([*LINES, LINES[0]]))

    assert caught.value.line_no == len(LINES) + 1


def with_mandates(mandates: tuple[str, ...]) -> bytes:
    """Our file with an assignment of mandates before the payments; the last totals follow."""
    records = 20 + len(mandates)
    end = f"NY000089{6 + len(mandates) - 2:08d}{records:08d}" + LINES[-1][24:]
    return joined([LINES[0], *mandates, *LINES[1:-1], end])


def test_mandates_beside_the_payments_are_answers_of_their_own() -> None:
    parsed = parse(with_mandates(MANDATES))

    assert len(parsed.payments) == 6
    assert parsed.notes == ()
    assert [(each.line_no, each.kid, each.what.value) for each in parsed.mandate_answers] == [
        (3, "000010018", "active"),
        (4, "000020017", "ended"),
    ]


def test_a_missing_mandate_is_refused() -> None:
    with pytest.raises(FormatError, match="says 2 transactions, but 1") as caught:
        parse(with_mandates((MANDATES[0], MANDATES[1], MANDATES[3])))

    assert caught.value.line_no == 4


def test_our_own_claims_to_the_bank_are_not_a_bank_file() -> None:
    claims = "NY210020" + "0" * 72

    with pytest.raises(FormatError, match="Only files from the bank") as caught:
        parse(joined([LINES[0], claims]))

    assert caught.value.line_no == 2


def test_the_same_file_again_has_the_same_keys() -> None:
    first, second = parse(write(OCR)), parse(write(OCR).replace(b"\r\n", b"\n"))

    keys = [payment.key for payment in first.payments]
    assert keys == [payment.key for payment in second.payments]
    assert len(set(keys)) == 6


def test_another_transmission_has_other_keys() -> None:
    payment = OcrPayment(100, NOV_3, "18")
    assignment = OcrAssignment("15032080119", 1, (payment,))
    one, two = (parse(write(OcrFile(number, NOV_3, (assignment,)))) for number in (1, 2))

    assert one.payments[0].key != two.payments[0].key


@pytest.mark.parametrize(
    "payment",
    [
        OcrPayment(-1, NOV_3),
        OcrPayment(10**17, NOV_3),
        OcrPayment(1, NOV_3, "1" * 26),
        OcrPayment(1, NOV_3, type_code="22"),
        OcrPayment(1, NOV_3, text="Only with types 20 and 21"),
        OcrPayment(1, NOV_3, type_code="21", text="x" * 41),
        OcrPayment(1, NOV_3, type_code="21", text="Ł"),
        OcrPayment(1, NOV_3, payer_account="123456789012"),
    ],
)
def test_what_the_layout_cannot_hold_is_not_written(payment: OcrPayment) -> None:
    with pytest.raises(ValueError, match=r".+"):
        file_of(payment)


DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@st.composite
def ocr_payments(draw: st.DrawFn) -> OcrPayment:
    type_code = draw(st.sampled_from(sorted(TYPES)))
    return OcrPayment(
        amount_minor=draw(st.integers(0, 10**12)),
        booked_on=draw(DAYS),
        kid=draw(st.from_regex(r"([0-9]{1,24}[0-9-])?", fullmatch=True)),
        type_code=type_code,
        minus=draw(st.booleans()),
        text=draw(st.text(LETTERS, max_size=40)) if type_code in WITH_TEXT else "",
        payer_account=draw(st.sampled_from(["", "86011117947", "00010000001"])),
    )


def not_below_zero(payments: list[OcrPayment]) -> tuple[OcrPayment, ...]:
    """The payments, all signs turned if the end record could not hold their sum."""
    total = sum(-each.amount_minor if each.minus else each.amount_minor for each in payments)
    return tuple(replace(each, minus=each.minus ^ (total < 0)) for each in payments)


ASSIGNMENTS = st.builds(
    OcrAssignment,
    account=st.from_regex(r"[0-9]{11}", fullmatch=True),
    number=st.integers(0, 9999999),
    payments=st.lists(ocr_payments(), max_size=6).map(not_below_zero),
)
FILES = st.builds(
    OcrFile,
    number=st.integers(0, 9999999),
    written_on=DAYS,
    assignments=st.lists(ASSIGNMENTS, max_size=3).map(tuple),
)


@settings(deadline=None)  # the machine may be busy
@given(FILES)
def test_what_is_written_is_read_back(file: OcrFile) -> None:
    parsed = parse(write(file))

    written = [(each.account, pay) for each in file.assignments for pay in each.payments]
    assert [
        (each.account, abs(each.amount_minor), each.booked_on, each.reference, each.text)
        for each in parsed.payments
    ] == [(account, pay.amount_minor, pay.booked_on, pay.kid, pay.text) for account, pay in written]
    assert [(each.kind, each.code, each.payer_account) for each in parsed.payments] == [
        (
            Kind.REVERSAL if pay.minus or pay.type_code in REVERSALS else Kind.PAYMENT,
            pay.type_code,
            pay.payer_account,
        )
        for _, pay in written
    ]
    assert len({each.key for each in parsed.payments}) == len(written)
