"""The bank's page on which AvtaleGiro is agreed, played. It tells us nothing: the bank's file does.

What the customer has agreed on can be asked for with ``GET /agreed`` by whoever plays the bank.
"""

import hashlib
import hmac
from urllib.parse import urlencode

from config.demo.simulators.server import Asked, Reply, Simulator, led, page, said

COLOUR = "#00334e"
NAMES = ("creditor", "account", "kid", "notice", "reference", "language", "return_url")


class Agreements(Simulator):
    """Each account is a biller's: its secret signs what the page is told."""

    def __init__(self, accounts: list[dict[str, str]]) -> None:
        super().__init__(accounts)
        self.agreed: dict[str, dict[str, str]] = {}

    def handle(self, asked: Asked) -> Reply:
        if asked.path == "/agreed":
            return said(200, list(self.agreed.values()))
        if asked.path != "/page":
            return Reply(404)
        if not self._signed(asked):
            return Reply(400, b"The link is damaged.", {"Content-Type": "text/plain"})
        told = dict(asked.query)
        if asked.method == "POST":
            if asked.form.get("answer") == "agree":
                self.agreed[told["reference"]] = told
            return led(told["return_url"])
        words = f"{told['creditor']}, konto {told['account']}, KID {told['kid']}"
        return page("AvtaleGiro", words, {"agree": "Godta avtalen", "leave": "Avbryt"}, COLOUR)

    def _signed(self, asked: Asked) -> bool:
        if any(not asked.query.get(name) for name in NAMES):
            return False
        query = urlencode({name: asked.query[name] for name in NAMES})
        return any(
            hmac.compare_digest(
                hmac.new(each["secret"].encode(), query.encode(), hashlib.sha256).hexdigest(),
                asked.query.get("signature", ""),
            )
            for each in self.accounts
        )
