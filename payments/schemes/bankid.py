"""BankID in Sweden: the relying party API v6, as its OpenAPI 6.1 says.

    sign -> collect every two seconds -> complete, with a signature that holds by itself

The customer opens the app on this device with the autostart token, or scans a code that changes
every second. Calls raise ProviderError; none may be made inside of a transaction.
"""

import hashlib
import hmac
import ssl
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from payments.providers.base import ProviderError
from payments.providers.wire import Answer, call

VISIBLE_CHARS: Final = 40_000  # of userVisibleData, in base64
CODE_LIVES: Final = timedelta(seconds=30)  # then BankID wants a new order


class Seen(StrEnum):
    """What BankID says of an order."""

    PENDING = "pending"
    FAILED = "failed"
    COMPLETE = "complete"
    UNKNOWN = "unknown"  # it has forgotten it, or never heard of it


@dataclass(frozen=True, slots=True)
class Order:
    """An order that BankID has taken."""

    ref: str
    auto_start_token: str
    qr_start_token: str
    qr_start_secret: str


@dataclass(frozen=True, slots=True, repr=False)
class Collected:
    """How an order stands. ``hint`` is BankID's word for what the customer is doing, or for why
    it failed; the rest is there once it is complete."""

    seen: Seen
    hint: str = ""
    personal_number: str = ""
    name: str = ""
    signature: str = ""
    ocsp_response: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class BankId:
    """``certificate`` and ``key`` are PEM, from the biller's bank; ``authority`` the root that
    BankID answers with. Tests are at https://appapi2.test.bankid.com/rp/v6.0."""

    certificate: str = ""
    key: str = ""
    authority: str = ""
    base_url: str = "https://appapi2.bankid.com/rp/v6.0"
    app_url: str = "https://app.bankid.com/"

    def sign(self, *, ip: str, visible: str, hidden: bytes, return_url: str) -> Order:
        """Let whoever sits there sign ``visible``; ``hidden`` is signed with it."""
        shown = b64encode(visible.encode()).decode()
        assert len(shown) <= VISIBLE_CHARS, "BankID takes no longer text"
        said = _done(
            self._call(
                "sign",
                {
                    "endUserIp": ip,
                    "userVisibleData": shown,
                    "userVisibleDataFormat": "simpleMarkdownV1",
                    "userNonVisibleData": b64encode(hidden).decode(),
                    "returnUrl": return_url,
                },
            )
        )
        names = ("orderRef", "autoStartToken", "qrStartToken", "qrStartSecret")
        return Order(*(str(said[name]) for name in names))

    def collect(self, ref: str) -> Collected:
        """How it stands: to be asked every two seconds while it is pending."""
        answer = self._call("collect", {"orderRef": ref})
        if answer.status == 400 and answer.said.get("errorCode") == "invalidParameters":
            return Collected(Seen.UNKNOWN, "noSuchOrder")
        said = _done(answer)
        seen, hint = Seen(str(said["status"])), str(said.get("hintCode", ""))
        if seen != Seen.COMPLETE:
            return Collected(seen, hint)
        done = said["completionData"]
        return Collected(
            seen,
            personal_number=str(done["user"]["personalNumber"]),
            name=str(done["user"]["name"]),
            signature=str(done["signature"]),
            ocsp_response=str(done["ocspResponse"]),
        )

    def cancel(self, ref: str) -> None:
        """Take the order back; harmless when it is over."""
        answer = self._call("cancel", {"orderRef": ref})
        if answer.status != 400:
            _done(answer)

    def start_url(self, auto_start_token: str) -> str:
        """What opens the app on this device; it leads back to where ``sign`` said."""
        return (
            f"{self.app_url}?{urlencode({'autostarttoken': auto_start_token, 'redirect': 'null'})}"
        )

    def _call(self, what: str, body: dict[str, Any]) -> Answer:
        return call("POST", f"{self.base_url}/{what}", {}, body=body, tls=self._tls())

    def _tls(self) -> ssl.SSLContext | None:
        return _context(self.certificate, self.key, self.authority) if self.certificate else None


def qr_text(token: str, secret: str, started_at: datetime, now: datetime) -> str:
    """What the code says at this second: it proves that the screen shows the order now."""
    second = max(0, int((now - started_at).total_seconds()))
    code = hmac.new(secret.encode(), str(second).encode(), hashlib.sha256).hexdigest()
    return f"bankid.{token}.{second}.{code}"


@cache
def _context(certificate: str, key: str, authority: str) -> ssl.SSLContext:
    """Python reads certificates from files only: these live as long as it takes."""
    context = ssl.create_default_context(cadata=authority or None)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as own:
        own.write(f"{certificate}\n{key}\n")
        own.flush()
        context.load_cert_chain(own.name)
    return context


def _done(answer: Answer) -> dict[str, Any]:
    if answer.status < 300:
        return answer.said
    raise ProviderError(str(answer.said.get("errorCode", f"http_{answer.status}")), permanent=True)
