"""``manage.py check_ledger``: the sums of the books, and the proof that they add up."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from invoices.ledger.queries import Fault, KindSum, faults, sums
from invoices.money import Money, format_money


class Command(BaseCommand):
    """Check the ledger; exit code 1 where something cannot be."""

    help = "Print the ledger's sums per biller and kind of account, and prove that they add up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON line, for scripts")

    def handle(self, *args: Any, **options: Any) -> None:
        totals, found = sums(), faults()
        if options["json"]:
            said = {"sums": list(map(asdict, totals)), "faults": list(map(asdict, found))}
            self.stdout.write(json.dumps(said))
        else:
            self.stdout.write(_told(totals, found))
        if found:
            sys.exit(1)


def _told(totals: Sequence[KindSum], found: Sequence[Fault]) -> str:
    lines = [
        f"{each.biller:<24}{each.kind:<12}"
        f"{format_money(Money(each.sum_minor, each.currency), 'en'):>24}"
        for each in totals
    ]
    if not found:
        return "\n".join([*lines, "The ledger adds up."])
    things = "one fault" if len(found) == 1 else f"{len(found)} faults"
    lines.append(f"The ledger does not add up; {things}:")
    return "\n".join([*lines, *(f"  account {each.account_id}: {each.what}" for each in found)])
