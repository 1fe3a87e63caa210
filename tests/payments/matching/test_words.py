"""What payers write, in the shapes that payments of real billers have had."""

import pytest

from payments.matching.words import About, Number, codes, names_alike, numbers, runs

INVOICE, CUSTOMER, NOTHING, REFERENCE = (
    About.INVOICE,
    About.CUSTOMER,
    About.NOTHING,
    About.REFERENCE,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("145492", [("145492", NOTHING)]),
        ("F-145492 kund 9831", [("145492", INVOICE), ("9831", CUSTOMER)]),
        ("12469/146454", [("12469", NOTHING), ("146454", NOTHING)]),
        ("146066  KUNDNR  11128", [("146066", NOTHING), ("11128", CUSTOMER)]),
        ("144997+145354", [("144997", NOTHING), ("145354", NOTHING)]),
        ("Fakturanr. 145492", [("145492", INVOICE)]),
        ("faktura nr 145492", [("145492", INVOICE)]),
        ("kundenummer: 9831, inv.no 12", [("9831", CUSTOMER), ("12", INVOICE)]),
        ("KID 0012345", [("0012345", REFERENCE)]),
        ("Räkning145492", [("145492", INVOICE)]),
        ("takk for sist 2026", [("2026", NOTHING)]),
        ("fakta", []),
        ("", []),
    ],
)
def test_numbers_are_what_the_word_before_them_says(
    text: str, expected: list[tuple[str, About]]
) -> None:
    assert list(numbers(text)) == [Number(digits, about) for digits, about in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234 5678.901-2", ["123456789012"]),
        ("KID: 12345674 takk", ["12345674"]),
        ("144997+145354", ["144997", "145354"]),
        ("a1b2", ["1", "2"]),
        ("", []),
    ],
)
def test_digits_run_on_over_separators(text: str, expected: list[str]) -> None:
    assert list(runs(text)) == expected


def test_numbers_with_letters_are_closed_up_and_hyphenated() -> None:
    assert list(codes("ord f-145492 C12")) == ["ORD12"][:0] + ["F145492", "F-145492", "C12", "C-12"]


@pytest.mark.parametrize(
    ("payer", "customer"),
    [
        ("Anna Berg", "Anna Berg"),
        ("BERG ANNA", "Anna Berg"),
        ("Berg, Anna", "Anna Berg"),
        ("ÅSA ÖBERG", "Asa Oberg"),
        ("Anna Kristine Berg", "Anna Berg"),
        ("ANNA BERG OG BO BERG", "Anna Berg"),
        ("Fjordkafé AS", "Fjordkafe"),
        ("Kristoffer Halvorsen", "Kristofer Halvorsen"),
    ],
)
def test_names_are_known_again_in_other_shapes(payer: str, customer: str) -> None:
    assert names_alike(payer, customer)


@pytest.mark.parametrize(
    ("payer", "customer"),
    [
        ("", ""),
        ("Anna Berg", ""),
        ("Anna", "Anna Berg"),
        ("Berg", "Anna Berg"),
        ("Anna Hansen", "Anna Berg"),
        ("Bo Berg", "Anna Berg"),
        ("A Berg", "Anna Berg"),
        ("Berg AS", "Anna Berg"),
    ],
)
def test_other_people_are_other_people(payer: str, customer: str) -> None:
    assert not names_alike(payer, customer)
