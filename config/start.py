"""What must stand before a command runs: the embedded database, and the demo's settings."""

import os
import sys
from collections.abc import Sequence

from config import database
from config.env import BadSetting

# Commands that only read code and must work where no database can run.
WITHOUT_DATABASE = frozenset(
    {
        "help",
        "check",
        "collectstatic",
        "stop_database",
        "catalogs",
    }
)


def prepared(arguments: Sequence[str]) -> None:
    """Start the embedded PostgreSQL for a command that needs it; one clear sentence if it can't.

    A folder that a demo has used stays a demo's: commands there see its clock and its ways.
    """
    command = arguments[1] if len(arguments) > 1 else "help"
    try:
        if command == "demo" or (database.data_dir() / "demo").exists():
            os.environ.setdefault("NOTA_DEMO", "1")
            os.environ.setdefault("NOTA_HTTPS", "0")
        if command not in WITHOUT_DATABASE and "--help" not in arguments:
            database.start()
    except (database.DatabaseUnavailable, BadSetting) as problem:
        sys.exit(str(problem))
