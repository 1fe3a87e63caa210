"""Keys of billers at their providers, sealed with the house's own secret.

Fernet (AES-128-CBC and HMAC-SHA256) under a key derived from SECRET_KEY. Secrets that were put
aside (SECRET_KEY_FALLBACKS) still open what they sealed.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


def seal(keys: Mapping[str, object]) -> bytes:
    """The keys as bytes that only this house can open."""
    return _box().encrypt(json.dumps(dict(keys)).encode())


def unseal(sealed: "bytes | memoryview[int]") -> dict[str, object]:
    """The keys again. InvalidToken where another house, or nobody, sealed them."""
    opened: dict[str, object] = json.loads(_box().decrypt(bytes(sealed)))
    return opened


def _box() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(force_bytes(secret))) for secret in secrets])


def _key(secret: bytes) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=b"nota.providers")
    return urlsafe_b64encode(derived.derive(secret))
