"""Texts for banks: what ISO-8859-1 has no letter for is written with the nearest it has."""

import unicodedata

from payments.formats.fixed_width import CHARSET

# Letters and signs that do not come apart into a plain letter and an accent.
_NEAREST = {
    "Đ": "D", "đ": "d", "ı": "i", "Ł": "L", "ł": "l", "Œ": "OE", "œ": "oe", "ẞ": "SS",
    "€": "EUR", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "•": "-", "…": "...",
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "™": "TM",
}  # fmt: skip


def latin(text: str) -> str:
    """Return the text in printable ISO-8859-1, never refusing.

    For texts that people read (names, specifications), not for what identifies: an unknown
    letter must not keep a claim from being sent. Accents that the charset lacks are dropped,
    dashes and quotes made plain, blanks of every kind made blanks; the rest becomes '?'.
    """
    return "".join(_nearest(letter) for letter in unicodedata.normalize("NFC", text))


def _nearest(letter: str) -> str:
    if letter in _NEAREST:
        return _NEAREST[letter]
    if letter.isspace():
        return " "
    if unicodedata.category(letter).startswith("C"):  # control, format (soft hyphen), unassigned
        return ""
    if _known(letter):
        return letter
    parts = unicodedata.normalize("NFKD", letter)
    plain = "".join(each for each in parts if not unicodedata.combining(each))
    return plain if plain and _known(plain) else "?"


def _known(text: str) -> bool:
    try:
        text.encode(CHARSET)
    except UnicodeEncodeError:
        return False
    return text.isprintable()
