"""Damaged references: what each damage may have been made of, and what it was not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.documents.references import make_kid, make_ocr
from payments.matching import damage
from payments.matching.damage import Form, near

KID = Form("kid", "mod10", (8, 13))
MOD11 = Form("kid", "mod11", (8,))
OCR = Form("ocr", "mod10", (), 3)
FREE = Form("ocr", "mod10", (), 1)
FIXED = Form("ocr", "mod10", (8,), 4)

# 12345674 and 1234574 (level 3) are valid; so is 00123455.
DAMAGES = [
    ("zeros_lost", KID, "123455", "00123455"),
    ("zeros_lost", FREE, "123455", "00123455"),
    ("zeros_added", KID, "000012345674", "12345674"),
    ("zeros_added", OCR, "0001234574", "1234574"),
    ("check_digit_missing", KID, "1234567", "12345674"),
    ("check_digit_missing", OCR, "123457", "1234574"),
    ("digits_swapped", KID, "12346574", "12345674"),
    ("digits_swapped", FIXED, "21345674", "12345674"),
    ("digit_missing", KID, "1245674", "12345674"),
    ("digit_missing", OCR, "234574", "1234574"),
    ("digit_extra", KID, "123345674", "12345674"),
    ("digit_extra", OCR, "91234574", "1234574"),
    ("digit_wrong", KID, "12945674", "12345674"),
    ("digit_wrong", KID, "12345679", "12345674"),
    ("digit_wrong", MOD11, "12345670", "12345674"),
]


@pytest.mark.parametrize(("name", "form", "received", "meant"), DAMAGES)
def test_each_damage_leads_back(name: str, form: Form, received: str, meant: str) -> None:
    assert meant in set(damage.RULES[name](received, form))


@pytest.mark.parametrize(
    ("name", "form", "received", "other"),
    [
        ("zeros_lost", KID, "12345", "00012345"),  # the check digit does not fit
        ("zeros_lost", KID, "00123455", "0000000123455"[:8]),  # nothing is lost
        ("zeros_added", KID, "012345670", "12345670"),
        ("check_digit_missing", KID, "123456", "1234567"),  # of no length agreed
        ("check_digit_missing", OCR, "12345", "123455"),  # its length digit is another
        ("digits_swapped", KID, "12346574", "12436574"),  # two swaps away
        ("digits_swapped", KID, "1234657", "1234567"),  # too short
        ("digit_missing", KID, "124567", "12345674"),  # two are missing
        ("digit_missing", OCR, "23474", "1234574"),
        ("digit_extra", KID, "1233345674", "12345674"),  # two too many
        ("digit_extra", KID, "12345674", "1234567"),
        ("digit_wrong", KID, "12995674", "12345674"),  # two are wrong
        ("digit_wrong", KID, "12345674", "12345674"),  # none is
        ("digit_wrong", OCR, "1234564", "1234574"),  # then the whole sum would be another
    ],
)
def test_what_is_further_away_is_not_reached(
    name: str, form: Form, received: str, other: str
) -> None:
    found = set(damage.RULES[name](received, form))

    assert other not in found or (name == "digit_wrong" and form is OCR)
    assert all(form.valid(reference) for reference in found)


@pytest.mark.parametrize("text", ["", "123", "12 34", "１２３４５６７", "A2345674", "1" * 30])
def test_what_is_no_reference_is_near_nothing(text: str) -> None:
    assert near(text, [KID, OCR, MOD11]) == {}


def everything_near(text: str, form: Form) -> set[str]:
    """By trying: all texts one edit away that the form allows."""
    tried = {text[:at] + d + text[at:] for at in range(len(text) + 1) for d in "0123456789-"}
    tried |= {text[:at] + text[at + 1 :] for at in range(len(text))}
    tried |= {text[:at] + d + text[at + 1 :] for at in range(len(text)) for d in "0123456789"}
    tried |= {text[:a] + text[a + 1] + text[a] + text[a + 2 :] for a in range(len(text) - 1)}
    return {each for each in tried if form.valid(each) and each != text}


@given(
    st.text("0123456789", min_size=6, max_size=14), st.sampled_from([KID, MOD11, OCR, FREE, FIXED])
)
def test_sums_find_what_trying_finds(text: str, form: Form) -> None:
    found = near(text, [form])

    by_zeros = {each for each, name in found.items() if name.startswith("zeros")}
    assert set(found) - by_zeros == everything_near(text, form) - by_zeros
    assert all(form.valid(each) for each in found)


@given(st.integers(0, 10**8), st.data())
def test_a_reference_with_one_damage_is_near_itself(serial: int, data: st.DataObject) -> None:
    reference, form = data.draw(
        st.sampled_from(
            [
                (make_kid(serial, 13, "mod10", "042"), Form("kid", "mod10", (13,))),
                (make_ocr(serial + 1000, 3, []), OCR),
            ]
        )
    )
    at = data.draw(st.integers(0, len(reference) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != reference[at]]))

    wrong = reference[:at] + digit + reference[at + 1 :]
    missing = reference[:at] + reference[at + 1 :]
    extra = reference[:at] + digit + reference[at:]

    for broken in (wrong, missing, extra):
        assert reference in near(broken, [form]) or form.valid(broken)
