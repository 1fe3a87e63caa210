"""What was written in an answer, without the history quoted below it and the signature. Pure.

Careful rather than thorough: what stands above the first sign of a quote is never touched, and
where nothing would be left, everything is kept. Each line is looked at once, by anchored patterns
over at most LINE_MAX of its characters, so that no mail takes long.
"""

import re
from collections.abc import Sequence
from typing import Final

LINE_MAX: Final = 400
SIGNATURE_LINES_MAX: Final = 12

_QUOTED = re.compile(r"^[ \t]{0,3}>")
_WROTE = re.compile(r"\b(wrote|skrev|schrieb|kirjoitti|a écrit|escribió)\b.{0,120}:\s*$", re.I)
_WHO = re.compile(r"<[^<>\s@]+@[^<>\s]+>|\b\d{1,2}[:.]\d{2}\b|\bkl\b", re.I)
_BEGINS = re.compile(r"^(on|den|på|am|le|el|\w{2,9}[.,]?\s|\d{1,4}[.\-/ ])", re.I)
_RULER = re.compile(
    r"^[ \t]*-{2,}[ ]?(original message|original melding|opprinnelig melding|"
    r"ursprungligt meddelande|ursprüngliche nachricht|forwarded message|videresendt melding|"
    r"vidarebefordrat meddelande)[ ]?-{2,}[ \t]*$",
    re.I,
)
_LINE = re.compile(r"^[ \t]*_{10,}[ \t]*$")
_FROM = re.compile(r"^[ \t]*\*?(from|fra|från|von)\s?:\*?\s+\S", re.I)
_HEAD = re.compile(
    r"^[ \t]*\*?(sent|sendt|skickat|date|dato|datum|to|til|till|an|cc|kopi|kopia|"
    r"subject|emne|ämne|betreff|gesendet)\s?:\*?",
    re.I,
)
_SIGNATURE = re.compile(r"^-- ?$")
_DEVICE = re.compile(
    r"^[ \t]*\*?(sent from|sent via|sendt fra|sendt via|skickat från|skickad från|skickat via|"
    r"get outlook for|hent outlook for|få outlook for|hämta outlook för|lähetetty)\b.{0,80}$",
    re.I,
)


def cut(text: str) -> str:
    """The text that its writer wrote. All of it where nothing would be left."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    own = "\n".join(_without_signature(_without_quotes(lines))).strip()
    return own or text.strip()


def _without_quotes(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place][:LINE_MAX]
        if _RULER.match(line) or _begins_header(lines, place):
            return kept
        if length := _attribution(lines, place):
            if not _quote_follows(lines, place + length):
                return kept
            place += length
            continue
        if not _QUOTED.match(line):
            kept.append(lines[place])
        place += 1
    return kept


def _begins_header(lines: Sequence[str], place: int) -> bool:
    """Outlook's way: a ruler perhaps, then who, when, to whom, about what, then the whole mail."""
    first = place
    if _LINE.match(lines[place][:LINE_MAX]):
        first = next((p for p in range(place + 1, place + 4) if _filled(lines, p)), place)
    if first >= len(lines) or not _FROM.match(lines[first][:LINE_MAX]):
        return False
    return sum(bool(_HEAD.match(line[:LINE_MAX])) for line in lines[first + 1 : first + 8]) >= 2


def _filled(lines: Sequence[str], place: int) -> bool:
    return place < len(lines) and bool(lines[place].strip())


def _attribution(lines: Sequence[str], place: int) -> int:
    """How many lines say who wrote what is quoted below them; 0 for none. They may be broken."""
    for length in (1, 2, 3):
        several = lines[place : place + length]
        if len(several) < length or not several[-1].strip():
            return 0
        said = " ".join(line.strip() for line in several)[:LINE_MAX]
        if not _BEGINS.match(said):
            return 0
        if _WROTE.search(said):
            # A sentence of the customer's own can end like this: it names no sender or hour.
            named = _WHO.search(said) is not None
            return length if named or _quote_follows(lines, place + length) else 0
    return 0


def _quote_follows(lines: Sequence[str], place: int) -> bool:
    after = next((line for line in lines[place : place + 4] if line.strip()), "")
    return _QUOTED.match(after[:LINE_MAX]) is not None


def _without_signature(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    for place in range(len(kept) - 1, max(len(kept) - SIGNATURE_LINES_MAX - 2, -1), -1):
        if _SIGNATURE.match(kept[place]):
            kept = kept[:place]
            break
    while kept and (not kept[-1].strip() or _DEVICE.match(kept[-1][:LINE_MAX])):
        kept.pop()
    return kept
