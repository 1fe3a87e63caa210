"""What a damaged reference may have been: one function for each way it breaks. Pure.

Each function takes the digits as they arrived and the form that the bank and the biller have
agreed on, and gives the valid references that this one damage could have made them of. A check
digit by mod 10 finds each wrong or missing digit: at each place only one digit is right, so that a
reference of 13 digits has some 14 of these neighbours and not 130. They are worked out from sums
of what stands to the left and to the right of a place, and not by trying.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from invoices.documents.references import CHECKS, OCR_LENGTHS, is_kid, is_ocr

DIGITS = "0123456789"
ZEROS_MAX = 3  # as many leading zeros can be lost where no length is agreed
# What a digit adds to the sum, at an even and at an odd place from the right; and the way back.
_ADDS = (tuple(range(10)), (0, 2, 4, 6, 8, 1, 3, 5, 7, 9))
_ADDS_OF = tuple(dict(zip(DIGITS, adds, strict=True)) for adds in _ADDS)
_BACK = tuple(tuple(str(adds.index(value)) for value in range(10)) for adds in _ADDS)


@dataclass(frozen=True, slots=True)
class Form:
    """How the references of one agreement look."""

    scheme: str  # "kid" or "ocr"
    algorithm: str = "mod10"
    lengths: tuple[int, ...] = ()
    level: int | None = None

    @property
    def fixed(self) -> bool:
        return self.scheme == "kid" or self.level == 4

    def takes(self, length: int) -> bool:
        """Whether a reference can be that long."""
        if self.fixed:
            return length in self.lengths
        return length in OCR_LENGTHS

    def valid(self, text: str) -> bool:
        if self.scheme == "kid":
            return is_kid(text, self.lengths, self.algorithm)
        return is_ocr(text, self.level or 1, self.lengths)

    @property
    def by_sums(self) -> bool:
        return self.algorithm == "mod10"

    def right(self, text: str) -> bool:
        """As ``valid``, of a text of an agreed length whose sum is right where sums decide."""
        if self.algorithm != "mod10":
            return self.valid(text)
        return self.level != 3 or text[-2] == DIGITS[len(text) % 10]


def zeros_lost(text: str, form: Form) -> Iterator[str]:
    """0012 arrived as 12, as spreadsheets make it."""
    lengths = form.lengths if form.fixed else range(len(text) + 1, len(text) + 1 + ZEROS_MAX)
    for length in lengths:
        if length > len(text) and form.valid(whole := text.zfill(length)):
            yield whole


def zeros_added(text: str, form: Form) -> Iterator[str]:
    """12 arrived as 0012, filled up to the width of a field."""
    rest = text
    while rest.startswith("0"):
        rest = rest[1:]
        if form.valid(rest):
            yield rest


def check_digit_missing(text: str, form: Form) -> Iterator[str]:
    """The last digit was taken for something that need not be typed."""
    if form.takes(len(text) + 1) and form.valid(whole := text + CHECKS[form.algorithm](text)):
        yield whole


def digits_swapped(text: str, form: Form) -> Iterator[str]:
    """1234 arrived as 1324."""
    if not form.takes(len(text)):
        return
    total, by_sums = _right(text)[0], form.by_sums
    for at in range(len(text) - 1):
        here, there = text[at], text[at + 1]
        if here == there:
            continue
        if by_sums:
            adds, next_adds = _ADDS_OF[(len(text) - 1 - at) % 2], _ADDS_OF[(len(text) - at) % 2]
            change = adds[there] + next_adds[here] - adds[here] - next_adds[there]
            if (total + change) % 10:
                continue
        if form.right(whole := text[:at] + there + here + text[at + 2 :]):
            yield whole


def digit_missing(text: str, form: Form) -> Iterator[str]:
    """1234 arrived as 124."""
    if not form.takes(len(text) + 1):
        return
    right, left, by_sums = _right(text), _left_moved(text), form.by_sums
    for at in range(len(text) + 1):
        back = _BACK[(len(text) - at) % 2]
        for digit in back[-(right[at] + left[at]) % 10] if by_sums else DIGITS:
            if form.right(whole := text[:at] + digit + text[at:]):
                yield whole


def digit_extra(text: str, form: Form) -> Iterator[str]:
    """1234 arrived as 12234."""
    if not form.takes(len(text) - 1):
        return
    right, left, by_sums = _right(text), _left_moved(text), form.by_sums
    for at in range(len(text)):
        if by_sums and (right[at + 1] + left[at]) % 10:
            continue
        if form.right(whole := text[:at] + text[at + 1 :]):
            yield whole


def digit_wrong(text: str, form: Form) -> Iterator[str]:
    """1234 arrived as 1534."""
    if not form.takes(len(text)):
        return
    total, by_sums = _right(text)[0], form.by_sums
    if by_sums and total % 10 == 0:
        return  # one wrong digit would have been noticed
    for at, digit in enumerate(text):
        odd = (len(text) - 1 - at) % 2
        others = _BACK[odd][(_ADDS_OF[odd][digit] - total) % 10] if by_sums else DIGITS
        for other in others:
            if other != digit and form.right(whole := text[:at] + other + text[at + 1 :]):
                yield whole


type Rule = Callable[[str, Form], Iterator[str]]

# In this order: what explains a reference first explains it best.
RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        zeros_lost,
        zeros_added,
        check_digit_missing,
        digits_swapped,
        digit_missing,
        digit_extra,
        digit_wrong,
    )
}
SHORTEST = 4  # below this, everything is near everything


def near(text: str, forms: Sequence[Form]) -> dict[str, str]:
    """The valid references that one damage away from ``text`` -> the name of the damage."""
    found: dict[str, str] = {}
    if not (text.isascii() and text.isdecimal() and SHORTEST <= len(text) <= OCR_LENGTHS[-1] + 1):
        return found
    for form in forms:
        for name, rule in RULES.items():
            for reference in rule(text, form):
                found.setdefault(reference, name)
    found.pop(text, None)
    return found


@lru_cache(maxsize=64)
def _right(text: str) -> tuple[int, ...]:
    """At each place, the sum of the digits from there to the right end."""
    sums = [0]
    for place, digit in enumerate(reversed(text)):
        sums.append(sums[-1] + _ADDS_OF[place % 2][digit])
    return tuple(reversed(sums))


@lru_cache(maxsize=64)
def _left_moved(text: str) -> tuple[int, ...]:
    """At each place, the sum of the digits left of it, had they moved by one place."""
    sums = [0]
    last = len(text) - 1
    for at, digit in enumerate(text):
        sums.append(sums[-1] + _ADDS_OF[(last - at + 1) % 2][digit])
    return tuple(sums)
