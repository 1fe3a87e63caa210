"""Damaged files of direct debit: refused, or read with what their totals guard; never half.

What no total guards (a KID, a reference, a text, which day between the first and the last) can
differ after a flipped byte; how many orders or answers there are and their money cannot.
"""

from collections.abc import Callable, Hashable, Iterator

import pytest

from invoices.errors import FormatError
from payments.formats import ClaimOutcome, avtalegiro, ocrgiro, parse
from payments.formats.autogiro import orders as autogiro_orders
from tests.payments.formats import (
    test_autogiro,
    test_autogiro_orders,
    test_avtalegiro,
    test_avtalegiro_register,
)
from tests.payments.formats.files import DATA, NOV_3, OCR

# No end record counts the draws that failed in a specification, nor the changes that were not made:
# one may be lost with its line. The old layout counts all draws, but not which of them failed.
GUARDED = {
    ClaimOutcome.SETTLED,
    ClaimOutcome.REFUNDED,
    ClaimOutcome.CANCELLED,
    ClaimOutcome.MOVED,
}

Reader = Callable[[bytes], Hashable]


def claims(raw: bytes) -> Hashable:
    return tuple(
        (each.cancels, len(each.claims), sum(claim.amount_minor for claim in each.claims))
        for each in avtalegiro.read(raw).assignments
    )


def answers(raw: bytes) -> Hashable:
    parsed = parse(raw)
    answered = parsed.claim_answers
    return (
        parsed.sum_minor,
        len(parsed.payments),
        len(parsed.mandate_answers),
        sum(each.what in GUARDED or each.reason.startswith("rejected") for each in answered),
    )


def old_answers(raw: bytes) -> Hashable:
    answered = parse(raw).claim_answers
    return len(answered), sum(each.amount_minor for each in answered)


def sealed(raw: bytes) -> Hashable:
    return autogiro_orders.read(raw, test_autogiro_orders.KEY)


REGISTER = ocrgiro.OcrFile(
    OCR.number, NOV_3, OCR.assignments[:1], registers=(test_avtalegiro_register.CHANGES,)
)
CASES: dict[str, tuple[bytes, Reader]] = {
    "avtalegiro-claims": (avtalegiro.write(test_avtalegiro.FILE).raw, claims),
    "avtalegiro-register": (ocrgiro.write(REGISTER), answers),
    "autogiro-orders": (test_autogiro_orders.SEALED, sealed),
    "autogiro-specification": (test_autogiro.SPECIFICATION, answers),
    "autogiro-rejected": (test_autogiro.REJECTED, answers),
    "autogiro-changes": (test_autogiro.CHANGES, answers),
    "autogiro-mandates": (test_autogiro.MANDATES, answers),
    "autogiro-signups": (test_autogiro.SIGNUPS, answers),
    "autogiro-old-payments": (test_autogiro.OLD_PAYMENTS, old_answers),
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


@pytest.mark.parametrize("name", CASES)
def test_the_stored_file_is_what_is_written(name: str) -> None:
    raw, read = CASES[name]

    assert (DATA / f"{name}.txt").read_bytes() == raw
    assert verdict(raw, read) is not None


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
