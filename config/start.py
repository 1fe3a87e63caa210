"""What must stand before a command runs: the embedded database, and the demo's settings."""

import os
import sys
from collections.abc import Sequence

from config import database
from config.demo.memory import FILE as DEMO_FILE
from config.env import BadSetting

# Commands that must work where no database runs, or that are about stopping it.
WITHOUT_DATABASE = frozenset({"help", "check", "collectstatic", "catalogs", "stop_database"})

# Whether this process started the embedded server, and so may stop it again.
started_here = False


def prepared(arguments: Sequence[str]) -> None:
    """Start the embedded PostgreSQL for a command that needs it; one clear sentence if it can't.

    A folder that a demo has used stays a demo's: commands there see its clock and its ways.
    """
    global started_here
    command = arguments[1] if len(arguments) > 1 else "help"
    try:
        if command == "demo" or (database.data_dir() / DEMO_FILE).exists():
            os.environ.setdefault("NOTA_DEMO", "1")
            os.environ.setdefault("NOTA_HTTPS", "0")
        if command not in WITHOUT_DATABASE and not {"-h", "--help"} & set(arguments):
            started_here = database.start()
    except (database.DatabaseUnavailable, BadSetting) as problem:
        sys.exit(str(problem))
