"""HTTP to providers: ten seconds at most, no redirects, and every failure as a ProviderError."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final

import httpx

from payments.providers.base import ProviderError

TIMEOUT_S: Final = 10.0
AGAIN_LATER: Final = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def said(self) -> dict[str, Any]:
        """The body as an object. Amounts with decimals are exact. ProviderError if it is none."""
        try:
            found = json.loads(self.raw, parse_float=Decimal)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ProviderError("not_json", permanent=False)
        return found

    @property
    def text(self) -> str:
        """A few words of it, for finding the provider's own word for what was wrong."""
        return self.raw[:2_000].decode("utf-8", "replace")


def call(
    method: str,
    url: str,
    headers: Mapping[str, str],
    *,
    body: object = None,
    form: Mapping[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """One request. No answer, and an answer that may be another next time (5xx, 429), raise a
    ProviderError that is not permanent; what else an answer means is for the caller."""
    content = None if body is None else json.dumps(body).encode()
    asked = {**headers, **({"content-type": "application/json"} if content else {})} | dict(headers)
    try:
        got = _client(tls).request(method, url, headers=asked, content=content, data=form)
    except httpx.HTTPError as error:
        raise ProviderError(type(error).__name__, permanent=False) from None
    if got.status_code >= 500 or got.status_code in AGAIN_LATER:
        raise ProviderError(f"http_{got.status_code}", permanent=False)
    return Answer(got.status_code, {k.lower(): v for k, v in got.headers.items()}, got.content)


@cache
def _client(tls: ssl.SSLContext | None) -> httpx.Client:
    """One for each set of certificates: connections are kept, and shared by threads."""
    return httpx.Client(timeout=TIMEOUT_S, verify=tls or True, follow_redirects=False)
