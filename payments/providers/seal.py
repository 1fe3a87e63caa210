"""Keys of billers at their providers, sealed with the house's own secret (``payments.sealing``)."""

import json
from collections.abc import Mapping
from typing import Final

from payments.sealing import open_bytes, seal_bytes

INFO: Final = b"nota.providers"


def seal(keys: Mapping[str, object]) -> bytes:
    """The keys as bytes that only this house can open."""
    return seal_bytes(json.dumps(dict(keys)).encode(), INFO)


def unseal(sealed: "bytes | memoryview[int]") -> dict[str, object]:
    """The keys again. InvalidToken where another house, or nobody, sealed them."""
    opened: dict[str, object] = json.loads(open_bytes(sealed, INFO))
    return opened
