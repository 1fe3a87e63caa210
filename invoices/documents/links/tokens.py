"""The secret of a link: 192 random bits, of which only the SHA-256 is kept. Pure."""

import hashlib
import secrets

TOKEN_BYTES = 24


def new_token() -> str:
    """A token never seen before: 32 characters that fit into an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """What is kept of a token. With 192 random bits behind it, plain SHA-256 cannot be guessed."""
    return hashlib.sha256(token.encode()).digest()
