"""The live room: from a commit in another process to the bytes in an open page.

The floor is a bare ``websockets`` server with its own LISTEN connection and a dict. Both servers
run at once, each in its own process with all pages open and on its own channel, and messages go
to them in turn, so that whatever else the machine does hits both. This process holds the clients,
a further one commits.
"""

import asyncio
import gc
import json
import os
import random
import resource
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final, Self

import uvloop

from tests.bench.table import Row

PAGES: Final = int(os.environ.get("NOTA_BENCH_PAGES", "5000"))
CROWD: Final = min(1_000, PAGES)  # the pages that hear the biller
ROUNDS: Final = 5
MESSAGES: Final = 300  # to each server in each round
MESSAGES_PER_S: Final = 200
BROADCASTS: Final = 20
BROADCASTS_PER_S: Final = 2.5  # each has died away before the next
WARM_UP: Final = 50
OPENING_AT_ONCE: Final = 50
PATIENCE_S: Final = 10.0
START_S: Final = 40.0
FLOOR_CHANNEL: Final = "nota_bench_floor"
BILLER: Final = "b1"


def run() -> list[Row]:
    """Measure; bounded to well below 100 seconds at 5,000 pages."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 2 * PAGES + 200
    if hard < needed:
        raise SystemExit(f"{PAGES} pages need {needed} open files here, the limit is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gc.collect()
    gc.disable()  # a pause of the clients would be booked on the servers
    try:
        return uvloop.run(_measure())
    finally:
        gc.enable()


# ----------------------------------------------------------------------- the measurement


@dataclass
class Side:
    """One of the two servers, its open pages and what was measured on it."""

    name: str
    port: int
    pid: int
    pages: list["Page"] = field(default_factory=list)
    arrivals: dict[int, list[float]] = field(default_factory=dict)
    kb_per_page: float = 0.0
    opened_per_s: float = 0.0
    p50_ms: list[float] = field(default_factory=list)  # one per round, of MESSAGES each
    p99_ms: list[float] = field(default_factory=list)
    broadcast_ms: list[float] = field(default_factory=list)

    async def open_all(self) -> None:
        """Open the pages, and note what each costs in memory and time."""
        await self._open(range(1, WARM_UP + 1), counted=False)
        await asyncio.sleep(0.5)
        before = _rss_kb(self.pid)
        started = time.monotonic()
        await self._open(range(1, PAGES + 1), counted=True)
        self.opened_per_s = PAGES / (time.monotonic() - started)
        await asyncio.sleep(0.5)
        self.kb_per_page = (_rss_kb(self.pid) - before) / PAGES

    async def _open(self, numbers: Iterable[int], *, counted: bool) -> None:
        for group in batched(numbers, OPENING_AT_ONCE, strict=False):
            opened = await asyncio.gather(*(Page.open(self, number) for number in group))
            if counted:
                self.pages += opened
            else:
                for page in opened:
                    page.close()

    async def hear(self, sent: Mapping[int, float], each: int) -> list[float]:
        """Milliseconds from each commit to the last of ``each`` pages it was meant for."""
        end = time.monotonic() + PATIENCE_S
        while any(len(self.arrivals.get(number, ())) < each for number in sent):
            if time.monotonic() > end:
                raise SystemExit(f"{self.name}: a message did not arrive in {PATIENCE_S:g} s")
            await asyncio.sleep(0.02)
        times = [(max(self.arrivals[number]) - at) * 1_000 for number, at in sent.items()]
        assert all(len(self.arrivals[number]) == each for number in sent), "heard twice"
        return times


class Page(asyncio.Protocol):
    """A browser's end of a page's socket, as lean as can be so that the servers are measured."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._unread = b""
        self._accepted = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, side: Side, number: int) -> Self:
        """Open the socket of page ``number``; raises if it is refused."""
        loop = asyncio.get_running_loop()
        transport, page = await loop.create_connection(lambda: cls(side), "127.0.0.1", side.port)
        page._transport = transport
        transport.write(_handshake(side.port, _topics(number)))
        await asyncio.wait_for(page._accepted, PATIENCE_S)
        return page

    _transport: asyncio.WriteTransport

    def close(self) -> None:
        """Leave without a word, as a phone does."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take frames apart: unmasked, below 126 bytes, as both servers send them here."""
        now = time.monotonic()
        self._unread += data
        if not self._accepted.done():
            head, found, rest = self._unread.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._accepted.set_exception(ConnectionError(head.decode()))
                return
            self._unread = rest
            self._accepted.set_result(None)
        while len(self._unread) >= 2 and len(self._unread) >= 2 + self._unread[1]:
            opcode, size = self._unread[0] & 0x0F, self._unread[1]
            content, self._unread = self._unread[2 : 2 + size], self._unread[2 + size :]
            self._take(opcode, content, now)

    def _take(self, opcode: int, content: bytes, now: float) -> None:
        if opcode == 0x9:  # ping -> pong, with a mask of zeros
            self._transport.write(bytes([0x8A, 0x80 | len(content), 0, 0, 0, 0]) + content)
        elif opcode == 0x1 and (version := json.loads(content)["v"]):
            self._side.arrivals.setdefault(version, []).append(now)


async def _measure() -> list[Row]:
    async with _server(_ours_command) as ours, _server(_floor_command) as floor:
        sides = Side("ours", *ours), Side("floor", *floor)
        async with _process(sys.executable, "-m", __name__, "publish") as publisher:
            for side in sides:
                await side.open_all()
            for turn in range(ROUNDS):
                await _round(sides, publisher, turn)
            await _broadcasts(sides, publisher)
            for side in sides:
                for page in side.pages:
                    page.close()
    return _rows(*sides)


async def _round(sides: Sequence[Side], publisher: asyncio.subprocess.Process, turn: int) -> None:
    picks = [f"i{random.randint(1, PAGES)}" for _ in range(MESSAGES)]
    first = 1 + turn * MESSAGES
    sent = await _publish(publisher, picks, first, MESSAGES_PER_S)
    for side in sides:
        times = await side.hear(sent[side.name], each=1)
        side.p50_ms.append(median(times))
        side.p99_ms.append(quantiles(times, n=100, method="inclusive")[98])


async def _broadcasts(sides: Sequence[Side], publisher: asyncio.subprocess.Process) -> None:
    first = 1 + ROUNDS * MESSAGES
    sent = await _publish(publisher, [BILLER] * BROADCASTS, first, BROADCASTS_PER_S)
    for side in sides:
        side.broadcast_ms = await side.hear(sent[side.name], each=CROWD)


async def _publish(
    publisher: asyncio.subprocess.Process, topics: list[str], first: int, per_s: float
) -> dict[str, dict[int, float]]:
    """Let one ring per topic be committed to each side in turn.

    The answer says per side at what time each was committed, by version number from ``first``.
    """
    assert publisher.stdin is not None
    assert publisher.stdout is not None
    order = {"first": first, "topics": topics, "per_s": per_s}
    publisher.stdin.write(json.dumps(order).encode() + b"\n")
    answer = json.loads(await publisher.stdout.readline())
    return {
        side: {int(number): at for number, at in times.items()} for side, times in answer.items()
    }


def _rows(ours: Side, floor: Side) -> list[Row]:
    pairs: list[tuple[str, float, float]] = [
        (f"one of {PAGES:,} pages, p50", median(ours.p50_ms), median(floor.p50_ms)),
        (f"one of {PAGES:,} pages, p99", median(ours.p99_ms), median(floor.p99_ms)),
        (f"broadcast to {CROWD:,}, p50", median(ours.broadcast_ms), median(floor.broadcast_ms)),
    ]
    rows = [
        Row("live", name, mine, base, mine / base, 1.5, "lower", "ms", "commit to bytes in client")
        for name, mine, base in pairs
    ]
    mine, base = ours.kb_per_page, floor.kb_per_page
    note = f"server RSS; opened {ours.opened_per_s:,.0f}/s, floor {floor.opened_per_s:,.0f}/s"
    rows.append(
        Row("live", "memory per page", mine, base, mine / base, 30, "lower", "kB", note, "ours")
    )
    return rows


def _topics(number: int) -> list[str]:
    return [f"i{number}", BILLER] if number <= CROWD else [f"i{number}"]


def _handshake(port: int, topics: list[str]) -> bytes:
    """What a browser sends, its offer to compress included."""
    from invoices.live.tokens import page_token

    return (
        f"GET /ws/page/?token={page_token(topics, 'customer')} HTTP/1.1\r\n"
        f"Host: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\n"
        "Accept-Language: nb-NO,nb;q=0.9\r\nCookie: sessionid=0123456789abcdef0123456789abcdef\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
    ).encode()


def _rss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise SystemExit(f"process {pid} is gone")


# ----------------------------------------------------------------------- the other processes


@asynccontextmanager
async def _process(*command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def _server(command: Any) -> AsyncIterator[tuple[int, int]]:
    """Start a server; its port and process id, once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    async with _process(*command(port)) as process:
        end = time.monotonic() + START_S
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                if time.monotonic() > end or process.returncode is not None:
                    raise SystemExit(f"{command(port)} did not start") from None
                await asyncio.sleep(0.05)
            else:
                writer.close()
                break
        await asyncio.sleep(0.5)  # its LISTEN follows the port
        yield port, process.pid


def _ours_command(port: int) -> list[str]:
    return [sys.executable, "-m", "config.asgi", "127.0.0.1", str(port), "--log-level", "warning"]


def _floor_command(port: int) -> list[str]:
    return [sys.executable, "-m", __name__, "floor", str(port)]


def _publish_forever() -> None:
    """Commit rings as told on standard input, to ours and the floor in turn; answer the times."""
    for line in sys.stdin:
        order = json.loads(line)
        times: dict[str, dict[int, float]] = {"ours": {}, "floor": {}}
        due = time.monotonic()
        for number, topic in enumerate(order["topics"], order["first"]):
            for side in ("ours", "floor") if number % 2 else ("floor", "ours"):
                time.sleep(max(0.0, due - time.monotonic()))
                due += 0.5 / order["per_s"]
                times[side][number] = _commit(side, topic, number)
        sys.stdout.write(json.dumps(times) + "\n")
        sys.stdout.flush()


def _commit(side: str, topic: str, number: int) -> float:
    from django.db import connection, transaction

    from invoices.live.ring import payloads_of, ring

    panels = ["balance", "history"]
    with transaction.atomic():
        if side == "ours":
            ring({topic: number}, panels)
        else:
            (payload,) = payloads_of({topic: number}, panels)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, %s)", [FLOOR_CHANNEL, payload])
        return time.monotonic()


async def _serve_floor(port: int) -> None:
    """The least a live server can do: a bare server, a dict, a LISTEN connection."""
    import psycopg
    from websockets.asyncio.server import ServerConnection, broadcast, serve

    from invoices.live.listener import connection_params
    from invoices.live.tokens import read_page_token

    pages: dict[str, set[ServerConnection]] = {}

    async def page(socket: ServerConnection) -> None:
        assert socket.request is not None
        token = read_page_token(socket.request.path.partition("token=")[2])
        assert token is not None
        for topic in token.topics:
            pages.setdefault(topic, set()).add(socket)
        try:
            await socket.wait_closed()
        finally:
            for topic in token.topics:
                pages[topic].discard(socket)

    connect = psycopg.AsyncConnection.connect(**connection_params(), autocommit=True)
    async with (
        serve(page, "127.0.0.1", port, compression=None, ping_interval=40),
        await connect as db,
    ):
        await db.execute(f"LISTEN {FLOOR_CHANNEL}".encode())
        async for notify in db.notifies():
            ring = json.loads(notify.payload)
            for topic, version in ring["t"].items():
                text = json.dumps({"panels": ring["p"], "v": version})
                broadcast(pages.get(topic, ()), text)


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "publish":
        _publish_forever()
    else:
        uvloop.run(_serve_floor(int(sys.argv[2])))
