"""``manage.py demo``: everything started, seeded and printed, until Ctrl-C."""

import fcntl
import json
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config import database, start
from config.demo import memory
from config.demo.assets import collect_assets
from config.demo.erase import erase_database
from config.demo.offered import offer_providers, simulator_port
from config.demo.processes import Processes, port_is_free
from config.demo.seed import seed

PANGO = (
    "PDFs are off: the library Pango is missing. Everything else runs. It comes with"
    " 'apt-get install libpango-1.0-0 libpangoft2-1.0-0' (Debian, Ubuntu)"
    " or 'brew install pango' (macOS)."
)


class Command(BaseCommand):
    """Run the demo."""

    help = "Start Nota with two billers, three months of history and a control room."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where to serve (8000)")
        parser.add_argument("--data", help="the data folder (.data)")  # read by manage.py
        parser.add_argument("--fresh", action="store_true", help="forget the last run")
        parser.add_argument("--json", action="store_true", help="print one JSON line, for scripts")

    def handle(self, *args: Any, **options: Any) -> None:
        data_dir = Path(settings.DATA_DIR)
        port = options["port"]
        with _alone(data_dir):
            if not port_is_free(port):
                raise CommandError(
                    f"Port {port} is taken by another program."
                    f" Choose another: uv run manage.py demo --port {port + 1}"
                )
            try:
                self._prepare(data_dir, fresh=options["fresh"])
                self._run(data_dir, port, as_json=options["json"])
            finally:
                connections.close_all()
                if start.started_here:
                    database.stop()

    def _prepare(self, data_dir: Path, *, fresh: bool) -> None:
        if fresh:
            erase_database()
            memory.forget(data_dir)
        call_command("migrate", verbosity=0, interactive=False)
        known = memory.recall(data_dir)
        memory.remember(data_dir, known)  # from here on the folder is a demo's
        seed(known)
        memory.remember(data_dir, known)
        collect_assets()
        if not _has_pango():
            self.stderr.write(PANGO)

    def _run(self, data_dir: Path, port: int, *, as_json: bool) -> None:
        asked_to_stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: asked_to_stop.set())
        log = data_dir / "demo.log"
        known = memory.recall(data_dir)
        played_at = simulator_port(port)
        simulators = f"http://127.0.0.1:{played_at}"
        accounts = offer_providers(known, f"http://127.0.0.1:{port}", simulators)
        memory.remember(data_dir, known)
        mail_port = simulator_port(played_at)
        processes = Processes(port, log, (played_at, accounts), mail_port=mail_port)
        try:
            processes.start()
            if not processes.ready():
                raise CommandError(f"The demo did not start; {log} says why.")
            self._tell(data_dir, f"http://127.0.0.1:{port}", as_json=as_json)
            while not asked_to_stop.wait(0.5):
                if processes.ended() is not None:
                    raise CommandError(f"A process of the demo has ended; {log} says why.")
        finally:
            processes.stop()
        if not as_json:
            self.stdout.write("Stopped. The next run continues here.")

    def _tell(self, data_dir: Path, base: str, *, as_json: bool) -> None:
        known = memory.recall(data_dir)
        places = {
            "invoice_no": f"{base}/i/{known.tokens['fjordfiber']}",
            "invoice_se": f"{base}/i/{known.tokens['mobilo']}",
            "staff": f"{base}/staff/",
            "control_room": f"{base}/demo/",
        }
        logins = {
            email.split("@")[0]: {"email": email, "password": password}
            for email, password in known.passwords.items()
        }
        if as_json:
            self.stdout.write(json.dumps({**places, **logins}))
        else:
            self.stdout.write(_sheet(places, logins))
        self.stdout.flush()


def _sheet(places: dict[str, str], logins: dict[str, dict[str, str]]) -> str:
    people = "\n".join(
        f"  {key:10}{login['email']:24}{login['password']}" for key, login in logins.items()
    )
    return (
        "\nNota is running.\n\n"
        f"  Invoice, Norway   {places['invoice_no']}\n"
        f"  Invoice, Sweden   {places['invoice_se']}\n"
        f"  Control room      {places['control_room']}\n"
        f"  Staff             {places['staff']}\n\n"
        f"{people}\n\n"
        "Ctrl-C stops everything; the next run continues where this one was.\n"
    )


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this run; a second run in it is told so."""
    with (data_dir / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"Another demo is running in {data_dir}. Stop it, or choose another folder:"
                " uv run manage.py demo --data DIR --port 8001"
            ) from None
        yield


def _has_pango() -> bool:
    try:
        import weasyprint  # noqa: F401  # loading it is the test
    except OSError:
        return False
    return True
