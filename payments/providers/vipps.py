"""Vipps MobilePay ePayment, as its OpenAPI 1.4 says: reserve, then capture.

Amounts are in øre already. Our reference serves as idempotency key; each modification has a key
made of it, so that a capture that is asked for twice draws once.
"""

import hashlib
import time
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, Final

from payments.providers.base import (
    Hook,
    Notice,
    Order,
    ProviderError,
    Seen,
    SignatureError,
    Started,
    Status,
)
from payments.providers.signatures import hmac_sha256, json_of, must_be_fresh, must_equal
from payments.providers.wire import Answer, call

PAYMENTS: Final = "/epayment/v1/payments"
SIGNED: Final = "x-ms-date;host;x-ms-content-sha256"
_EARLY_S: Final = 60

# What a payment's state means; AUTHORIZED stays for good, and its sums tell the rest.
_STATES: Final = {
    "CREATED": Seen.PENDING,
    "ABORTED": Seen.DECLINED,
    "EXPIRED": Seen.EXPIRED,
    "TERMINATED": Seen.CANCELLED,
    "AUTHORIZED": Seen.APPROVED,
}


@dataclass(slots=True, repr=False)
class Vipps:
    """A sales unit's keys from the Vipps portal; ``webhook_secret`` is what registering the
    webhook answered. A test account is at https://apitest.vipps.no."""

    client_id: str
    client_secret: str
    subscription_key: str
    msn: str
    webhook_secret: str
    base_url: str = "https://api.vipps.no"
    takes_seconds: ClassVar[int] = 600
    _token: tuple[str, float] = field(default=("", 0.0), init=False)

    def start(self, order: Order) -> Started:
        answer = self._call(
            "POST",
            PAYMENTS,
            order.reference,
            {
                "amount": _amount(order.amount_minor, order.currency),
                "paymentMethod": {"type": "WALLET"},
                "reference": order.reference,
                "userFlow": "WEB_REDIRECT",
                "returnUrl": order.return_url,
                "paymentDescription": order.text[:100].ljust(3, "."),
            },
        )
        said = _done(answer)
        return Started(str(said["reference"]), url=str(said.get("redirectUrl", "")))

    def fetch(self, order: Order) -> Status:
        answer = self._call("GET", f"{PAYMENTS}/{order.reference}")
        if answer.status == 404:
            return Status(Seen.UNKNOWN)
        said = _done(answer)
        state, sums = str(said["state"]), said["aggregate"]
        captured, refunded = (int(sums[f"{w}Amount"]["value"]) for w in ("captured", "refunded"))
        seen = _STATES[state]  # a state we do not know is a KeyError, and a job that failed
        if captured:
            seen = Seen.CAPTURED
        elif seen == Seen.APPROVED and int(sums["cancelledAmount"]["value"]):
            seen = Seen.CANCELLED
        return Status(seen, captured, refunded, state)

    def capture(self, order: Order) -> None:
        self._modify(order, "capture", order.amount_minor, f"{order.reference}-capture")

    def cancel(self, order: Order) -> None:
        answer = self._call(
            "POST",
            f"{PAYMENTS}/{order.reference}/cancel",
            f"{order.reference}-cancel",
            {"cancelTransactionOnly": False},
        )
        _done(answer)

    def refund(self, order: Order, amount_minor: int, key: str) -> None:
        self._modify(order, "refund", amount_minor, key)

    def verify(self, hook: Hook) -> Notice:
        """HMAC over method, path, date, host and the body's hash, with the host we registered."""
        date = hook.headers.get("x-ms-date", "")
        hashed = b64encode(hashlib.sha256(hook.raw).digest()).decode()
        must_equal(hashed, hook.headers.get("x-ms-content-sha256", ""))
        words = f"POST\n{hook.path}\n{date};{hook.host};{hashed}"
        signature = b64encode(hmac_sha256(self.webhook_secret.encode(), words.encode())).decode()
        must_equal(
            f"HMAC-SHA256 SignedHeaders={SIGNED}&Signature={signature}",
            hook.headers.get("authorization", ""),
        )
        try:
            at = parsedate_to_datetime(date)
        except ValueError:
            raise SignatureError("its date is none") from None
        must_be_fresh(at if at.tzinfo else at.replace(tzinfo=UTC), hook.now)
        said = json_of(hook.raw)
        key = f"{said.get('pspReference')}:{said.get('name')}"
        return Notice(str(said.get("reference", "")), key)

    def _modify(self, order: Order, what: str, amount_minor: int, key: str) -> None:
        body = {"modificationAmount": _amount(amount_minor, order.currency)}
        _done(self._call("POST", f"{PAYMENTS}/{order.reference}/{what}", key, body))

    def _call(self, method: str, path: str, key: str = "", body: object = None) -> Answer:
        headers = self._headers() | {"Authorization": f"Bearer {self._bearer()}"}
        if key:
            headers["Idempotency-Key"] = key[:50]
        return call(method, self.base_url + path, headers, body=body)

    def _headers(self) -> dict[str, str]:
        return {
            "Ocp-Apim-Subscription-Key": self.subscription_key,
            "Merchant-Serial-Number": self.msn,
            "Vipps-System-Name": "nota",
        }

    def _bearer(self) -> str:
        """A token of this sales unit; asked for anew a minute before it ends."""
        token, until = self._token
        if time.monotonic() >= until:
            keys = {"client_id": self.client_id, "client_secret": self.client_secret}
            answer = call(
                "POST", f"{self.base_url}/accesstoken/get", self._headers() | keys, body={}
            )
            said = _done(answer)
            token = str(said["access_token"])
            self._token = token, time.monotonic() + int(said["expires_in"]) - _EARLY_S
        return token


def _amount(minor: int, currency: str) -> dict[str, Any]:
    return {"currency": currency, "value": minor}


def _done(answer: Answer) -> dict[str, Any]:
    """What was answered; ProviderError with the title of the problem where it was refused."""
    if answer.status < 300:
        return answer.said
    raise ProviderError(str(answer.said.get("title", f"http_{answer.status}")), permanent=True)
