"""The keys and addresses of replies, from the house's own settings."""

import hashlib
import hmac

from django.conf import settings
from django.utils.encoding import force_bytes

from invoices import clock
from messaging.mail import address
from messaging.mail.address import Reply

_FOR = b"nota.mail.reply"


def reply_address(thread_id: int, point_id: int) -> str:
    """Where the recipient can answer by e-mail; "" where no mail is taken in."""
    if not settings.REPLY_DOMAIN:
        return ""
    reply = Reply(thread_id, point_id, clock.today() + address.GOOD_FOR)
    return address.address_of(reply, _keys()[0], settings.REPLY_DOMAIN)


def reply_behind(token: str) -> Reply:
    """What a token says; BadTokenError where it is not ours, or too old."""
    return address.reply_of(token, _keys(), clock.today())


def _keys() -> list[bytes]:
    """The present one first; secrets that were put aside still open what they signed."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hmac.digest(force_bytes(secret), _FOR, hashlib.sha256) for secret in secrets]
