"""Browsers for the page room: kept connections in a process of their own, as lean as can be."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles

import uvloop


@dataclass(frozen=True, slots=True)
class Burst:
    """One go at a server: how many answers, the time each took, the size of one."""

    answers: int
    per_s: float
    p50_ms: float
    p99_ms: float
    size: int


type Ask = Callable[[int, str, int, float], Burst]


@contextmanager
def asker() -> Iterator[Ask]:
    """A process that asks: a function of port, request, number of connections and seconds."""
    command = [sys.executable, "-m", __name__]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        orders, answers = process.stdin, process.stdout

        def ask(port: int, request: str, connections: int, seconds: float) -> Burst:
            orders.write(json.dumps([port, request, connections, seconds]) + "\n")
            orders.flush()
            return Burst(*json.loads(answers.readline()))

        yield ask


class Browser(asyncio.Protocol):
    """One kept connection: the next request follows the last byte of the answer."""

    def __init__(self, request: bytes, until: float, times: list[float]) -> None:
        self._request = request
        self._until = until
        self._times = times
        self.size = 0
        self.over = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.WriteTransport) -> None:  # type: ignore[override]
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._unread, self._wanted = b"", 0
        self._began = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if not self._wanted:
            head, found, _ = self._unread.partition(b"\r\n\r\n")
            if not found:
                return
            self._wanted = len(head) + 4 + _length(head)
        if len(self._unread) < self._wanted:
            return
        now = time.perf_counter()
        self._times.append(now - self._began)
        self.size = self._wanted
        if now < self._until:
            self._ask()
        else:
            self.over.set_result(None)
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(error or ConnectionError("the server hung up"))


def _length(head: bytes) -> int:
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(head.decode())
    lines = head.lower().split(b"\r\n")
    return next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))


async def _burst(
    port: int, request: str, connections: int, seconds: float
) -> tuple[int, float, float, float, int]:
    loop = asyncio.get_running_loop()
    times: list[float] = []
    began = time.perf_counter()
    browsers = [Browser(request.encode(), began + seconds, times) for _ in range(connections)]
    for browser in browsers:
        await loop.create_connection(lambda browser=browser: browser, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*(browser.over for browser in browsers))
    passed = time.perf_counter() - began
    milli = [1_000 * each for each in times]
    p99 = quantiles(milli, n=100, method="inclusive")[98] if len(milli) > 1 else milli[0]
    return len(milli), len(milli) / passed, median(milli), p99, browsers[0].size


def _ask_forever() -> None:
    for line in sys.stdin:
        print(json.dumps(uvloop.run(_burst(*json.loads(line)))), flush=True)


if __name__ == "__main__":
    _ask_forever()
