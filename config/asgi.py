"""What uvicorn runs: pages through Django's WSGI handler, sockets beside it, one listener.

    python -m config.asgi [host] [port]

Pages go over a bridge of a few fixed threads: Django's own ASGI handler hops between threads
several times per request and serves about half as many pages (measured). The threads never wait
for a client: bodies are read here before one is taken.
"""

import argparse
import asyncio
import gc
import re
import tempfile
import threading
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

import uvicorn
from a2wsgi import WSGIMiddleware
from channels.routing import URLRouter  # type: ignore[import-untyped]
from channels.security.websocket import (  # type: ignore[import-untyped]
    AllowedHostsOriginValidator,
)
from django.conf import settings
from django.db import connections
from django.urls import re_path

from config.wsgi import application as wsgi
from invoices.live.announcer import announcer
from invoices.live.consumers import Message, Receive, Scope, Send, refuse
from invoices.live.hub import hub
from invoices.live.listener import Listener
from invoices.live.routing import websocket_urlpatterns

# How uvicorn is to be run, wherever it is started. No compression on sockets: browsers always
# offer it, our messages are 60 bytes, and it would cost tens of kB per open page.
SERVER: Final[dict[str, Any]] = {
    "loop": "uvloop",
    "http": "httptools",
    "ws": "websockets-sansio",
    "ws_ping_interval": 40.0,
    "ws_ping_timeout": 20.0,
    "ws_max_size": 1024,
    "ws_per_message_deflate": False,
    "server_header": False,
}

THREADS: Final[int] = getattr(settings, "WEB_THREADS", 4)
BODY_LIMIT_BYTES: Final[int] = getattr(settings, "WEB_BODY_LIMIT_BYTES", 64 * 1024 * 1024)
BODY_IN_MEMORY_BYTES: Final = 1024 * 1024
BODY_PAUSE_S: Final = 30.0
CLOSE_S: Final = 3.0
CHUNK_BYTES: Final = 64 * 1024

# Django sends a file in pieces of 4 kB: so many may wait here for a slow client, a megabyte in
# all, before they hold a thread.
PIECES_WAITING: Final = 256


class BodyRefusedError(Exception):
    """The request's body will not be read: ``status`` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Bridge:
    """HTTP over the WSGI handler in ``threads`` fixed threads, each with its own connection.

    Reads the whole body first (memory, then a temporary file), refuses one above the limit with
    413 and one that stops arriving with 408, and passes on only what a WSGI handler may trust.
    """

    def __init__(self, app: Callable[..., Any], threads: int) -> None:
        self._threads = threads
        self._wsgi = WSGIMiddleware(app, workers=threads, send_queue_size=PIECES_WAITING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with tempfile.SpooledTemporaryFile(BODY_IN_MEMORY_BYTES) as body:
                size = await _read_body(scope, receive, body)
                if size is None:
                    return  # the client left: half a body must never look like a whole one

                async def replay() -> Message:
                    chunk = body.read(CHUNK_BYTES)
                    return {
                        "type": "http.request",
                        "body": chunk,
                        "more_body": body.tell() < size,
                    }

                await self._wsgi(_cleaned(scope, size), replay, send)  # type: ignore[arg-type]
        except BodyRefusedError as refused:
            await _answer(send, refused.status)

    async def close(self) -> None:
        """Let each thread close its database connections, then let the threads end."""
        pool = self._wsgi.executor
        meeting = threading.Barrier(self._threads, timeout=CLOSE_S)  # so that each gets one call

        def leave() -> None:
            try:
                meeting.wait()
            finally:
                connections.close_all()

        calls = [asyncio.wrap_future(pool.submit(leave)) for _ in range(self._threads)]
        # A thread still busy breaks the meeting: the others have closed theirs all the same.
        await asyncio.gather(*calls, return_exceptions=True)
        pool.shutdown(wait=False)


async def _read_body(
    scope: Scope, receive: Receive, body: "tempfile.SpooledTemporaryFile[bytes]"
) -> int | None:
    """Read the body to its end; its size, or ``None`` if the client left before that."""
    headers = dict(scope["headers"])
    announced = int(headers.get(b"content-length", b"0") or b"0")
    if announced > BODY_LIMIT_BYTES:
        raise BodyRefusedError(413)
    if not announced and b"transfer-encoding" not in headers:
        return 0
    size, more = 0, True
    while more:
        try:
            message = await asyncio.wait_for(receive(), BODY_PAUSE_S)
        except TimeoutError:
            raise BodyRefusedError(408) from None
        if message["type"] == "http.disconnect":
            return None
        size += body.write(message.get("body", b""))
        if size > BODY_LIMIT_BYTES:
            raise BodyRefusedError(413)
        more = message.get("more_body", False)
    body.seek(0)
    return size


_NOT_ASCII = re.compile(rb"[^\x21-\x7e]")


def _cleaned(scope: Scope, size: int) -> Scope:
    """The scope as a WSGI handler may trust it.

    WSGI writes ``X_Real_IP`` and ``X-Real-IP`` as the same name, so headers with an underscore
    could pose as ones a proxy sets: they are dropped. The length is the one that was read.
    """
    headers = [
        (name, value)
        for name, value in scope["headers"]
        if b"_" not in name and name not in (b"content-length", b"transfer-encoding")
    ]
    headers.append((b"content-length", str(size).encode()))
    query = _NOT_ASCII.sub(lambda odd: quote(odd[0]).encode(), scope["query_string"])
    return {**scope, "headers": headers, "query_string": query}


async def _answer(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class Application:
    """The three protocols uvicorn speaks to us."""

    def __init__(self) -> None:
        self._bridge = Bridge(wsgi, THREADS)
        self._listener = Listener(hub)
        # The last route refuses quietly: the router itself would raise for a path it lacks.
        routes = [*websocket_urlpatterns, re_path("", refuse)]  # type: ignore[arg-type]
        self._sockets = AllowedHostsOriginValidator(URLRouter(routes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._bridge(scope, receive, send)
            case "websocket":
                await self._sockets(scope, receive, send)
            case "lifespan":
                await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()  # lifespan.startup
        self._listener.start()
        # What was made while starting stays for good: keep it out of every later collection, which
        # otherwise shows as pauses once thousands of pages are open.
        gc.collect()
        gc.freeze()
        # A page makes thousands of short-lived objects and no circles to speak of; collecting at
        # the usual 700 would cost a twentieth of every page (measured).
        gc.set_threshold(50_000, 10, 10)
        await send({"type": "lifespan.startup.complete"})
        await receive()  # lifespan.shutdown
        await self._listener.stop()
        await announcer.close()
        await self._bridge.close()
        await send({"type": "lifespan.shutdown.complete"})


application: Final = Application()

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m config.asgi", description="Serve Nota.")
    arguments.add_argument("host", nargs="?", default="127.0.0.1")
    arguments.add_argument("port", nargs="?", type=int, default=8000)
    arguments.add_argument("--log-level", default="info")
    given = arguments.parse_args()
    uvicorn.run(application, host=given.host, port=given.port, log_level=given.log_level, **SERVER)
