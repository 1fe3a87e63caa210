"""``manage.py import_payments``: book a file from the bank and lead its payments to invoices."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from invoices.billers.models import Biller
from invoices.billers.queries import biller_by_slug
from invoices.errors import N_, FormatError, Refused
from invoices.history.actors import SYSTEM
from invoices.money import Money, format_money
from payments import formats
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankLine
from payments.bankfiles.queries import biller_of_accounts
from payments.matching.actions import match_file
from payments.matching.queries import outcome
from payments.matching.results import ABOUT, results_of


@dataclass
class Report:
    """The figures of one file, in the order they are printed; ``sum_minor`` is the net."""

    file: str
    format: str | None = None
    payments: int = 0
    sum_minor: int = 0
    matched: int = 0
    unmatched: int = 0
    duplicates: int = 0
    refused: dict[str, Any] | None = None


@dataclass
class Told:
    """What people are told beyond the figures: the currency, and each payment that waits."""

    report: Report
    currency: str = ""
    waiting: list[tuple[str, int, str]] = field(default_factory=list)  # reference, amount, payer
    lines: list[dict[str, Any]] = field(default_factory=list)  # with --lines, see results.ABOUT


FIGURES = """\
The JSON line has: file, format, payments, sum_minor, matched, unmatched, duplicates, refused
(null, or {line, reason}), and with --lines also lines. matched counts payments booked without a
person, unmatched those that wait for one.
"""


class Command(BaseCommand):
    """Import a bank file; exit code 1 when it was refused."""

    help = "Book the payments of a bank file (OCR giro, BgMax, camt.053, camt.054) and match them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file from the bank")
        parser.add_argument("--biller", default="", help="whose it is (slug), else by its accounts")
        parser.add_argument("--dry-run", action="store_true", help="same figures, writes nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON line, for scripts")
        parser.add_argument(
            "--lines", action="store_true", help="with --json: every payment and what came of it"
        )
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = f"{FIGURES}\n{ABOUT}"

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            raw = path.read_bytes()
            named = biller_by_slug(options["biller"]) if options["biller"] else None
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        try:
            told = _imported(
                path.name, raw, named, dry_run=options["dry_run"], lines=options["lines"]
            )
        except FormatError as error:
            refusal = {"line": error.line_no, "reason": str(error)}
            told = Told(Report(path.name, _format_of(raw), refused=refusal))
        if options["json"]:
            lines = {"lines": told.lines} if options["lines"] else {}
            self.stdout.write(json.dumps(asdict(told.report) | lines, ensure_ascii=False))
        else:
            self.stdout.write(_paragraph(told, dry_run=options["dry_run"]))
        if told.report.refused:
            sys.exit(1)


def _imported(name: str, raw: bytes, named: Biller | None, *, dry_run: bool, lines: bool) -> Told:
    """Receive and match at once; the job that the file has set going will find nothing left."""
    biller = named or _biller_of(raw)
    with transaction.atomic() if dry_run else nullcontext():
        receipt = receive_file(biller, name, raw, actor=SYSTEM)
        match_file(receipt.file)
        told = Told(
            Report(
                name,
                receipt.file.format,
                receipt.payments,
                receipt.sum_minor,
                duplicates=receipt.duplicates,
            ),
            biller.currency,
        )
        if receipt.duplicates < receipt.payments:  # else its lines, if any, were told before
            done = outcome(receipt.file)
            told.report.matched, told.report.unmatched = done.matched, done.unmatched
            waiting = BankLine.objects.filter(file=receipt.file, waiting__isnull=False)
            told.waiting = list(waiting.values_list("reference", "amount_minor", "payer_name"))
        if lines:
            every = receipt.duplicates == receipt.payments
            told.lines = results_of(receipt.file, formats.parse(raw).payments, known_before=every)
        if dry_run:
            transaction.set_rollback(True)
    return told


def _biller_of(raw: bytes) -> Biller:
    accounts = formats.parse(raw).accounts
    biller = biller_of_accounts(accounts)
    if biller is None:
        raise FormatError(
            None,
            N_("No biller alone has the account {accounts}. Say whose file it is with --biller."),
            accounts=", ".join(accounts) or "–",
        )
    return biller


def _format_of(raw: bytes) -> str | None:
    try:
        return formats.sniff(raw).name
    except FormatError:
        return None  # the refusal says that it is no format we know


def _paragraph(told: Told, *, dry_run: bool) -> str:
    report = told.report
    if report.refused:
        line, reason = report.refused["line"], report.refused["reason"]
        where = "" if line is None else f" in line {line}"
        return f"{report.file} was refused{where}: {reason} Nothing of it is booked."
    total = format_money(Money(report.sum_minor, told.currency), "en")
    payments = "payment" if report.payments == 1 else "payments"
    lines = [
        f"{report.file} ({report.format}): {report.payments} {payments}, {total} in all."
        f" {report.matched} matched, {report.unmatched} unmatched,"
        f" {report.duplicates} known before."
    ]
    if dry_run:
        lines.append("This was a dry run: nothing was written.")
    if told.waiting:
        lines.append("Unmatched, the money waits on clearing:")
    for reference, amount, payer in told.waiting:
        shown = format_money(Money(amount, told.currency), "en")
        lines.append(f"  {reference or 'no reference':<27}{shown:>18}  {payer}".rstrip())
    return "\n".join(lines)
