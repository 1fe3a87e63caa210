"""``manage.py import_invoices``: issue the invoices of a CSV file, one row per line."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from invoices.billers.models import Biller
from invoices.billers.queries import biller_by_slug
from invoices.errors import Refused
from invoices.history.actors import SYSTEM
from invoices.intake.actions import Imported, Link, import_invoices
from invoices.intake.problems import IntakeRefused, Problem
from invoices.money import Money, format_money


class Command(BaseCommand):
    """Import invoices; exit code 1 when nothing was imported."""

    help = "Issue the invoices of a CSV file, one row per line: all of them or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--biller", default="", help="whose invoices (slug), if not the only")
        parser.add_argument("--dry-run", action="store_true", help="check all, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON line, for scripts")
        parser.add_argument("--links", action="store_true", help="print a secret link for each")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            biller = biller_by_slug(options["biller"])
            raw = path.read_bytes()
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        done: Imported | None = None
        problems: Sequence[Problem] = ()
        try:
            done = import_invoices(
                biller,
                path.name,
                raw,
                actor=SYSTEM,
                dry_run=options["dry_run"],
                links=options["links"],
            )
        except IntakeRefused as refused:
            problems = refused.problems
        if options["json"]:
            said = _as_json(path.name, biller, done, problems, options)
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        elif done is None:
            self.stdout.write(_refusal(path.name, problems))
        else:
            self.stdout.write(_told(path.name, biller, done, dry_run=options["dry_run"]))
        if done is None:
            sys.exit(1)


def _as_json(
    file: str,
    biller: Biller,
    done: Imported | None,
    problems: Sequence[Problem],
    options: dict[str, Any],
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "file": file,
        "invoices": done.invoices if done else 0,
        "customers_new": done.customers_new if done else 0,
        "sum_minor": done.sum_minor if done else 0,
        "currency": biller.currency,
        "dry_run": options["dry_run"],
        "errors": [
            {"row": each.row, "column": each.column, "reason": each.reason} for each in problems
        ],
    }
    if options["links"]:
        links = done.links if done else []
        said["links"] = [
            {"number": link.number, "reference": link.reference, "url": _url(link)}
            for link in links
        ]
    return said


def _url(link: Link) -> str:
    return f"{settings.BASE_URL.rstrip('/')}/i/{link.token}"


def _told(file: str, biller: Biller, done: Imported, *, dry_run: bool) -> str:
    total = format_money(Money(done.sum_minor, biller.currency), "en")
    what = f"{done.invoices} {'invoice' if done.invoices == 1 else 'invoices'}"
    verb = "would be issued" if dry_run else "are issued" if done.invoices > 1 else "is issued"
    lines = [
        f"{file}: {what} of {biller.name} {verb}, {total} in all,"
        f" to {done.customers_new} new and {done.customers_known} known customers."
    ]
    if dry_run:
        lines.append("This was a dry run: nothing was written.")
    lines += done.notes
    lines += [f"{link.number}  {link.reference}  {_url(link)}" for link in done.links]
    return "\n".join(lines)


def _refusal(file: str, problems: Sequence[Problem]) -> str:
    """All problems as a table, after the sentence that nothing was imported."""
    things = "one thing" if len(problems) == 1 else f"{len(problems)} things"
    cells = [("row", "column", "what to mend")]
    cells += [(str(each.row or "–"), each.column or "–", each.reason) for each in problems]
    wide = [max(len(line[place]) for line in cells) for place in (0, 1)]
    table = [f"{row:>{wide[0]}}  {column:<{wide[1]}}  {why}" for row, column, why in cells]
    return "\n".join([f"{file}: nothing was imported; {things} must be mended first.", *table])
