"""Vipps MobilePay Recurring v3, played: agreements, and the customer's yes, no and stop; charges.

Nothing is drawn by itself, since this process has no clock of the demo's: whoever plays Vipps lets
a charge be drawn, fail, be tried again or paid back with ``POST /vipps/play/CHARGE`` (``what``).
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.demo.simulators.server import Asked, Reply, led, page, said

COLOUR = "#b5470c"
AGREEMENTS = "/recurring/v3/agreements"
PATH = re.compile(r"/recurring/v3/agreements/([^/]+)")
CHARGES = re.compile(r"/recurring/v3/agreements/([^/]+)/charges(?:/([^/]+)(/refund)?)?")
OPEN = ("PENDING", "DUE")


@dataclass
class Agreement:
    account: dict[str, str]
    asked: dict[str, Any]
    id: str
    url: str
    status: str = "PENDING"

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "status": self.status,
            "pricing": self.asked["pricing"],
            "interval": self.asked.get("interval"),
            "productName": self.asked["productName"],
            "externalId": self.asked.get("externalId"),
        }


@dataclass
class Charge:
    agreement: Agreement
    asked: dict[str, Any]
    id: str
    status: str = "DUE"
    reason: str | None = None
    captured: int = 0
    refunded: int = 0

    @property
    def amount(self) -> int:
        return int(self.asked["amount"])

    def shown(self) -> dict[str, Any]:
        cancelled = self.amount if self.status == "CANCELLED" else 0
        return {
            "id": self.id,
            "status": self.status,
            "amount": self.amount,
            "currency": self.asked["currency"],
            "due": self.asked["due"],
            "description": self.asked["description"],
            "retryDays": self.asked["retryDays"],
            "type": "RECURRING",
            "transactionType": self.asked["transactionType"],
            "transactionId": None if not self.captured else "5001419121",
            "externalId": self.asked.get("externalId"),
            "failureReason": self.reason,
            "failureDescription": self.reason and self.reason.replace("_", " "),
            "summary": {
                "captured": self.captured,
                "refunded": self.refunded,
                "cancelled": cancelled,
            },
        }

    def fail(self, reason: str) -> None:
        self.status, self.reason = "FAILED", reason

    def draw(self) -> None:
        if self.amount > int(self.agreement.asked["pricing"]["suggestedMaxAmount"]):
            self.fail("charge_amount_too_high")
        else:
            self.status, self.captured, self.reason = "CHARGED", self.amount, None

    def retry(self) -> None:
        self.reason = "user_action_required"  # it stays due: Vipps tries again

    def give_back(self, amount: int) -> None:
        self.refunded += amount
        whole = self.refunded == self.captured
        self.status = "REFUNDED" if whole else "PARTIALLY_REFUNDED"


class Recurring:
    """The part of the Vipps simulator that knows agreements; ``replies`` is shared, by key."""

    def __init__(self) -> None:
        self.agreements: dict[str, Agreement] = {}
        self.charges: dict[str, Charge] = {}

    def post(self, asked: Asked, account: dict[str, str]) -> Reply:
        if found := CHARGES.fullmatch(asked.path):
            return self._post_charge(found, asked, account)
        body = asked.json
        pricing = body.get("pricing", {})
        wrong = (
            pricing.get("type") != "VARIABLE"
            or pricing.get("currency") != "NOK"
            or not 100 <= int(pricing.get("suggestedMaxAmount", 0)) <= 2_000_000
            or not 1 <= len(body.get("productName", "")) <= 45
            or not str(body.get("merchantRedirectUrl", "")).startswith("http")
            or not str(body.get("merchantAgreementUrl", "")).startswith("http")
        )
        if asked.path != AGREEMENTS or wrong:
            return _problem(400, "Bad request")
        own = f"agr_{secrets.token_hex(4)}"
        url = f"{asked.base}/agree/{own}"
        self.agreements[own] = Agreement(account, body, own, url)
        return said(201, {"agreementId": own, "vippsConfirmationUrl": url, "uuid": own})

    def _post_charge(self, found: re.Match[str], asked: Asked, account: dict[str, str]) -> Reply:
        agreement = self._of(found[1], account)
        if agreement is None:
            return _problem(404, "Agreement not found")
        if found[3]:
            return self._refund(agreement, found[2], asked.json)
        body = asked.json
        own = str(body.get("orderId") or f"chr-{secrets.token_hex(8)}")
        wrong = (
            found[2] is not None
            or not int(body.get("amount", 0)) >= 100
            or body.get("currency") != "NOK"
            or not 1 <= len(body.get("description", "")) <= 45
            or not 0 <= int(body.get("retryDays", -1)) <= 14
            or body.get("transactionType") != "DIRECT_CAPTURE"
            or not re.fullmatch(r"[a-zA-Z0-9-]{1,50}", own)
        )
        if wrong:
            return _problem(400, "Bad request")
        date.fromisoformat(body["due"])
        if agreement.status != "ACTIVE":
            return _problem(400, "Agreement is not active")
        if own in self.charges:
            return _problem(409, "Order id exists already")
        self.charges[own] = Charge(agreement, body, own)
        return said(201, {"chargeId": own})

    def _refund(self, agreement: Agreement, own: str, body: dict[str, Any]) -> Reply:
        charge = self.charges.get(own)
        if charge is None or charge.agreement is not agreement:
            return _problem(404, "Charge not found")
        if not 0 < int(body["amount"]) <= charge.captured - charge.refunded:
            return _problem(400, "Refund amount is too high")
        charge.give_back(int(body["amount"]))
        return Reply(204)

    def _of(self, own: str, account: dict[str, str]) -> Agreement | None:
        agreement = self.agreements.get(own)
        return agreement if agreement is not None and agreement.account is account else None

    def _charge(self, found: re.Match[str], asked: Asked, account: dict[str, str]) -> Reply:
        charge = self.charges.get(found[2] or "")
        agreement = self._of(found[1], account)
        if charge is None or charge.agreement is not agreement:
            return _problem(404, "Charge not found")
        if asked.method == "GET":
            return said(200, charge.shown())
        if asked.method != "DELETE" or charge.status not in OPEN:
            return _problem(409, "Charge cannot be cancelled")
        charge.status = "CANCELLED"
        return Reply(204)

    def play(self, asked: Asked, own: str) -> Reply:
        """Whoever plays Vipps says what becomes of a charge."""
        charge = self.charges.get(own)
        what = asked.form.get("what", "")
        if charge is None:
            return Reply(404)
        doings: dict[str, Callable[[], None]] = {
            "draw": charge.draw,
            "retry": charge.retry,
            "fail": lambda: charge.fail("user_action_required"),
            "begin": lambda: setattr(charge, "status", "PROCESSING"),
            "refund": lambda: charge.give_back(charge.captured - charge.refunded),
        }
        legal = charge.status in (*OPEN, "PROCESSING") if what != "refund" else charge.captured
        if what not in doings or not legal:
            return Reply(409)
        doings[what]()
        return Reply(204)

    def _stop(self, agreement: Agreement) -> None:
        """Charges that are due die with their agreement."""
        agreement.status = "STOPPED"
        for charge in self.charges.values():
            if charge.agreement is agreement and charge.status in OPEN:
                charge.status = "CANCELLED"

    def other(self, asked: Asked, account: dict[str, str]) -> Reply:
        if charged := CHARGES.fullmatch(asked.path):
            return self._charge(charged, asked, account)
        found = PATH.fullmatch(asked.path)
        agreement = self.agreements.get(found[1]) if found else None
        if agreement is None or agreement.account is not account:
            return _problem(404, "Agreement not found")
        if asked.method == "GET":
            return said(200, agreement.shown())
        if asked.method != "PATCH" or asked.json.get("status") != "STOPPED":
            return _problem(400, "Bad request")
        if agreement.status != "ACTIVE":
            return _problem(400, "Agreement is not active")
        self._stop(agreement)
        return Reply(204)

    def customer(self, asked: Asked, own: str) -> Reply:
        agreement = self.agreements.get(own)
        if agreement is None:
            return Reply(404)
        if asked.method == "POST":
            answer = asked.form.get("answer")
            if agreement.status == "PENDING":
                agreement.status = "ACTIVE" if answer == "approve" else "STOPPED"
            elif answer == "stop":
                self._stop(agreement)
            return led(agreement.asked["merchantRedirectUrl"])
        most = agreement.asked["pricing"]["suggestedMaxAmount"] / 100
        words = f"{agreement.asked['productName']}: inntil {most:.0f} kr per måned"
        buttons = {"approve": "Godta avtalen", "decline": "Avbryt"}
        if agreement.status == "ACTIVE":
            buttons = {"stop": "Stopp avtalen", "keep": "Behold den"}
        return page("Vipps", words, buttons, COLOUR)


def _problem(status: int, title: str) -> Reply:
    return said(status, {"title": title, "status": status})
