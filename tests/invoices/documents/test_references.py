"""Payment references: made and checked as the banks do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.documents import references
from invoices.errors import Refused


@pytest.mark.parametrize(
    ("body", "mod10", "mod11"),
    [
        ("12345678", "2", "5"),  # the example of the manuals
        ("0000", "0", "0"),
        ("1", "8", "9"),
        ("9", "1", "4"),
        ("000000100000", "9", "4"),
        ("6", "7", "-"),
        ("123456785", "5", "-"),
        ("14", "1", "0"),
    ],
)
def test_the_check_digits_are_those_of_the_manuals(body: str, mod10: str, mod11: str) -> None:
    assert references.mod10(body) == mod10
    assert references.mod11(body) == mod11


@given(st.text("0123456789", min_size=3, max_size=24), st.integers(0, 23), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, by: int) -> None:
    place %= len(body)
    wrong = body[:place] + str((int(body[place]) + by) % 10) + body[place + 1 :]

    for check in references.CHECKS.values():
        assert check(wrong) != check(body)


@given(st.text("0123456789", min_size=3, max_size=24), st.sampled_from(sorted(references.CHECKS)))
def test_a_kid_with_its_own_check_digit_is_valid_and_with_any_other_is_not(
    body: str, algorithm: str
) -> None:
    right = references.CHECKS[algorithm](body)

    valid = [c for c in "0123456789-" if references.is_kid(body + c, range(4, 26), algorithm)]

    assert valid == [right]


@pytest.mark.parametrize(
    ("serial", "length", "algorithm", "customer", "kid"),
    [
        (12345678, 9, "mod10", "", "123456782"),
        (12345678, 9, "mod11", "", "123456785"),
        (6, 4, "mod11", "", "006-"),
        (1, 13, "mod10", "000001", "0000010000016"),
        (999999, 13, "mod10", "000001", "0000019999994"),
    ],
)
def test_a_kid_has_the_length_agreed_and_the_customer_first(
    serial: int, length: int, algorithm: str, customer: str, kid: str
) -> None:
    made = references.make_kid(serial, length, algorithm, customer)

    assert made == kid
    assert references.is_kid(made, [length], algorithm)


@pytest.mark.parametrize(
    ("serial", "length", "customer"),
    [
        (1_000_000, 13, "000001"),
        (1000, 4, ""),
        (1, 7, "000001"),
        (1, 4, "000001"),  # shorter than the customer part alone
    ],
)
def test_a_serial_that_does_not_fit_is_refused(serial: int, length: int, customer: str) -> None:
    with pytest.raises(Refused, match="does not fit"):
        references.make_kid(serial, length, "mod10", customer)


@pytest.mark.parametrize(
    ("text", "lengths", "algorithm"),
    [
        ("123456783", [9], "mod10"),  # the check digit
        ("123456785", [9], "mod10"),  # the other algorithm's
        ("123456782", [9], "mod11"),
        ("123456782", [10, 8], "mod10"),  # not one of the lengths agreed
        ("018", [3], "mod10"),  # shorter than any KID, though agreed
        ("1234 56782", [10], "mod10"),
        ("12345678\u0662", [9], "mod10"),  # an Arabic two
        ("1234567\u06682", [9], "mod10"),
        ("-23456782", [9], "mod10"),
        ("", [4], "mod10"),
        ("006-", [4], "mod10"),  # '-' belongs to mod 11 alone
    ],
)
def test_what_is_not_a_kid_of_the_agreement_is_not_valid(
    text: str, lengths: list[int], algorithm: str
) -> None:
    assert not references.is_kid(text, lengths, algorithm)


@pytest.mark.parametrize(
    ("serial", "level", "lengths", "ocr"),
    [
        (12345, 1, [], "123455"),
        (12345, 2, [], "123455"),
        (12345, 3, [], "1234574"),
        (1234567890, 3, [], "123456789023"),
        (1, 3, [], "133"),
        (12345, 4, [8, 10], "0000123455"),
    ],
)
def test_an_ocr_number_is_made_as_its_level_wants_it(
    serial: int, level: int, lengths: list[int], ocr: str
) -> None:
    made = references.make_ocr(serial, level, lengths)

    assert made == ocr
    assert references.is_ocr(made, level, lengths)


@pytest.mark.parametrize(
    ("text", "level", "lengths"),
    [
        ("123456", 1, []),  # the check digit
        ("1234584", 3, []),  # the length digit, and then the check digit is wrong too
        ("1234582", 3, []),  # the length digit alone
        ("123455", 3, []),  # made at level 2
        ("18", 3, []),  # no room for a length digit
        ("0000123455", 4, [8]),  # another length
        ("8", 1, []),
        ("12345a", 1, []),
        ("12345\u0665", 1, []),
        ("0" * 26, 1, []),
    ],
)
def test_what_is_not_an_ocr_number_of_the_level_is_not_valid(
    text: str, level: int, lengths: list[int]
) -> None:
    assert not references.is_ocr(text, level, lengths)


def test_the_length_digit_is_the_last_digit_of_the_length() -> None:
    for digits in range(1, 24):
        made = references.make_ocr(10 ** (digits - 1), 3, [])

        assert len(made) == digits + 2
        assert made[-2] == str(len(made) % 10)


def test_level_4_refuses_a_serial_longer_than_agreed() -> None:
    with pytest.raises(Refused):
        references.make_ocr(1000, 4, [4])


def test_a_reference_is_bare_for_the_books_and_grouped_for_the_eye() -> None:
    assert references.bare(" 0000 0100\t0001\u00a06\n") == "0000010000016"
    assert references.grouped("0000010000016") == "0000 0100 0001 6"
    assert references.bare(references.grouped("12345678")) == "12345678"
