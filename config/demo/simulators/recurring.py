"""Vipps MobilePay Recurring v3, played: agreements, and the customer's yes, no and stop."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from config.demo.simulators.server import Asked, Reply, led, page, said

COLOUR = "#b5470c"
AGREEMENTS = "/recurring/v3/agreements"
PATH = re.compile(r"/recurring/v3/agreements/([^/]+)")


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


class Recurring:
    """The part of the Vipps simulator that knows agreements; ``replies`` is shared, by key."""

    def __init__(self) -> None:
        self.agreements: dict[str, Agreement] = {}

    def post(self, asked: Asked, account: dict[str, str]) -> Reply:
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

    def other(self, asked: Asked, account: dict[str, str]) -> Reply:
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
        agreement.status = "STOPPED"
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
                agreement.status = "STOPPED"
            return led(agreement.asked["merchantRedirectUrl"])
        most = agreement.asked["pricing"]["suggestedMaxAmount"] / 100
        words = f"{agreement.asked['productName']}: inntil {most:.0f} kr per måned"
        buttons = {"approve": "Godta avtalen", "decline": "Avbryt"}
        if agreement.status == "ACTIVE":
            buttons = {"stop": "Stopp avtalen", "keep": "Behold den"}
        return page("Vipps", words, buttons, COLOUR)


def _problem(status: int, title: str) -> Reply:
    return said(status, {"title": title, "status": status})
