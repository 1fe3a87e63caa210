"""Swish for commerce, API v2, played: requests, refunds, and callbacks without a signature."""

import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from config.demo.simulators.server import Asked, Reply, Simulator, Webhook, led, page, said

COLOUR = "#7a1f77"
API = "/swish-cpcapi/api"
INSTRUCTION = re.compile(r"[0-9A-F]{32}")
AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


@dataclass
class Request:
    id: str
    asked: dict[str, Any]
    token: str
    status: str = "CREATED"
    error: str = ""
    paid_as: str = ""
    refunded: dict[str, float] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        return {
            **{name: self.asked.get(name) for name in ("payeePaymentReference", "callbackUrl")},
            **{name: self.asked.get(name) for name in ("payerAlias", "payeeAlias", "message")},
            "id": self.id,
            "paymentReference": self.paid_as or None,
            "amount": float(self.asked["amount"]),
            "currency": self.asked["currency"],
            "status": self.status,
            "errorCode": self.error or None,
            "errorMessage": None,
        }


class Swish(Simulator):
    """Accounts hold a payee_alias each. The certificate is the server's business (TLS)."""

    def __init__(self, accounts: list[dict[str, str]]) -> None:
        super().__init__(accounts)
        self.requests: dict[str, Request] = {}

    def handle(self, asked: Asked) -> Reply:
        path = asked.path.removeprefix(API)
        if asked.path == "/app":
            return self._customer(asked)
        kind, _, own = path.rpartition("/")
        if asked.method == "PUT" and kind == "/v2/paymentrequests":
            return self._create(asked, own)
        if asked.method == "PUT" and kind == "/v2/refunds":
            return self._refund(asked, own)
        request = self.requests.get(own) if kind == "/v1/paymentrequests" else None
        if request is None:
            return Reply(404)
        if asked.method == "PATCH":
            return self._cancel(request)
        return said(200, request.shown())

    def _create(self, asked: Asked, own: str) -> Reply:
        body = asked.json
        if not INSTRUCTION.fullmatch(own) or own in self.requests:
            return _errors("RP09")
        if body.get("payeeAlias") not in {account["payee_alias"] for account in self.accounts}:
            return _errors("PA02")
        if not AMOUNT.fullmatch(str(body.get("amount"))) or float(body["amount"]) <= 0:
            return _errors("AM02")
        if body.get("currency") != "SEK":
            return _errors("AM03")
        if not body.get("callbackUrl") or len(body.get("message", "")) > 50:
            return _errors("RP03")
        request = self.requests[own] = Request(own, body, secrets.token_hex(16))
        headers = {"Location": f"{asked.base}{API}/v1/paymentrequests/{own}"}
        if not body.get("payerAlias"):
            headers["PaymentRequestToken"] = request.token
        return Reply(201, b"", headers)

    def _cancel(self, request: Request) -> Reply:
        if request.status != "CREATED":
            return _errors("RP07")
        request.status = "CANCELLED"
        self._tell(request)
        return said(200, request.shown())

    def _refund(self, asked: Asked, own: str) -> Reply:
        body = asked.json
        paid = [each for each in self.requests.values() if each.paid_as]
        found = [each for each in paid if each.paid_as == body.get("originalPaymentReference")]
        if not found or not INSTRUCTION.fullmatch(own):
            return _errors("RF02")
        request = found[0]
        if own in request.refunded:
            return _errors("RP09")
        if sum(request.refunded.values()) + float(body["amount"]) > float(request.asked["amount"]):
            return _errors("RF08")
        request.refunded[own] = float(body["amount"])
        return Reply(201, b"", {"Location": f"{asked.base}{API}/v1/refunds/{own}"})

    def _customer(self, asked: Asked) -> Reply:
        token = asked.query.get("token", "")
        found = [each for each in self.requests.values() if each.token == token]
        if not found:
            return Reply(404)
        request = found[0]
        if asked.method == "POST":
            if request.status == "CREATED" and asked.form.get("answer") == "approve":
                request.status, request.paid_as = "PAID", secrets.token_hex(16).upper()
                self._tell(request)
            elif request.status == "CREATED" and asked.form.get("answer") == "decline":
                request.status = "DECLINED"
                self._tell(request)
            return led(asked.query.get("callbackurl", "/"))
        words = f"{request.asked['message']}: {request.asked['amount']} kr"
        return page("Swish", words, {"approve": "Betala", "decline": "Avbryt"}, COLOUR)

    def _tell(self, request: Request) -> None:
        raw = json.dumps(request.shown()).encode()
        headers = {
            "Content-Type": "application/json",
            "callbackIdentifier": request.asked.get("callbackIdentifier", ""),
        }
        self.outbox.append(Webhook(request.asked["callbackUrl"], headers, raw))


def _errors(code: str) -> Reply:
    return said(422, [{"errorCode": code, "errorMessage": code, "additionalInformation": ""}])
