"""Vipps MobilePay ePayment, played: the OpenAPI 1.4 endpoints and signed webhooks."""

import hashlib
import hmac
import json
import re
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

from config.demo.simulators.recurring import Recurring
from config.demo.simulators.server import Asked, Reply, Simulator, Webhook, led, page, said

COLOUR = "#b5470c"
SUMS = ("authorized", "cancelled", "captured", "refunded")
REFERENCE = re.compile(r"[a-zA-Z0-9-]{8,50}")
PATH = re.compile(r"/epayment/v1/payments/([^/]+)(?:/(capture|cancel|refund|events))?")


@dataclass
class Payment:
    account: dict[str, str]
    asked: dict[str, Any]
    psp: str
    url: str
    state: str = "CREATED"
    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SUMS, 0))
    events: list[str] = field(default_factory=list)

    @property
    def amount(self) -> int:
        return int(self.asked["amount"]["value"])

    def money(self, minor: int) -> dict[str, Any]:
        return {"currency": self.asked["amount"]["currency"], "value": minor}

    def shown(self) -> dict[str, Any]:
        return {
            "aggregate": {f"{name}Amount": self.money(sum_) for name, sum_ in self.sums.items()},
            "amount": self.money(self.amount),
            "state": self.state,
            "paymentMethod": {"type": "WALLET"},
            "profile": {},
            "pspReference": self.psp,
            "redirectUrl": self.url,
            "reference": self.asked["reference"],
        }


class Vipps(Simulator):
    """One sales unit per account: client_id, client_secret, subscription_key, msn, and where its
    webhooks go with which secret."""

    def __init__(self, accounts: list[dict[str, str]]) -> None:
        super().__init__(accounts)
        self.tokens: dict[str, dict[str, str]] = {}
        self.payments: dict[str, Payment] = {}
        self.replies: dict[tuple[str, str], Reply] = {}
        self.recurring = Recurring()

    def handle(self, asked: Asked) -> Reply:
        page, _, own = asked.path.removeprefix("/").partition("/")
        if page == "pay":
            return self._customer(asked, own)
        if page == "agree":
            return self.recurring.customer(asked, own)
        if page == "play":
            return self.recurring.play(asked, own)
        if asked.path == "/accesstoken/get":
            return self._token(asked)
        account = self.tokens.get(asked.headers.get("authorization", "").removeprefix("Bearer "))
        keys = ("ocp-apim-subscription-key", "merchant-serial-number")
        given = tuple(asked.headers.get(name) for name in keys)
        if account is None or given != (account["subscription_key"], account["msn"]):
            return _problem(401, "Unauthorized")
        if asked.method == "POST":
            key = asked.headers.get("idempotency-key", "")
            if not 0 < len(key) <= 50:
                return _problem(400, "Idempotency-Key is missing")
            once = (asked.path, key)
            if once not in self.replies:
                self.replies[once] = self._post(asked, account)
            return self.replies[once]
        if page == "recurring":
            return self.recurring.other(asked, account)
        return self._read(asked, account)

    def _read(self, asked: Asked, account: dict[str, str]) -> Reply:
        found = PATH.fullmatch(asked.path)
        payment = self.payments.get(found[1]) if found else None
        if payment is None or payment.account is not account or found is None:
            return _problem(404, "Payment not found")
        if found[2] == "events":
            return said(200, [{"name": name, "success": True} for name in payment.events])
        return said(200, payment.shown())

    def _token(self, asked: Asked) -> Reply:
        for account in self.accounts:
            keys = {"client_id": "client_id", "client_secret": "client_secret"}
            keys["ocp-apim-subscription-key"] = "subscription_key"
            if all(asked.headers.get(name) == account[key] for name, key in keys.items()):
                token = secrets.token_urlsafe(24)
                self.tokens[token] = account
                body = {"token_type": "Bearer", "expires_in": "3600", "access_token": token}
                return said(200, body)
        return _problem(401, "Unauthorized")

    def _post(self, asked: Asked, account: dict[str, str]) -> Reply:
        if asked.path == "/epayment/v1/payments":
            return self._create(asked, account)
        if asked.path.startswith("/recurring/"):
            return self.recurring.post(asked, account)
        found = PATH.fullmatch(asked.path)
        payment = self.payments.get(found[1]) if found else None
        if payment is None or payment.account is not account or found is None:
            return _problem(404, "Payment not found")
        return self._modify(payment, str(found[2]), asked)

    def _create(self, asked: Asked, account: dict[str, str]) -> Reply:
        body = asked.json
        reference = str(body["reference"])
        wrong = (
            not REFERENCE.fullmatch(reference)
            or int(body["amount"]["value"]) < 100
            or body["amount"]["currency"] != "NOK"
            or body["userFlow"] != "WEB_REDIRECT"
            or not 3 <= len(body["paymentDescription"]) <= 100
        )
        if wrong:
            return _problem(400, "Bad request")
        if reference in self.payments:
            return _problem(409, "Reference exists already")
        url = f"{asked.base}/pay/{reference}"
        self.payments[reference] = Payment(account, body, secrets.token_hex(8), url)
        self._tell(self.payments[reference], "CREATED")
        return said(201, {"redirectUrl": url, "reference": reference})

    def _modify(self, payment: Payment, what: str, asked: Asked) -> Reply:
        sums = payment.sums
        free = sums["authorized"] - sums["captured"] - sums["cancelled"]
        if what == "cancel":
            if payment.state not in ("CREATED", "AUTHORIZED") or sums["captured"]:
                return _problem(400, "Payment cannot be cancelled")
            sums["cancelled"] += free
            payment.state = "TERMINATED" if payment.state == "CREATED" else payment.state
            self._tell(payment, "TERMINATED" if payment.state == "TERMINATED" else "CANCELLED")
            return said(200, payment.shown())
        amount = int(asked.json["modificationAmount"]["value"])
        most = free if what == "capture" else sums["captured"] - sums["refunded"]
        if not 0 < amount <= most:
            return _problem(400, f"Amount is more than can be {what}d")
        sums["captured" if what == "capture" else "refunded"] += amount
        self._tell(payment, "CAPTURED" if what == "capture" else "REFUNDED")
        return said(200, payment.shown())

    def _customer(self, asked: Asked, reference: str) -> Reply:
        payment = self.payments.get(reference)
        if payment is None:
            return Reply(404)
        if asked.method == "POST":
            if payment.state == "CREATED" and asked.form.get("answer") == "approve":
                payment.state, payment.sums["authorized"] = "AUTHORIZED", payment.amount
                self._tell(payment, "AUTHORIZED")
            elif payment.state == "CREATED" and asked.form.get("answer") == "decline":
                payment.state = "ABORTED"
                self._tell(payment, "ABORTED")
            return led(payment.asked["returnUrl"])
        words = f"{payment.asked['paymentDescription']}: {payment.amount / 100:.2f} kr"
        return page("Vipps", words, {"approve": "Betal", "decline": "Avbryt"}, COLOUR)

    def _tell(self, payment: Payment, event: str) -> None:
        payment.events.append(event)
        account = payment.account
        if not account.get("hook_url"):
            return
        raw = json.dumps(
            {
                "msn": account["msn"],
                "reference": payment.asked["reference"],
                "pspReference": secrets.token_hex(8),
                "name": event,
                "amount": payment.money(payment.amount),
                "timestamp": formatdate(usegmt=True),
                "success": True,
            }
        ).encode()
        self.outbox.append(Webhook(account["hook_url"], signed(account, raw), raw))


def signed(account: dict[str, str], raw: bytes, at: float | None = None) -> dict[str, str]:
    """The headers of a webhook, as Vipps signs them."""
    url = urlsplit(account["hook_url"])
    hashed = b64encode(hashlib.sha256(raw).digest()).decode()
    date = formatdate(at, usegmt=True)
    words = f"POST\n{url.path}\n{date};{url.netloc};{hashed}".encode()
    digest = hmac.new(account["webhook_secret"].encode(), words, hashlib.sha256).digest()
    names = "x-ms-date;host;x-ms-content-sha256"
    signature = f"SignedHeaders={names}&Signature={b64encode(digest).decode()}"
    return {
        "Content-Type": "application/json",
        "X-Ms-Date": date,
        "X-Ms-Content-Sha256": hashed,
        "Authorization": f"HMAC-SHA256 {signature}",
    }


def _problem(status: int, title: str) -> Reply:
    return said(status, {"type": "about:blank", "title": title, "status": status, "traceId": "0"})
