"""BankID's relying party API v6, played: sign, collect, cancel, and the app on a page.

The app opens by the autostart token, or by scanning: ``POST /scan`` with the text of the code,
which is refused where its HMAC or its second is wrong. Orders that nobody opens fail in 30 s.
"""

import hashlib
import hmac
import re
import secrets
import time
import uuid
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from config.demo.simulators.server import Asked, Reply, Simulator, led, page, said

COLOUR = "#193e4f"
API = "/rp/v6.0"
OPENED_WITHIN_S = 30
SIGNED_WITHIN_S = 180
CODE_SECONDS = 5  # how much older than now a code may be
WHO = {
    "personalNumber": "198112289874",
    "name": "Åsa Lund",
    "givenName": "Åsa",
    "surname": "Lund",
}


@dataclass
class Order:
    asked: dict[str, Any]
    ref: str = field(default_factory=lambda: str(uuid.uuid4()))
    auto_start: str = field(default_factory=lambda: str(uuid.uuid4()))
    qr_token: str = field(default_factory=lambda: str(uuid.uuid4()))
    qr_secret: str = field(default_factory=lambda: str(uuid.uuid4()))
    begun: float = field(default_factory=time.time)
    status: str = "pending"
    hint: str = "outstandingTransaction"

    @property
    def text(self) -> str:
        return b64decode(self.asked["userVisibleData"]).decode()

    def shown(self) -> dict[str, Any]:
        found = {"orderRef": self.ref, "status": self.status}
        if self.status != "complete":
            return found | {"hintCode": self.hint}
        return found | {"completionData": self._done()}

    def _done(self) -> dict[str, Any]:
        hidden = self.asked.get("userNonVisibleData", "")
        words = f"{self.asked['userVisibleData']}|{hidden}|{WHO['personalNumber']}"
        digest = hashlib.sha256(words.encode()).hexdigest()
        signature = f"<Signature><Digest>{digest}</Digest></Signature>"
        return {
            "user": WHO,
            "device": {"ipAddress": self.asked["endUserIp"], "uhi": "simulated"},
            "bankIdIssueDate": "2025-03-02",
            "signature": b64encode(signature.encode()).decode(),
            "ocspResponse": b64encode(f"good {digest}".encode()).decode(),
        }


class BankId(Simulator):
    """Whoever asks from this machine is a relying party: the certificate is the server's matter."""

    def __init__(self, accounts: list[dict[str, str]]) -> None:
        super().__init__(accounts)
        self.orders: dict[str, Order] = {}

    def handle(self, asked: Asked) -> Reply:
        if asked.path == "/app":
            return self._customer(asked)
        if asked.method != "POST":
            return Reply(405)
        if asked.path == "/scan":
            return self._scan(asked)
        body = asked.json or {}
        if asked.path == f"{API}/sign":
            return self._sign(body)
        order = self.orders.get(str(body.get("orderRef")))
        if order is None or (order.status == "failed" and asked.path.endswith("/cancel")):
            return _error("invalidParameters", "No such order")
        self._age(order)
        if asked.path == f"{API}/collect":
            return said(200, order.shown())
        if asked.path == f"{API}/cancel":
            order.status, order.hint = "failed", "cancelled"
            return said(200, {})
        return Reply(404)

    def _sign(self, body: dict[str, Any]) -> Reply:
        wrong = (
            not re.fullmatch(r"[0-9a-fA-F.:]{2,45}", str(body.get("endUserIp", "")))
            or not 1 <= len(str(body.get("userVisibleData", ""))) <= 40_000
            or len(str(body.get("userNonVisibleData", ""))) > 200_000
            or body.get("userVisibleDataFormat") not in (None, "simpleMarkdownV1")
        )
        if wrong:
            return _error("invalidParameters", "Bad parameters")
        order = Order(body)
        self.orders[order.ref] = order
        return said(
            200,
            {
                "orderRef": order.ref,
                "autoStartToken": order.auto_start,
                "qrStartToken": order.qr_token,
                "qrStartSecret": order.qr_secret,
            },
        )

    def _age(self, order: Order) -> None:
        """What happens by itself when nobody does anything."""
        age = time.time() - order.begun
        if order.status == "pending" and order.hint == "outstandingTransaction":
            if age > OPENED_WITHIN_S:
                order.status, order.hint = "failed", "startFailed"
        elif order.status == "pending" and age > SIGNED_WITHIN_S:
            order.status, order.hint = "failed", "expiredTransaction"

    def _scan(self, asked: Asked) -> Reply:
        """A phone reads the code off the screen: where its app is to go on."""
        parts = str((asked.json or {}).get("qr", "")).split(".")
        found = [each for each in self.orders.values() if each.qr_token in parts[1:2]]
        if not found or len(parts) != 4 or parts[0] != "bankid" or not parts[2].isdigit():
            return _error("invalidParameters", "No such code")
        order = found[0]
        code = hmac.new(order.qr_secret.encode(), parts[2].encode(), hashlib.sha256).hexdigest()
        age = time.time() - order.begun
        if not hmac.compare_digest(code, parts[3]) or abs(age - int(parts[2])) > CODE_SECONDS:
            return _error("invalidParameters", "The code is wrong or old")
        self._open(order)
        return said(200, {"url": f"{asked.base}/app?autostarttoken={order.auto_start}"})

    def _open(self, order: Order) -> None:
        self._age(order)
        if order.status == "pending":
            order.hint = "userSign"

    def _customer(self, asked: Asked) -> Reply:
        token = asked.query.get("autostarttoken", "")
        found = [each for each in self.orders.values() if each.auto_start == token]
        if not found or not secrets.compare_digest(found[0].auto_start, token):
            return Reply(404)
        order = found[0]
        self._open(order)
        if asked.method == "POST":
            if order.status == "pending":
                yes = asked.form.get("answer") == "sign"
                order.status = "complete" if yes else "failed"
                order.hint = "" if yes else "userCancel"
            return led(order.asked.get("returnUrl") or "/")
        return page("BankID", order.text, {"sign": "Skriv under", "cancel": "Avbryt"}, COLOUR)


def _error(code: str, details: str) -> Reply:
    return said(400, {"errorCode": code, "details": details})
