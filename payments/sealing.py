"""Bytes that are kept so that only this house can read them.

Fernet (AES-128-CBC and HMAC-SHA256) under a key derived from SECRET_KEY. Secrets that were put
aside (SECRET_KEY_FALLBACKS) still open what they sealed. ``info`` keeps uses apart.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


def seal_bytes(clear: bytes, info: bytes) -> bytes:
    """The bytes as only this house can open them."""
    return _box(info).encrypt(clear)


def open_bytes(sealed: "bytes | memoryview[int]", info: bytes) -> bytes:
    """The bytes again. InvalidToken where another house, or nobody, sealed them."""
    return _box(info).decrypt(bytes(sealed))


def _box(info: bytes) -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(force_bytes(secret), info)) for secret in secrets])


def _key(secret: bytes, info: bytes) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=info)
    return urlsafe_b64encode(derived.derive(secret))
