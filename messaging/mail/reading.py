"""An incoming mail, read: what was written, by whom, and whether a person wrote it at all. Pure.

With the standard library's parser in its oldest policy: it takes every broken header as it is,
where the newer ones raise on some.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from enum import StrEnum
from typing import Final

from messaging.mail.plain import plain
from messaging.mail.quoting import cut

PARTS_MAX: Final = 200
TEXT_MAX: Final = 100_000
NAME_MAX: Final = 120


class Nature(StrEnum):
    WRITTEN = "written"
    AUTOMATIC = "automatic"  # an answer by a machine: out of office, a list, a ticket system
    BOUNCED = "bounced"  # our own mail did not get there


@dataclass(frozen=True, slots=True)
class File:
    """Something attached, as it came."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """A mail. ``text`` is what was written, ``permanent`` that a bounce is for good."""

    sender: str
    nature: Nature
    text: str = ""
    files: list[File] = field(default_factory=list)
    permanent: bool = False


def message_id_of(raw: bytes) -> str:
    """The Message-ID; "" where there is none worth the name."""
    head = raw[:65_536].split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
    message = message_from_bytes(head, policy=policy.compat32)
    found = re.search(r"<[^<>\s]{3,250}>", str(message.get("Message-ID", "")))
    return found[0] if found else ""


def read(raw: bytes, *, null_sender: bool = False) -> Read:
    """Read it. ``null_sender``: it came from <>, as only machines send.

    RecursionError for parts within parts without end; nothing else is raised for what is broken.
    """
    message = message_from_bytes(raw, policy=policy.compat32)
    sender = _sender(message)
    if _is_report(message) or (null_sender and _is_daemon(sender)):
        return Read(sender, Nature.BOUNCED, permanent=_is_permanent(message))
    if null_sender or _is_automatic(message, sender):
        return Read(sender, Nature.AUTOMATIC)
    parts = list(_parts(message))[:PARTS_MAX]
    return Read(sender, Nature.WRITTEN, _text(parts), [_file(p) for p in parts if _is_file(p)])


def _parts(message: Message) -> Iterator[Message]:
    """The parts with content, in order. A mail within the mail is one part."""
    if message.get_content_maintype() == "multipart" and isinstance(message.get_payload(), list):
        for part in message.get_payload():
            assert isinstance(part, Message)
            yield from _parts(part)
    else:
        yield message


def _is_file(part: Message) -> bool:
    kind = part.get_content_type()
    if kind.startswith("message/"):
        return False  # a mail within the mail holds nothing that was written now
    if part.get_content_maintype() == "multipart":
        return False  # its boundary never came: there is nothing in it
    attached = part.get_content_disposition() == "attachment" or part.get_filename() is not None
    return attached or not kind.startswith("text/")


def _text(parts: list[Message]) -> str:
    written = [part for part in parts if not _is_file(part)]
    words = [_decoded(p) for p in written if p.get_content_type() == "text/plain"]
    text = "\n".join(each for each in words if each.strip())
    if not text.strip():
        text = "\n".join(plain(_decoded(p)) for p in written if _is_html(p))
    return cut(_CONTROL.sub("", text[:TEXT_MAX]))


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _is_html(part: Message) -> bool:
    return part.get_content_type() == "text/html"


def _decoded(part: Message) -> str:
    """The part's text, whatever its charset says or does not say."""
    given = part.get_payload(decode=True)
    content = given if isinstance(given, bytes) else b""
    for charset in (_charset(part), "utf-8"):
        try:
            return content.decode(charset)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue  # a charset that does not exist, or that is not the one it is in
    return content.decode("cp1252", errors="replace")


def _charset(part: Message) -> str:
    try:
        said = (part.get_content_charset() or "utf-8").lower()
    except (LookupError, UnicodeError, ValueError):
        return "utf-8"  # the header itself is broken
    # Windows calls its own letters Latin-1; and who says ASCII has often written more.
    if said in ("us-ascii", "ascii"):
        return "utf-8"
    return "cp1252" if said in ("iso-8859-1", "latin-1", "latin1") else said


def _file(part: Message) -> File:
    given = part.get_payload(decode=True)
    content = given if isinstance(given, bytes) else b""
    return File(_header(part.get_filename() or "")[:NAME_MAX], content)


def _header(value: object) -> str:
    """A header's words; as it stands where its encoding is broken."""
    try:
        return " ".join(str(make_header(decode_header(str(value)))).split())
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return " ".join(str(value).split())


def _sender(message: Message) -> str:
    """The address after From, in small letters; "" where there is none."""
    try:
        # As it came: a name that is decoded first could hold an address and pose as one.
        found = getaddresses([str(message.get("From", ""))], strict=False)
    except (ValueError, IndexError, TypeError):
        return ""  # no address can be made of it: it is treated as another than the customer's
    return next((a.lower() for _name, a in found if _ADDRESS.fullmatch(a)), "")


_ADDRESS = re.compile(r"[^\s@<>,;:()\"]{1,64}@[^\s@<>,;:()\"]{1,189}")


def _is_daemon(sender: str) -> bool:
    return not sender or sender.partition("@")[0] in ("mailer-daemon", "postmaster")


def _is_report(message: Message) -> bool:
    return message.get_content_type() == "multipart/report"


_AUTO_SUBJECT = re.compile(
    r"^\s*(automatic reply|automatisk svar|autosvar|auto:|out of office|fravær|frånvaro)", re.I
)


def _is_automatic(message: Message, sender: str) -> bool:
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    marks = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Reply")
    return (
        submitted not in ("", "no")
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or any(message.get(mark) is not None for mark in marks)
        or str(message.get("Return-Path", "")).strip() == "<>"
        or sender.partition("@")[0] in ("mailer-daemon", "postmaster")
        or _AUTO_SUBJECT.match(_header(message.get("Subject", ""))) is not None
    )


def _is_permanent(message: Message) -> bool:
    """Whether a delivery report says that the address will never take the mail."""
    for part in _parts(message):
        if part.get_content_type() != "message/delivery-status":
            continue
        payload = part.get_payload()
        for fields in payload if isinstance(payload, list) else []:
            if not isinstance(fields, Message):
                continue
            failed = str(fields.get("Action", "")).strip().lower() == "failed"
            if failed and str(fields.get("Status", "")).strip().startswith("5"):
                return True
    return False
