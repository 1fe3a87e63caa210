"""Where what the payer wrote differs from the reference it is taken for. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import Indel

from payments.matching.words import only_digits, runs

LONGEST = 40
APART_MAX = 4  # digits that were left out or put in: more is another reference


class Piece(StrEnum):
    SAME = "same"
    MISSING = "missing"  # stands in the reference, and was not written
    EXTRA = "extra"  # was written, and does not stand in the reference


@dataclass(frozen=True, slots=True)
class Digits:
    """Digits that stand together, and how they differ."""

    text: str
    piece: Piece


def differing(written: str, reference: str) -> list[Digits]:
    """The reference beside the run of digits that is nearest to it, piece by piece.

    [] where nothing near it was written, or nothing differs.
    """
    found = [run for run in (only_digits(written), *runs(written)) if 0 < len(run) <= LONGEST]
    if not found or not reference or len(reference) > LONGEST:
        return []
    nearest = min(found, key=lambda run: (Indel.distance(run, reference), run))
    if nearest == reference or Indel.distance(nearest, reference) > APART_MAX:
        return []
    return list(_pieces(nearest, reference))


@lru_cache(maxsize=512)
def _pieces(written: str, reference: str) -> tuple[Digits, ...]:
    return tuple(_compared(written, reference))


def _compared(written: str, reference: str) -> Iterator[Digits]:
    at = there = 0
    for step in Indel.editops(written, reference):
        if step.src_pos > at:
            yield Digits(written[at : step.src_pos], Piece.SAME)
        at, there = step.src_pos, step.dest_pos
        if step.tag == "insert":
            yield Digits(reference[there], Piece.MISSING)
        else:
            yield Digits(written[at], Piece.EXTRA)
            at += 1
    if written[at:]:
        yield Digits(written[at:], Piece.SAME)
