"""The page room: the customer's invoice page beside a bare view and beside Django's ASGI handler.

Three servers of one process each run at once, and a further process asks them in turn over kept
connections, so that whatever else the machine does hits all of them.

* ours: ``config.asgi`` as it runs, all middleware, with the customer's cookie
* bare: the same server, no middleware, one query and 20 kB of rows (``tests.bench.bare``)
* asgi: the same page with Django's own ASGI handler under the same uvicorn (``.native``)
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median
from typing import Final

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from invoices.documents.models import Invoice
from tests.bench.load import Ask, Burst, asker
from tests.bench.table import Row

CONNECTIONS: Final = 8
ROUNDS: Final = 15  # short ones: what else the machine does then hits all alike
SECONDS: Final = 0.4
WARM_UP_S: Final = 1.0
ALONE_S: Final = 0.15  # with one connection, for the time that the server itself takes
ENTRIES: Final = 10
MANY_ENTRIES: Final = 1_000
PATIENCE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server process."""

    port: int
    pid: int

    def cpu_s(self) -> float:
        """The processor time of all its threads so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Side:
    """A page on a server, how it is asked for, and what was measured on it."""

    server: Server
    path: str
    cookie: str = "none=1"
    headers: str = ""
    loaded: list[Burst] = field(default_factory=list)
    alone: list[Burst] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)  # the server's, for one request

    @property
    def request(self) -> str:
        """What a browser sends."""
        return (
            f"GET {self.path} HTTP/1.1\r\nHost: localhost:{self.server.port}\r\n"
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\n"
            "Accept: text/html,application/xhtml+xml\r\nAccept-Language: nb-NO,nb;q=0.9\r\n"
            f"{self.headers}Cookie: {self.cookie}\r\n\r\n"
        )

    def measure(self, ask: Ask) -> None:
        """One round: many at once, then one alone."""
        before = self.server.cpu_s()
        burst = ask(self.server.port, self.request, CONNECTIONS, SECONDS)
        self.cpu_ms.append(1_000 * (self.server.cpu_s() - before) / burst.answers)
        self.loaded.append(burst)
        self.alone.append(ask(self.server.port, self.request, 1, ALONE_S))

    @property
    def per_s(self) -> float:
        return median(burst.per_s for burst in self.loaded)

    @property
    def alone_ms(self) -> float:
        return median(burst.p50_ms for burst in self.alone)

    @property
    def p99_ms(self) -> float:
        return median(burst.p99_ms for burst in self.loaded)

    @property
    def kb(self) -> float:
        return self.loaded[0].size / 1_000


def run() -> list[Row]:
    """Measure; bounded to well below 60 seconds."""
    few, many = an_invoice_with(ENTRIES, "1"), an_invoice_with(MANY_ENTRIES, "2")
    with ExitStack() as stack:
        ours = stack.enter_context(server("config.asgi"))
        bare = stack.enter_context(server("config.asgi", "tests.bench.bare.settings"))
        asgi = stack.enter_context(server("tests.bench.native", "tests.bench.native.settings"))
        ask = stack.enter_context(asker())
        sides = {
            "ours": Side(ours, few.path, few.cookie),
            "bare": Side(bare, f"/rows/{few.pk}/"),
            "asgi": Side(asgi, few.path, few.cookie),
            "many": Side(ours, many.path, many.cookie),
            "file": Side(ours, stylesheet(), headers="Accept-Encoding: gzip, br\r\n"),
        }
        for side in sides.values():
            ask(side.server.port, side.request, CONNECTIONS, WARM_UP_S)
        for _ in range(ROUNDS):
            for side in sides.values():
                side.measure(ask)
    return rows_of(sides, queries_of(few), queries_of(many))


def rows_of(sides: dict[str, Side], few: int, many: int) -> list[Row]:
    """What was measured, as rows. ``few`` and ``many`` are numbers of queries."""
    ours, bare, asgi = sides["ours"], sides["bare"], sides["asgi"]
    growth = sides["many"].alone_ms / ours.alone_ms
    cpu = [fmean(side.cpu_ms) for side in (ours, bare, asgi)]
    each = "processor time {:.1f} ms, bare {:.1f}, asgi {:.1f}".format(*cpu)
    sizes = (
        f"p50 alone {ours.alone_ms:.1f} ms, bare {bare.alone_ms:.1f}, asgi {asgi.alone_ms:.1f};"
        f" p99 of {CONNECTIONS} at once {ours.p99_ms:.0f}; {ours.kb:.0f} kB, bare {bare.kb:.0f}"
    )
    grown = f"of {MANY_ENTRIES:,} entries and of {ENTRIES}; alone {growth:.2f} x the time"
    cheap = f"alone {sides['file'].alone_ms:.1f} ms; floor is the bare view"
    return [
        rate_row("page / a bare view", ours, bare, 0.4, each),
        rate_row("page / Django's ASGI handler", ours, asgi, 1.4, sizes),
        Row("page", "queries", few, 1, few, 8, "lower", "", "floor is the bare view", "ours"),
        Row("page", "queries, long history", many, few, many / few, 1, "lower", "", grown),
        rate_row("a compressed stylesheet", sides["file"], bare, 1, cheap),
    ]


def rate_row(name: str, ours: Side, floor: Side, aim: float, note: str) -> Row:
    """Requests per second; the ratio is the median of the rounds' own ratios."""
    ratio = median(o.per_s / f.per_s for o, f in zip(ours.loaded, floor.loaded, strict=True))
    return Row("page", name, ours.per_s, floor.per_s, ratio, aim, "higher", "/s", note)


# ----------------------------------------------------------------------- what is asked for


@dataclass(frozen=True, slots=True)
class Subject:
    """An invoice, and how its customer reaches it."""

    pk: int
    path: str
    cookie: str


def an_invoice_with(entries: int, digit: str) -> Subject:
    """An invoice of three lines, part paid so often that the customer reads ``entries`` entries."""
    from tests import build
    from tests.bench.issue import a_biller

    biller = a_biller(f"bench-page-{digit}", f"1503777700{digit}")
    biller.support_email, biller.support_phone = "hjelp@nota.example", "+47 22 00 00 00"
    biller.save()
    lines = [build.a_line(net, text=text) for text, net in (("Fiber", 40_000), ("TV", 9_900))]
    invoice = build.an_invoice(build.a_customer(biller), *lines, build.a_line(4_900, text="Ruter"))
    build.receive(biller, build.an_ocr_file(*[(invoice, 50)] * (entries - 1)))
    return reached(invoice, build.a_link(invoice))


def reached(invoice: Invoice, link: str) -> Subject:
    """Open the link as a browser does, and keep the cookie."""
    client = Client(SERVER_NAME="localhost")
    client.get(link)
    cookie = f"{settings.LINK_COOKIE_NAME}={client.cookies[settings.LINK_COOKIE_NAME].value}"
    path = reverse("invoice_page", kwargs={"public_id": invoice.public_id})
    return Subject(invoice.pk, path, cookie)


def queries_of(subject: Subject) -> int:
    """How many queries the page takes."""
    client = Client(SERVER_NAME="localhost", headers={"cookie": subject.cookie})
    with CaptureQueriesContext(connection) as queries:
        assert client.get(subject.path).status_code == 200
    return len(queries)


def stylesheet() -> str:
    """The path of the stylesheet, with its hash, as pages link it."""
    manifest = json.loads(_static("staticfiles.json"))
    return f"/static/{manifest['paths']['css/nota.css']}"


def _static(name: str) -> str:
    with open(os.path.join(os.environ["NOTA_STATIC_ROOT"], name), encoding="utf-8") as file:
        return file.read()


# ----------------------------------------------------------------------- the servers


@contextmanager
def server(module: str, settings_module: str = "config.settings") -> Iterator[Server]:
    """Start ``python -m module 127.0.0.1 PORT``; it is given once it answers."""
    own = {"DJANGO_SETTINGS_MODULE": settings_module}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", module, "127.0.0.1", str(port), "--log-level", "warning"]
    with subprocess.Popen(command, env=os.environ | own) as process:
        try:
            end = time.monotonic() + PATIENCE_S
            while not _answers(port):
                if time.monotonic() > end or process.poll() is not None:
                    raise SystemExit(f"{module} did not start")
                time.sleep(0.05)
            yield Server(port, process.pid)
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
