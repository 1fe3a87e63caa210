"""Damaged files: a clear refusal, or a file whose totals still hold; never anything else."""

from collections.abc import Callable, Iterator

import pytest

from invoices.errors import FormatError
from payments.formats import parse
from tests.payments.formats.files import DATA, WRITTEN

FIXED_WIDTH = ("ocrgiro.txt", "bgmax.txt")
NAMES = (*FIXED_WIDTH, "camt054.xml")


def verdict(raw: bytes) -> int | None:
    """Return the sum of a file that is read, None for one that is refused."""
    try:
        return parse(raw).sum_minor
    except FormatError as error:
        if not str(error).endswith("."):
            pytest.fail(f"not a sentence: {error}")
        return None


def flipped(raw: bytes, replacements: bytes) -> Iterator[bytes]:
    for at, byte in enumerate(raw):
        for other in {*replacements, byte ^ 0x01} - {byte}:
            yield raw[:at] + bytes([other]) + raw[at + 1 :]


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_file_is_what_is_written(name: str) -> None:
    assert (DATA / name).read_bytes() == WRITTEN[name]
    assert verdict(WRITTEN[name]) is not None


@pytest.mark.parametrize("name", FIXED_WIDTH)
def test_no_single_byte_changes_the_sum_of_a_fixed_width_file(name: str) -> None:
    raw = WRITTEN[name]
    right = verdict(raw)

    for damaged in flipped(raw, b"09- \n\r\t\x00\xff"):
        assert verdict(damaged) in (None, right)


def test_no_single_byte_changes_the_sum_of_a_camt_file() -> None:
    raw = WRITTEN["camt054.xml"]
    right = verdict(raw)

    for damaged in flipped(raw, b""):
        assert verdict(damaged) in (None, right)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_off_anywhere_is_refused_or_whole(name: str) -> None:
    raw = WRITTEN[name]
    right = verdict(raw)

    verdicts = {end: verdict(raw[:end]) for end in range(len(raw))}

    assert set(verdicts.values()) <= {None, right}
    # What may be missing is only the filling of the end record, or the last closing newline.
    assert all(figure is None for end, figure in verdicts.items() if end < len(raw) - 82)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_without_its_beginning_is_refused(name: str) -> None:
    lines = WRITTEN[name].splitlines(keepends=True)

    for start in range(2, len(lines)):
        assert verdict(b"".join(lines[start:])) is None


@pytest.mark.parametrize("name", FIXED_WIDTH)
def test_swapped_lines_do_not_change_the_sum(name: str) -> None:
    raw = WRITTEN[name]
    right = verdict(raw)
    lines = raw.splitlines(keepends=True)

    for first in range(len(lines)):
        for second in range(first):
            swapped = list(lines)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert verdict(b"".join(swapped)) in (None, right)


@pytest.mark.parametrize("name", FIXED_WIDTH)
def test_a_line_lost_or_doubled_does_not_change_the_sum(name: str) -> None:
    raw = WRITTEN[name]
    right = verdict(raw)
    lines = raw.splitlines(keepends=True)

    for at in range(len(lines)):
        assert verdict(b"".join(lines[:at] + lines[at + 1 :])) in (None, right)
        assert verdict(b"".join(lines[: at + 1] + lines[at:])) in (None, right)


@pytest.mark.parametrize("name", FIXED_WIDTH)
@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw.replace(b"\r\n", b"\n"),
        lambda raw: raw.replace(b"\r\n", b""),
        lambda raw: raw.replace(b"\r\n", b"\r"),
        lambda raw: raw.rstrip(),
        lambda raw: b"\r\n".join(line.rstrip() for line in raw.splitlines()),
        lambda raw: raw.replace(b"\r\n", b"   \t \r\n\r\n"),
        lambda raw: raw + b"\r\n   \r\n\r\n",
        lambda raw: raw.decode("latin-1").encode(),
        lambda raw: b"\xef\xbb\xbf" + raw.decode("latin-1").encode(),
    ],
)
def test_the_odd_shapes_of_a_file_bring_the_same_payments(
    name: str, damage: Callable[[bytes], bytes]
) -> None:
    right = parse(WRITTEN[name])

    parsed = parse(damage(WRITTEN[name]))

    assert [each.key for each in parsed.payments] == [each.key for each in right.payments]
    assert [each.text for each in parsed.payments] == [each.text for each in right.payments]
