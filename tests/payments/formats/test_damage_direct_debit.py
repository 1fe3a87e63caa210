"""Damaged files of direct debit: refused, or read with what their totals guard; never half.

What no total guards (a KID, a reference, a text, which day between the first and the last) can
differ after a flipped byte; how many orders or answers there are and their money cannot.
"""

from collections.abc import Callable, Hashable, Iterator

import pytest

from invoices.errors import FormatError
from payments.formats import avtalegiro, ocrgiro, parse
from tests.payments.formats import test_avtalegiro, test_avtalegiro_register
from tests.payments.formats.files import NOV_3, OCR

Reader = Callable[[bytes], Hashable]


def claims(raw: bytes) -> Hashable:
    return tuple(
        (each.cancels, len(each.claims), sum(claim.amount_minor for claim in each.claims))
        for each in avtalegiro.read(raw).assignments
    )


def answers(raw: bytes) -> Hashable:
    parsed = parse(raw)
    return (
        parsed.sum_minor,
        len(parsed.payments),
        len(parsed.mandate_answers),
        sum(each.amount_minor for each in parsed.claim_answers),
        len(parsed.claim_answers),
    )


REGISTER = ocrgiro.OcrFile(
    OCR.number, NOV_3, OCR.assignments[:1], registers=(test_avtalegiro_register.CHANGES,)
)
CASES: dict[str, tuple[bytes, Reader]] = {
    "avtalegiro claims": (avtalegiro.write(test_avtalegiro.FILE).raw, claims),
    "avtalegiro register": (ocrgiro.write(REGISTER), answers),
}
each_case = pytest.mark.parametrize(("raw", "read"), CASES.values(), ids=CASES)


def verdict(raw: bytes, read: Reader) -> Hashable:
    """Return what was read, None for a file that is refused."""
    try:
        return read(raw)
    except FormatError as error:
        if not str(error).endswith("."):
            pytest.fail(f"not a sentence: {error}")
        return None


def flipped(raw: bytes) -> Iterator[bytes]:
    for at, byte in enumerate(raw):
        for other in {*b"09 \n\xff", byte ^ 0x01} - {byte}:
            yield raw[:at] + bytes([other]) + raw[at + 1 :]


@each_case
def test_a_single_flipped_byte_changes_neither_count_nor_money(raw: bytes, read: Reader) -> None:
    right = read(raw)

    for damaged in flipped(raw):
        assert verdict(damaged, read) in (None, right)


@each_case
def test_a_file_cut_off_after_any_line_is_refused(raw: bytes, read: Reader) -> None:
    lines = raw.splitlines(keepends=True)

    for end in range(len(lines)):
        assert verdict(b"".join(lines[:end]), read) is None


@each_case
def test_a_file_cut_off_anywhere_is_refused_or_whole(raw: bytes, read: Reader) -> None:
    right = read(raw)

    assert {verdict(raw[:end], read) for end in range(len(raw) - 90, len(raw))} <= {None, right}
    assert {verdict(raw[:end], read) for end in range(0, len(raw) - 90, 7)} == {None}


@each_case
def test_a_line_lost_or_doubled_is_refused_or_changes_nothing(raw: bytes, read: Reader) -> None:
    right = read(raw)
    lines = raw.splitlines(keepends=True)

    for at in range(len(lines)):
        assert verdict(b"".join(lines[:at] + lines[at + 1 :]), read) in (None, right)
        assert verdict(b"".join(lines[: at + 1] + lines[at:]), read) in (None, right)
