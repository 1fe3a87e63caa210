"""What signatures of several providers share. Pure."""

import hashlib
import hmac
import json
from datetime import datetime

from payments.providers.base import SignatureError

TOLERANCE_S = 300


def hmac_sha256(key: bytes, words: bytes) -> bytes:
    return hmac.new(key, words, hashlib.sha256).digest()


def must_be_fresh(at: datetime, now: datetime) -> None:
    """SignatureError where a message was signed more than TOLERANCE_S before or after now."""
    if abs((now - at).total_seconds()) > TOLERANCE_S:
        raise SignatureError("it was signed too long ago")


def must_equal(found: str, *expected: str) -> None:
    """SignatureError where none is the one; compared in constant time."""
    matches = [hmac.compare_digest(found.encode(), each.encode()) for each in expected]
    if not any(matches):
        raise SignatureError("the signature is not right")


def sign_t_v1(secret: str, raw: bytes, at: int) -> str:
    """``t=...,v1=...`` over ``t.raw``, as Stripe signs and the sandbox does."""
    signature = hmac_sha256(secret.encode(), f"{at}.".encode() + raw).hex()
    return f"t={at},v1={signature}"


def check_t_v1(header: str, secret: str, raw: bytes, now: datetime) -> None:
    """SignatureError unless one of the header's v1 is right, and t is fresh.

    There are several v1 while a secret is being rolled.
    """
    parts = [part.partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name.strip() == "t"]
    found = [value for name, _, value in parts if name.strip() == "v1"]
    if len(times) != 1 or not times[0].isdecimal() or len(times[0]) > 12 or not found:
        raise SignatureError("it is not signed")
    expected = hmac_sha256(secret.encode(), f"{times[0]}.".encode() + raw).hex()
    must_equal(expected, *found)
    must_be_fresh(datetime.fromtimestamp(int(times[0]), tz=now.tzinfo), now)


def json_of(raw: bytes) -> dict[str, object]:
    """The message as an object; SignatureError where it is none."""
    try:
        said = json.loads(raw)
    except ValueError:
        raise SignatureError("it is not JSON") from None
    if not isinstance(said, dict):
        raise SignatureError("it is not an object")
    return said
