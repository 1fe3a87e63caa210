"""Stripe Checkout, played: sessions, expiring, refunds, and events signed t=...,v1=..."""

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from config.demo.simulators.server import Asked, Reply, Simulator, Webhook, led, page, said

COLOUR = "#4338ca"
SESSIONS = "/v1/checkout/sessions"
PRICE = "line_items[0][price_data]"


@dataclass
class Session:
    id: str
    account: dict[str, str]
    form: dict[str, str]
    url: str
    status: str = "open"
    payment_status: str = "unpaid"
    refunds: dict[str, int] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        return int(self.form[f"{PRICE}[unit_amount]"])

    @property
    def intent(self) -> str | None:
        return self.id.replace("cs_", "pi_") if self.status == "complete" else None

    def shown(self, *, expand: bool = False) -> dict[str, Any]:
        intent: Any = self.intent
        if expand and intent:
            intent = {"id": intent, "object": "payment_intent", "latest_charge": "ch_1"}
        return {
            "id": self.id,
            "object": "checkout.session",
            "amount_total": self.amount,
            "currency": self.form[f"{PRICE}[currency]"],
            "client_reference_id": self.form.get("client_reference_id"),
            "payment_intent": intent,
            "payment_status": self.payment_status,
            "status": self.status,
            "url": self.url if self.status == "open" else None,
        }


class Card(Simulator):
    """One Stripe account per secret_key, each with a hook_url and a webhook_secret."""

    def __init__(self, accounts: list[dict[str, str]]) -> None:
        super().__init__(accounts)
        self.sessions: dict[str, Session] = {}
        self.replies: dict[tuple[str, str], tuple[bytes, Reply]] = {}

    def handle(self, asked: Asked) -> Reply:
        if asked.path.startswith("/pay/"):
            return self._customer(asked, asked.path.removeprefix("/pay/"))
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        account = next((each for each in self.accounts if each["secret_key"] == bearer), None)
        if account is None:
            return _error(401, "invalid_api_key")
        if asked.method != "POST":
            return self._read(asked, account)
        key = asked.headers.get("idempotency-key", "")
        if not key:
            return self._post(asked, account)
        once = (bearer, key)
        if once not in self.replies:
            self.replies[once] = (asked.raw, self._post(asked, account))
        raw, reply = self.replies[once]
        return reply if raw == asked.raw else _error(400, "idempotency_error")

    def _read(self, asked: Asked, account: dict[str, str]) -> Reply:
        session = self._of(account, asked.path.removeprefix(f"{SESSIONS}/"))
        if session is None:
            return _error(404, "resource_missing")
        return said(200, session.shown(expand="expand[]" in asked.query))

    def _post(self, asked: Asked, account: dict[str, str]) -> Reply:
        if asked.path == SESSIONS:
            return self._create(asked, account)
        if asked.path == "/v1/refunds":
            return self._refund(asked, account)
        own = asked.path.removeprefix(f"{SESSIONS}/").removesuffix("/expire")
        session = self._of(account, own)
        if session is None:
            return _error(404, "resource_missing")
        if session.status != "open":
            return _error(400, "session_not_open")
        session.status = "expired"
        self._tell(session, "checkout.session.expired")
        return said(200, session.shown())

    def _create(self, asked: Asked, account: dict[str, str]) -> Reply:
        form = asked.form
        own = f"cs_test_{secrets.token_hex(16)}"
        wrong = form.get("mode") != "payment" or int(form[f"{PRICE}[unit_amount]"]) < 300
        if wrong or form[f"{PRICE}[currency]"] not in ("nok", "sek"):
            return _error(400, "parameter_invalid")
        session = Session(own, account, form, f"{asked.base}/pay/{own}")
        self.sessions[own] = session
        return said(200, session.shown())

    def _refund(self, asked: Asked, account: dict[str, str]) -> Reply:
        form = asked.form
        mine = [each for each in self.sessions.values() if each.account is account]
        found = [each for each in mine if each.intent and each.intent == form["payment_intent"]]
        if not found:
            return _error(404, "resource_missing")
        session, amount = found[0], int(form["amount"])
        if sum(session.refunds.values()) + amount > session.amount:
            return _error(400, "charge_already_refunded")
        own = f"re_{secrets.token_hex(8)}"
        session.refunds[own] = amount
        return said(200, {"id": own, "object": "refund", "amount": amount, "status": "succeeded"})

    def _of(self, account: dict[str, str], own: str) -> Session | None:
        session = self.sessions.get(own)
        return session if session and session.account is account else None

    def _customer(self, asked: Asked, own: str) -> Reply:
        session = self.sessions.get(own)
        if session is None:
            return Reply(404)
        if asked.method == "POST":
            if asked.form.get("answer") != "approve":
                return led(session.form["cancel_url"])  # it stays open, as Stripe's does
            if session.status == "open":
                session.status, session.payment_status = "complete", "paid"
                self._tell(session, "checkout.session.completed")
            return led(session.form["success_url"])
        currency = session.form[f"{PRICE}[currency]"].upper()
        name = session.form[f"{PRICE}[product_data][name]"]
        words = f"{name}: {session.amount / 100:.2f} {currency}. Card 4242 4242 4242 4242."
        return page("Stripe Checkout", words, {"approve": "Pay", "leave": "Back"}, COLOUR)

    def _tell(self, session: Session, kind: str) -> None:
        account = session.account
        if not account.get("hook_url"):
            return
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "type": kind,
            "created": int(time.time()),
            "data": {"object": session.shown()},
        }
        raw = json.dumps(event).encode()
        self.outbox.append(Webhook(account["hook_url"], signed(account, raw), raw))


def signed(account: dict[str, str], raw: bytes, at: float | None = None) -> dict[str, str]:
    """The headers of an event, as Stripe signs them."""
    second = int(time.time() if at is None else at)
    key = account["webhook_secret"].encode()
    v1 = hmac.new(key, f"{second}.".encode() + raw, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "Stripe-Signature": f"t={second},v1={v1}"}


def _error(status: int, code: str) -> Reply:
    return said(status, {"error": {"code": code, "type": "invalid_request_error"}})
