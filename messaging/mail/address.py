"""The address an e-mail can be answered to: who may write where, signed, and for a while. Pure.

The part before the @ may have 64 octets, and some servers write it in small letters: so the token
is base32 in small letters, read in any. It holds the thread, the recipient's contact point and the
last day (12 bytes), and 16 bytes of HMAC-SHA256: 45 characters, 50 with the name before them.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

NAME: Final = "svar"  # "answer", in Norwegian and in Swedish
GOOD_FOR: Final = timedelta(days=60)
LOCAL_PART_MAX: Final = 64  # RFC 5321, 4.5.3.1.1
_BODY, _MAC = 12, 16
_FIRST: Final = date(2020, 1, 1)


class BadTokenError(Exception):
    """Not a token of ours; ``expired`` where it was one."""

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__("expired" if expired else "not ours")
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Reply:
    """What an address says: this recipient may write in this thread until that day."""

    thread_id: int
    point_id: int
    until: date


def token_of(reply: Reply, key: bytes) -> str:
    """The token that says so."""
    days = (reply.until - _FIRST).days
    body = reply.thread_id.to_bytes(5) + reply.point_id.to_bytes(5) + days.to_bytes(2)
    return base64.b32encode(body + _mac(body, key)).decode().rstrip("=").lower()


def reply_of(token: str, keys: Sequence[bytes], today: date) -> Reply:
    """What the token says. BadTokenError where none of the keys signed it, or its day is past."""
    try:
        given = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        raise BadTokenError from None
    body, mac = given[:_BODY], given[_BODY:]
    # Whole bytes only: else the last character could be written in several ways.
    if len(given) != _BODY + _MAC or base64.b32encode(given).decode().rstrip("=") != token.upper():
        raise BadTokenError
    if not any(hmac.compare_digest(mac, _mac(body, key)) for key in keys):
        raise BadTokenError
    reply = Reply(
        int.from_bytes(body[:5]),
        int.from_bytes(body[5:10]),
        _FIRST + timedelta(days=int.from_bytes(body[10:])),
    )
    if today > reply.until:
        raise BadTokenError(expired=True)
    return reply


def address_of(reply: Reply, key: bytes, domain: str) -> str:
    """The whole address."""
    local = f"{NAME}+{token_of(reply, key)}"
    assert len(local) <= LOCAL_PART_MAX, local
    return f"{local}@{domain}"


def token_in(address: str, domain: str) -> str | None:
    """The token of an address of our domain, "" where it has none; None for other domains."""
    local, _at, given = address.strip().strip("<>").rpartition("@")
    if not domain or given.lower() != domain.lower():
        return None
    name, _plus, token = local.partition("+")
    return token if name.lower() == NAME else ""


def _mac(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, body, hashlib.sha256)[:_MAC]
