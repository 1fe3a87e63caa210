"""What payers write: numbers of invoices and customers, whole references, names. Pure."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from rapidfuzz import fuzz

NAMES_ALIKE = 90  # of 100, by rapidfuzz
WORDS_MAX = 8  # of a name, that are looked for in pairs


class About(StrEnum):
    """What a word before a number says that the number is."""

    NOTHING = ""
    INVOICE = "invoice"
    CUSTOMER = "customer"
    REFERENCE = "reference"


# What a word begins with, in Norwegian, Swedish and English.
_SAYS = (
    ("kund", About.CUSTOMER),
    ("customer", About.CUSTOMER),
    ("client", About.CUSTOMER),
    ("knr", About.CUSTOMER),
    ("kid", About.REFERENCE),
    ("ocr", About.REFERENCE),
    ("ref", About.REFERENCE),
    ("fakt", About.INVOICE),
    ("fak", About.INVOICE),
    ("fnr", About.INVOICE),
    ("inv", About.INVOICE),
    ("regning", About.INVOICE),
    ("räkning", About.INVOICE),
)
_FILLERS = frozenset({"nr", "no", "nummer", "number", "num", "id"})
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_RUN = re.compile(r"\d[\d \t.\-/]*\d|\d")
_BETWEEN = re.compile(r"\D+")
_CODE = re.compile(r"\b([^\W\d_]{1,4})[ \-]?(\d+)")


class Number(NamedTuple):
    """A group of digits in what the payer wrote, and what the word before it says it is."""

    digits: str
    about: About = About.NOTHING


def numbers(text: str) -> Iterator[Number]:
    """The groups of digits: "F-145492 kund 9831" is invoice 145492 and customer 9831."""
    about = About.NOTHING
    for token in _TOKEN.findall(text):
        if token.isdecimal():
            yield Number(token, about)
            about = About.NOTHING
            continue
        word = token.casefold()
        if word in _FILLERS:
            continue  # "kunde nr 12": what was said before still holds
        about = _about(word)


def _about(word: str) -> About:
    if word == "f":
        return About.INVOICE
    if word == "k":
        return About.CUSTOMER
    return next((about for start, about in _SAYS if word.startswith(start)), About.NOTHING)


def codes(text: str) -> Iterator[str]:
    """Numbers with letters before them, as they stand, closed up, and with a hyphen."""
    for letters, digits in _CODE.findall(text):
        upper = letters.upper()
        yield upper + digits
        yield f"{upper}-{digits}"


def runs(text: str) -> Iterator[str]:
    """Digits with nothing but spaces, dots, hyphens and slashes between them, closed up."""
    for found in _RUN.findall(text):
        yield found if found.isdecimal() else _BETWEEN.sub("", found)


def only_digits(text: str) -> str:
    """All digits of the text, closed up."""
    return _BETWEEN.sub("", text)


_NO_NAMES = frozenset({"og", "och", "and", "as", "ab", "asa", "hb", "kb", "da", "ans", "enk"})
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "é": "e", "ü": "u"})


class Name(NamedTuple):
    """A name as it is compared: its words, those in the order of the alphabet, and its marks, of
    which two names that are alike have one in common: two words, or the first letters of all.
    """

    words: frozenset[str]
    in_order: str
    marks: tuple[str, ...]


@lru_cache(maxsize=50_000)  # more than the names that one set of payments brings up
def name_of(text: str) -> Name:
    """The words of a name, as banks write them in many ways: case, order, accents, AS and AB."""
    words = frozenset(re.findall(r"\w+", text.casefold().translate(_LETTERS))) - _NO_NAMES
    ordered = sorted(words)
    initials = "".join(word[0] for word in ordered)
    pairs = (f"{one} {other}" for one, other in combinations(ordered[:WORDS_MAX], 2))
    return Name(words, " ".join(ordered), (initials, *pairs))


def names_alike(one: str, other: str) -> bool:
    """Whether two names are the same person's or company's, be it in another order or spelling."""
    return alike(name_of(one), name_of(other))


def alike(one: Name, other: Name) -> bool:
    """As ``names_alike``.

    A first name alone is nobody; of two people who share an account, each is meant.
    """
    fewer = min(len(one.words), len(other.words))
    if fewer < 2:
        return fewer == 1 and one.words == other.words
    if len(one.words & other.words) == fewer:
        return True
    return fuzz.ratio(one.in_order, other.in_order, score_cutoff=NAMES_ALIKE) > 0
