"""``manage.py catalogs``: bring the translation catalogues up to the code, or check them."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config import catalogs


class Command(BaseCommand):
    """Write the catalogues; with --check only say what is wrong with them."""

    help = "Merge every message into config/locale and compile; --check only checks."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 if not good"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        asked = catalogs.wanted()
        found = 0
        for language in catalogs.LANGUAGES:
            if not options["check"]:
                catalogs.write(language, asked)
            for problem in catalogs.problems(language, asked):
                found += 1
                self.stdout.write(f"{language}: {problem}")
        self.stdout.write(f"{len(asked)} messages, {found} to look at.")
        if options["check"] and found:
            sys.exit(1)
