"""The register of AvtaleGiro mandates: what the bank says of who may be drawn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.errors import FormatError
from payments.formats import MandateAnswer, MandateChange, parse
from payments.formats.avtalegiro_register import Mandate, Register
from payments.formats.ocrgiro import OcrFile, write
from tests.payments.formats.files import NOV_3, OCR, SAMPLES

CHANGES = Register(
    "15032080119",
    5,
    (
        Mandate("0000100000018", notice=True),
        Mandate("0000100000026", MandateChange.ENDED),
    ),
)


def registers(*each: Register) -> OcrFile:
    return OcrFile(7, NOV_3, (), registers=each)


def answers(file: OcrFile) -> list[tuple[str, str, MandateChange, bool | None]]:
    return [
        (each.account, each.kid, each.what, each.notice)
        for each in parse(write(file)).mandate_answers
    ]


def test_a_register_alone_has_mandates_and_no_payments() -> None:
    parsed = parse(write(registers(CHANGES)))

    assert (parsed.payments, parsed.accounts, parsed.notes) == ((), ("15032080119",), ())
    assert parsed.mandate_answers[0] == MandateAnswer(
        line_no=3,
        scheme="avtalegiro",
        account="15032080119",
        what=MandateChange.ACTIVE,
        kid="0000100000018",
        notice=True,
    )
    assert parsed.mandate_answers[1].what is MandateChange.ENDED


def test_a_register_beside_the_payments_changes_none_of_them() -> None:
    alone = parse(write(OCR))
    both = parse(write(OcrFile(OCR.number, NOV_3, OCR.assignments, OCR.receiver, (CHANGES,))))

    assert both.payments == alone.payments
    assert len(both.mandate_answers) == 2


def test_a_full_listing_says_so() -> None:
    listing = Register("15032080119", 5, (Mandate("18", MandateChange.LISTED),))

    assert answers(registers(listing)) == [("15032080119", "18", MandateChange.LISTED, False)]


def test_an_empty_register_is_noted() -> None:
    (note,) = parse(write(registers(Register("15032080119", 5, ())))).notes

    assert note == "The register of mandates for account 15032080119 is empty."


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        (b"00000011 ", b"00000010 ", "part of a full listing"),
        (b"00000022 ", b"00000020 ", "part of a full listing"),
        (b"00000022 ", b"00000023 ", "registration type 3"),
        (b"0000100000026N", b"0000100000026X", "should say J or N"),
        (b"0000100000026N", b"00001O0000026N", "is not a KID"),
        (b"0000100000026N", b"             N", "is not a KID"),
        (b"NY2124880000000200000004", b"NY2124880000000300000004", "says 3 transactions"),
        (b"NY2124880000000200000004", b"NY2124880000000200000003", "says 3 records"),
    ],
)
def test_a_register_that_is_not_clear_is_refused(old: bytes, new: bytes, refusal: str) -> None:
    raw = write(registers(CHANGES))
    assert old in raw

    with pytest.raises(FormatError, match=refusal):
        parse(raw.replace(old, new))


def test_a_listing_with_changes_in_it_is_not_written() -> None:
    mixed = Register("15032080119", 5, (Mandate("18", MandateChange.LISTED), Mandate("26")))

    with pytest.raises(ValueError, match="not both"):
        write(registers(mixed))


def mandates(*kinds: MandateChange) -> st.SearchStrategy[tuple[Mandate, ...]]:
    kid = st.from_regex(r"[0-9]{1,24}[0-9-]", fullmatch=True)
    each = st.builds(Mandate, kid, st.sampled_from(kinds), st.booleans())
    return st.lists(each, max_size=5).map(tuple)


REGISTERS = st.builds(
    Register,
    st.from_regex(r"[0-9]{11}", fullmatch=True),
    st.integers(0, 9999999),
    mandates(MandateChange.LISTED) | mandates(MandateChange.ACTIVE, MandateChange.ENDED),
)


@settings(deadline=None, max_examples=60)  # the machine may be busy
@given(st.lists(REGISTERS, max_size=3))
def test_what_is_written_is_read_back(written: list[Register]) -> None:
    assert answers(registers(*written)) == [
        (register.account, mandate.kid, mandate.what, mandate.notice)
        for register in written
        for mandate in register.mandates
    ]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")
def test_the_register_of_the_sample() -> None:
    parsed = parse((SAMPLES / "avtalegiro" / "netsgiro_mandates_16.txt").read_bytes())

    assert len(parsed.mandate_answers) == 16
    assert {each.what for each in parsed.mandate_answers} == {MandateChange.ACTIVE}
    assert sum(each.notice or False for each in parsed.mandate_answers) == 11
    assert parsed.mandate_answers[0].kid == "000112000507155"
