"""The text of a message: cleaned when it comes in, cut into plain parts and links when shown. Pure.

What people write is never HTML. A link is an address that begins with http:// or https:// and
nothing else, so that no other scheme can ever be clicked.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from invoices.errors import N_, Refused
from messaging.threads.states import TEXT_MAX

# What turns the reading direction of all that follows: it can make an address look like another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINK = re.compile(r"https?://[^\s<>\"'`{}|\\^]+", re.IGNORECASE)
_AFTER = ".,:;!?…)]»”'*"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message; with ``href`` it is a link."""

    text: str
    href: str = ""


def clean(text: str, *, alone: bool = True) -> str:
    """The text as it is kept: without control characters and blank edges. Emoji stay whole.

    Refused when nothing is left (where it stands ``alone``, without files), or more than TEXT_MAX
    characters.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        sign
        for sign in lines
        if sign in "\n\t" or (unicodedata.category(sign) != "Cc" and sign not in _TURNING)
    ).strip()
    if alone and not kept:
        raise Refused(N_("Write something before you send it."))
    if len(kept) > TEXT_MAX:
        raise Refused(
            N_("The message is longer than {most} characters. Send it in parts."), most=TEXT_MAX
        )
    return kept


def parts(text: str) -> list[Part]:
    """Cut a text into what is plain and what can be clicked, in order."""
    found: list[Part] = []
    end = 0
    for match in _LINK.finditer(text):
        link = _without_what_follows(match[0])
        if not _leads_somewhere(link):
            continue
        if match.start() > end:
            found.append(Part(text[end : match.start()]))
        found.append(Part(link, link))
        end = match.start() + len(link)
    if end < len(text):
        found.append(Part(text[end:]))
    return found


def _without_what_follows(link: str) -> str:
    """Without the marks of the sentence around it; a bracket that was opened inside stays."""
    while link and link[-1] in _AFTER:
        if link[-1] == ")" and link.count("(") >= link.count(")"):
            return link
        link = link[:-1]
    return link


def _leads_somewhere(link: str) -> bool:
    """Whether it names a host, and no user before it that could pose as one."""
    try:
        host = urlsplit(link)
        return bool(host.hostname) and "@" not in host.netloc
    except ValueError:
        return False
