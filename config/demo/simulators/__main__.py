"""``python -m config.demo.simulators PORT``: the accounts come as JSON on standard input."""

import json
import sys

from config.demo.simulators.agreements import Agreements
from config.demo.simulators.bankid import BankId
from config.demo.simulators.card import Card
from config.demo.simulators.server import Playground
from config.demo.simulators.swish import Swish
from config.demo.simulators.vipps import Vipps

if __name__ == "__main__":
    accounts = json.load(sys.stdin)
    simulators = {
        "vipps": Vipps(accounts.get("vipps", [])),
        "swish": Swish(accounts.get("swish", [])),
        "card": Card(accounts.get("card", [])),
        "bankid": BankId(accounts.get("bankid", [])),
        "agreements": Agreements(accounts.get("agreements", [])),
    }
    Playground(int(sys.argv[1]), simulators).serve_forever()
