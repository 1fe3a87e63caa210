"""BgMax: what is read, what is refused, and that writing and reading agree."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.errors import FormatError
from payments.formats import Kind, Part, parse
from payments.formats.bgmax import BgMaxFile, BgPayment, BgSection, write
from tests.payments.formats.files import BGMAX, LETTERS, NOV_2, NOV_3

LINES = write(BGMAX).decode("latin-1").split("\r\n")[:-1]
MORNING = datetime(2026, 11, 3, 6, 30, tzinfo=UTC)


def file_of(*payments: BgPayment, currency: str = "SEK", plusgiro: str = "") -> bytes:
    bankgiro = "" if plusgiro else "9912346"
    section = BgSection(bankgiro, NOV_3, payments, currency=currency, plusgiro=plusgiro)
    return write(BgMaxFile(MORNING, (section,)))


def joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def changed(line_no: int, column: int, text: str) -> bytes:
    """Our file with other text from a column (1-based) of a line on."""
    lines = list(LINES)
    line = lines[line_no - 1]
    lines[line_no - 1] = line[: column - 1] + text + line[column - 1 + len(text) :]
    return joined(lines)


def test_a_file_becomes_its_payments() -> None:
    parsed = parse(write(BGMAX))

    assert parsed.format == "bgmax"
    assert parsed.accounts == ("9912346",)
    assert parsed.notes == ()
    assert parsed.sum_minor == 49900 - 10000 + 90000 + 30000
    assert [
        (each.line_no, each.amount_minor, each.currency, each.booked_on, each.kind, each.code)
        for each in parsed.payments
    ] == [
        (3, 49900, "SEK", NOV_2, Kind.PAYMENT, "21"),
        (5, -10000, "SEK", NOV_2, Kind.DEDUCTION, "32"),
        (6, 90000, "SEK", NOV_2, Kind.PAYMENT, "41"),
        (13, 30000, "EUR", NOV_3, Kind.PAYMENT, "33"),
    ]
    first = parsed.payments[0]
    assert first.reference == "1234574"
    assert (first.payer_name, first.payer_account) == ("Åsa Öberg", "58056201")


def test_extra_references_become_parts_and_zero_means_not_said() -> None:
    payment = parse(write(BGMAX)).payments[2]

    assert payment.reference == ""
    assert payment.parts == (
        Part("1234590", 100000),
        Part("1234608", -10000),
        Part("1234616", None),
    )
    assert payment.text == "Tre fakturor 1234590 1234608 1234616"


def test_a_reference_that_fills_its_field_goes_on_in_the_text() -> None:
    payment = parse(write(BGMAX)).payments[3]

    assert (payment.reference, payment.text) == ("faktura 146048 kund nr 8849", "Hälsningar")


@pytest.mark.parametrize(
    ("reference", "code", "text"),
    [
        ("1234567890123456789012345", "2", "tack"),  # found right: nothing is missing
        ("1234567890123456789012345", "4", "tack"),
        ("123456789012345678901234", "3", "tack"),  # shorter than its field
        ("faktura 146048 kund nr 88", "3", " tack"),  # the text begins a line of its own
    ],
)
def test_a_reference_that_is_whole_keeps_the_text_apart(
    reference: str, code: str, text: str
) -> None:
    raw = file_of(BgPayment(100, reference, texts=(text,), reference_code=code))

    (payment,) = parse(raw).payments

    assert (payment.reference, payment.text) == (reference, "tack")


def test_a_plusgiro_number_is_an_account_too() -> None:
    parsed = parse(file_of(BgPayment(100, "18"), plusgiro="47"))

    assert parsed.accounts == ("47",)
    assert parsed.payments[0].account == "47"


def test_an_unknown_payer_is_empty() -> None:
    (payment,) = parse(file_of(BgPayment(100, "18"))).payments

    assert (payment.payer_name, payment.payer_account) == ("", "")


def test_unknown_records_are_left_out_with_a_note() -> None:
    lines = [*LINES[:3], "24something new".ljust(80), "24again".ljust(80), *LINES[3:]]

    parsed = parse(joined(lines))

    assert len(parsed.payments) == 4
    assert parsed.notes == ("2 records of the unknown kind 24 were left out, the first on line 4.",)


def test_a_test_file_is_noted() -> None:
    parsed = parse(write(BgMaxFile(MORNING, (), test=True)))

    assert parsed.notes == ("The file is marked as a test file.",)
    assert parsed.payments == ()


@pytest.mark.parametrize(
    ("line_no", "column", "text", "sentence"),
    [
        (11, 51, "000000000000129901", "says 129901 öre, but its payments add up to 129900"),
        (11, 72, "00000004", "says 4 payments, but 3"),
        (11, 69, "EUR", "in EUR, but its section is in SEK"),
        (11, 38, "20261301", "no such date"),
        (17, 3, "00000004", "says 4 payments, but 3"),
        (17, 11, "00000000", "says 0 deductions, but 1"),
        (17, 19, "00000002", "says 2 extra references, but 3"),
        (17, 27, "00000001", "says 1 deposits, but 2"),
        (1, 23, "02", "version 02"),
        (2, 3, "0000000000", "neither a bankgiro nor a plusgiro"),
        (2, 3, "0000012345", "neither a bankgiro nor a plusgiro"),
        (2, 3, "00099A2346", "neither a bankgiro nor a plusgiro"),
        (2, 23, "kr ", "not a currency"),
        (3, 38, "00000000000004990x", "Columns 38 to 55"),
        (3, 1, "x0", "begins with “x0”"),
        (3, 1, "01", "kind 01 cannot stand here"),
        (3, 1, "05", "kind 05 cannot stand here"),
        (3, 1, "22", "kind 22 cannot stand here"),
        (3, 1, "26", "kind 26 cannot stand here"),
        (3, 1, "27", "kind 27 cannot stand here"),
        (3, 1, "70", "kind 70 cannot stand here"),
        (12, 1, "20", "kind 20 cannot stand here"),
        (12, 1, "15", "kind 15 cannot stand here"),
    ],
)
def test_a_wrong_figure_is_refused_with_its_line_and_both_figures(
    line_no: int, column: int, text: str, sentence: str
) -> None:
    with pytest.raises(FormatError) as caught:
        parse(changed(line_no, column, text))

    assert caught.value.line_no == line_no
    assert sentence in str(caught.value)


def test_a_file_that_is_cut_off_says_so() -> None:
    with pytest.raises(FormatError, match="ends before its end record") as caught:
        parse(joined(LINES[:-1]))

    assert caught.value.line_no == len(LINES) - 1


def test_a_file_that_goes_on_after_its_end_is_refused() -> None:
    with pytest.raises(FormatError, match="goes on"):
        parse(joined([*LINES, LINES[0]]))


def test_equal_payments_of_one_deposit_have_different_keys() -> None:
    raw = file_of(BgPayment(100, "18", serial=7), BgPayment(100, "18", serial=7))

    one, two = parse(raw).payments

    assert one.key.removesuffix("#1") == two.key.removesuffix("#2")
    assert [payment.key for payment in parse(raw).payments] == [one.key, two.key]


PAYMENTS = st.builds(
    BgPayment,
    amount_minor=st.integers(-(10**9), 10**12),
    reference=st.text(LETTERS, max_size=24),
    parts=st.lists(
        st.builds(
            Part,
            st.text(LETTERS, max_size=25),
            st.none() | st.integers(-(10**9), 10**9).filter(bool),
        ),
        max_size=3,
    ).map(tuple),
    texts=st.lists(st.text(LETTERS, min_size=1, max_size=50), max_size=3).map(tuple),
    payer=st.sampled_from(["", "9912346", "58056201"]),
    payer_name=st.text(LETTERS, max_size=35),
    reference_code=st.sampled_from("012345"),
    channel=st.sampled_from("1234"),
    serial=st.integers(0, 10**12 - 1),
)


def positive(payments: list[BgPayment]) -> tuple[BgPayment, ...]:
    """A deposit cannot be negative: give it one payment that makes up for its deductions."""
    total = sum(payment.amount_minor for payment in payments)
    return (*payments, BgPayment(-total)) if total < 0 else tuple(payments)


SECTIONS = st.builds(
    BgSection,
    bankgiro=st.from_regex(r"[1-9][0-9]{6,7}", fullmatch=True),
    booked_on=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    payments=st.lists(PAYMENTS, max_size=5).map(positive),
    serial=st.integers(0, 99999),
    currency=st.sampled_from(["SEK", "EUR"]),
)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(SECTIONS, max_size=3))
def test_what_is_written_is_read_back(sections: list[BgSection]) -> None:
    parsed = parse(write(BgMaxFile(MORNING, tuple(sections))))

    written = [(section, payment) for section in sections for payment in section.payments]
    assert [
        (each.account, each.booked_on, each.currency, each.amount_minor, each.code)
        for each in parsed.payments
    ] == [
        (
            sec.bankgiro,
            sec.booked_on,
            sec.currency,
            pay.amount_minor,
            pay.reference_code + pay.channel,
        )
        for sec, pay in written
    ]
    assert [
        (each.reference, each.parts, each.text, each.payer_name, each.payer_account)
        for each in parsed.payments
    ] == [
        (pay.reference, pay.parts, " ".join(pay.texts), pay.payer_name, pay.payer)
        for _, pay in written
    ]
    assert len({each.key for each in parsed.payments}) == len(written)
