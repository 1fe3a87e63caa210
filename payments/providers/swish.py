"""Swish for commerce, API v2: the customer's app draws at once; callbacks prove nothing.

The instruction id is our reference in capitals. Without a payer's number the customer opens the
app on this phone, or scans a code with another (m-commerce); with one, the app asks (e-commerce).
"""

import hashlib
import json
import ssl
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from payments.providers.base import (
    Hook,
    Notice,
    Order,
    ProviderError,
    Seen,
    Started,
    Status,
)
from payments.providers.signatures import json_of, must_equal
from payments.providers.wire import Answer, call

API: Final = "/swish-cpcapi/api"
MESSAGE_CHARS: Final = 50

_STATES: Final = {
    "CREATED": Seen.PENDING,
    "PAID": Seen.CAPTURED,
    "DECLINED": Seen.DECLINED,
    "CANCELLED": Seen.CANCELLED,
    "ERROR": Seen.FAILED,
}
# Errors that are the customer's or the customer's bank's no, or nobody's answer in time.
_DECLINED: Final = frozenset({"BANKIDCL", "RF07", "BANKIDUNKN"})
_EXPIRED: Final = frozenset({"TM01", "BANKIDTO"})


@dataclass(frozen=True, slots=True, repr=False)
class Swish:
    """``payee_alias`` is the biller's Swish number (123...). ``certificate`` and ``key`` are PEM,
    from Swish; ``authority`` the root they answer with. ``identifier`` comes back in callbacks.
    """

    payee_alias: str
    identifier: str
    certificate: str = ""
    key: str = ""
    authority: str = ""
    base_url: str = "https://cpc.getswish.net"
    app_url: str = "swish://paymentrequest"
    takes_seconds: ClassVar[int] = 180

    def start(self, order: Order) -> Started:
        body = {
            "payeePaymentReference": order.reference,
            "callbackUrl": order.hook_url,
            "callbackIdentifier": self.identifier,
            "payeeAlias": self.payee_alias,
            "amount": _kronor(order.amount_minor),
            "currency": order.currency,
            "message": order.text[:MESSAGE_CHARS],
        }
        if order.payer:
            body["payerAlias"] = order.payer
        answer = self._call("PUT", f"{API}/v2/paymentrequests/{_id(order)}", body)
        _done(answer)
        token = answer.headers.get("paymentrequesttoken", "")
        if not token:
            return Started(_id(order))
        query = urlencode({"token": token, "callbackurl": order.return_url})
        return Started(_id(order), url=f"{self.app_url}?{query}", qr=f"D{token}")

    def fetch(self, order: Order) -> Status:
        said = self._read(order)
        if said is None:
            return Status(Seen.UNKNOWN)
        state, code = str(said["status"]), str(said.get("errorCode") or "")
        seen = _STATES[state]
        if code in _DECLINED:
            seen = Seen.DECLINED
        elif code in _EXPIRED:
            seen = Seen.EXPIRED
        drawn = _minor(said["amount"]) if seen == Seen.CAPTURED else 0
        return Status(seen, drawn, code=code or state)

    def capture(self, order: Order) -> None:
        """The customer's bank has drawn already."""

    def cancel(self, order: Order) -> None:
        change = [{"op": "replace", "path": "/status", "value": "cancelled"}]
        answer = self._call("PATCH", f"{API}/v1/paymentrequests/{_id(order)}", change)
        _done(answer)

    def refund(self, order: Order, amount_minor: int, key: str) -> None:
        said = self._read(order)
        if said is None or not said.get("paymentReference"):
            raise ProviderError("nothing_was_paid", permanent=True)
        body = {
            "originalPaymentReference": said["paymentReference"],
            "callbackUrl": order.hook_url,
            "callbackIdentifier": self.identifier,
            "payerAlias": self.payee_alias,
            "amount": _kronor(amount_minor),
            "currency": order.currency,
            "message": order.text[:MESSAGE_CHARS],
        }
        own = hashlib.sha256(key.encode()).hexdigest()[:32].upper()
        _done(self._call("PUT", f"{API}/v2/refunds/{own}", body))

    def verify(self, hook: Hook) -> Notice:
        """Callbacks are not signed: all they can do is to make us ask."""
        must_equal(self.identifier, hook.headers.get("callbackidentifier", ""))
        said = json_of(hook.raw)
        own, state = str(said.get("id", "")), said.get("status")
        return Notice(own.lower(), f"{own}:{state}")

    def _read(self, order: Order) -> dict[str, Any] | None:
        answer = self._call("GET", f"{API}/v1/paymentrequests/{_id(order)}")
        return None if answer.status == 404 else _done(answer)

    def _call(self, method: str, path: str, body: object = None) -> Answer:
        tls = _tls(self.certificate, self.key, self.authority) if self.certificate else None
        headers = {"content-type": "application/json-patch+json"} if method == "PATCH" else {}
        return call(method, self.base_url + path, headers, body=body, tls=tls)


def _id(order: Order) -> str:
    return order.reference.upper()


def _kronor(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _minor(amount: object) -> int:
    minor = Decimal(str(amount)) * 100
    if minor != int(minor):
        raise ProviderError("amount_with_fractions", permanent=True)
    return int(minor)


def _done(answer: Answer) -> dict[str, Any]:
    if answer.status < 300:
        return answer.said if answer.raw else {}
    raise ProviderError(_error_code(answer), permanent=True)


def _error_code(answer: Answer) -> str:
    """Refused (422) comes as a list of errors."""
    try:
        found = json.loads(answer.raw)
        return str(found[0]["errorCode"])
    except (ValueError, LookupError, TypeError):
        return f"http_{answer.status}"


@cache
def _tls(certificate: str, key: str, authority: str) -> ssl.SSLContext:
    """Our certificate for them, and theirs for us. Python reads certificates from files only:
    one of our own, which is gone when it has been read."""
    context = ssl.create_default_context(cadata=authority or None)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(f"{certificate}\n{key}\n")
        file.flush()
        context.load_cert_chain(file.name)
    return context
