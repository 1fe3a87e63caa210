"""uv run python -m tests.bench [ROOM...] [--json]: each room's figures beside their floor.

Runs in a database of its own beside the one in use, made for the run and dropped after it.
"""

import argparse
import importlib
import keyword
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import make_conninfo

from tests.bench.table import Row, as_json, table

ROOMS = ("page", "live", "import", "issue", "pdf", "inbox", "thread", "matching", "parsers")
DATABASE = "nota_bench"


def main() -> int:
    """Run the rooms asked for; 0 when every aim is reached, 1 when not, 2 for a room not there."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    arguments.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of: {', '.join(ROOMS)}")
    arguments.add_argument("--json", action="store_true", help="print a JSON list instead")
    given = arguments.parse_args()
    built = [room for room in ROOMS if find_spec(_module(room))]
    rooms = given.rooms or built
    if missing := [room for room in rooms if room not in built]:
        sys.stderr.write(f"No such room: {', '.join(missing)}. Built are: {', '.join(built)}.\n")
        return 2
    rows: list[Row] = []
    with bench_database():
        for room in rooms:
            sys.stderr.write(f"measuring {room} ...\n")
            rows += _room(room)()
    print(as_json(rows) if given.json else table(rows))
    return 0 if all(row.ok for row in rows) else 1


@contextmanager
def bench_database(name: str = DATABASE, *, collected: bool = True) -> Iterator[None]:
    """A migrated database for the run, which Django and all child processes take for theirs.

    ``collected``: static files are collected too, as in production.
    """
    from config import database

    database.start()
    found = database.settings()
    place = {key: str(found.get(key.upper()) or "") for key in ("host", "port", "user", "password")}
    place = {key: value for key, value in place.items() if value} | found.get("OPTIONS", {})
    server = psycopg.connect(make_conninfo(dbname=found["NAME"], **place), autocommit=True)
    with server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        server.execute(f"CREATE DATABASE {name}".encode())
        os.environ["DATABASE_URL"] = f"postgresql:///{name}?{urlencode(place, quote_via=quote)}"
        try:
            with tempfile.TemporaryDirectory() as static_root:
                _set_up(static_root, collected)
                yield
        finally:
            _close()
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _set_up(static_root: str, collected: bool) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.update(NOTA_HTTPS="0", NOTA_STATIC_ROOT=static_root, NOTA_LOG_LEVEL="ERROR")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    if collected:
        call_command("collectstatic", verbosity=0, interactive=False)


def _close() -> None:
    from django.db import connections

    connections.close_all()


def _module(room: str) -> str:
    return f"tests.bench.{room}_" if keyword.iskeyword(room) else f"tests.bench.{room}"


def _room(room: str) -> Callable[[], list[Row]]:
    run: Callable[[], list[Row]] = importlib.import_module(_module(room)).run
    return run


if __name__ == "__main__":
    sys.exit(main())
