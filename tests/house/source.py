"""The product's own files, as they are tracked."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FLOORS = ("config", "invoices", "payments", "messaging")


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the repository, also those not committed yet; by its path from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def text(name: str) -> str:
    """What stands in a tracked file; '' for what is not text."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def modules(*, tests: bool = False) -> Iterator[tuple[str, ast.Module]]:
    """The product's Python modules, without migrations; with ``tests`` those of the tests too."""
    roots = (*FLOORS, "tests") if tests else FLOORS
    for name in tracked():
        if name.endswith(".py") and name.split("/")[0] in roots and "/migrations/" not in name:
            yield name, ast.parse(text(name))


def templates() -> dict[str, str]:
    """Template name -> its source."""
    return {
        name.removeprefix("templates/"): text(name)
        for name in tracked()
        if name.startswith("templates/")
    }
