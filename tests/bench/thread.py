"""The conversation: from a message's commit to the other side's socket, and to the words there.

The floor is a bare Channels consumer with Channels' own layer in memory, in a process of its own:
what one socket says is pushed to another. No database, no rights, nothing kept. Messages go to
ours and to the floor in turn, so that whatever else the machine does hits both. This process holds
the readers, a further one writes.
"""

import asyncio
import http.client
import json
import re
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from statistics import median, quantiles
from typing import Any, Final
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect

from tests.bench.live import _process, _server
from tests.bench.table import Row

MESSAGES: Final = 200  # each way
BETWEEN_S: Final = 0.03
PATIENCE_S: Final = 10.0
SHOWN: Final = {"agent": "talk", "customer": "messages"}  # the panel that tells of a message
FETCHED: Final = {"agent": "talk", "customer": "messages,history"}


def run() -> list[Row]:
    """Both ways: the customer writes to the agent's screen, the agent to the customer's."""
    return asyncio.run(_measure(_scene()))


@dataclass(frozen=True, slots=True)
class Scene:
    """One conversation; of each reader the page and the cookie that opens it."""

    invoice: int
    agent: int
    pages: dict[str, tuple[str, str]]


def _scene() -> Scene:
    from django.test import Client

    from invoices.history.actors import CUSTOMER
    from messaging.threads import actions
    from tests.build import a_biller, a_customer, a_link, a_member, an_invoice

    invoice = an_invoice(a_customer(a_biller(), "Anna Berg"))
    user = a_member(invoice.biller)
    first = actions.post(invoice, "Hei", actor=CUSTOMER, message_id=uuid.uuid4())
    agent, customer = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    agent.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    customer.get(a_link(invoice), follow=True)
    cookies = {
        name: "; ".join(f"{key}={value.value}" for key, value in client.cookies.items())
        for name, client in (("agent", agent), ("customer", customer))
    }
    inbox = f"/staff/{invoice.biller.slug}/inbox/{first.thread.public_id}/"
    pages = {
        "agent": (inbox, cookies["agent"]),
        "customer": (f"/invoice/{invoice.public_id}/", cookies["customer"]),
    }
    return Scene(invoice.pk, user.pk, pages)


# ----------------------------------------------------------------------- the readers


@dataclass
class Reader:
    """A page that is open: its socket, what came over it and when, and how it asks for panels."""

    name: str
    port: int
    cookie: str
    panels_url: str
    socket: ClientConnection
    heard: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    async def listen(self) -> None:
        async for text in self.socket:
            self.heard.append((time.monotonic(), json.loads(text)))

    async def told_after(self, at: float) -> float:
        """When the first ring that names the panel of messages came after ``at``."""
        end = time.monotonic() + PATIENCE_S
        while True:
            for when, frame in self.heard:
                if when >= at and SHOWN[self.name] in frame.get("panels", ()):
                    return when
            if time.monotonic() > end:
                raise SystemExit(f"the {self.name} was not told in {PATIENCE_S:g} s")
            await asyncio.sleep(0.001)

    async def fetch(self, words: str) -> float:
        """When the panels had come, with the words in them."""
        body = await asyncio.to_thread(
            _get,
            self.port,
            f"{self.panels_url}?{urlencode({'names': FETCHED[self.name]})}",
            self.cookie,
        )
        assert words in body, f"the {self.name} does not see {words}"
        return time.monotonic()


def _get(port: int, path: str, cookie: str) -> str:
    asked = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_S)
    asked.request("GET", path, headers={"Cookie": cookie, "HX-Request": "true"})
    answer = asked.getresponse()
    body = answer.read().decode()
    assert answer.status == 200, f"{path}: {answer.status}"
    asked.close()
    return body


@asynccontextmanager
async def _reader(name: str, port: int, page: tuple[str, str]) -> AsyncIterator[Reader]:
    path, cookie = page
    body = await asyncio.to_thread(_get, port, path, cookie)
    token, url = (
        unescape(re.search(rf'{which}="([^"]+)"', body)[1])  # type: ignore[index]
        for which in ("data-token", "data-panels-url")
    )
    ws = f"ws://localhost:{port}/ws/page/?{urlencode({'token': token})}"
    async with connect(ws, origin=f"http://localhost:{port}", compression=None) as socket:  # type: ignore[arg-type]
        reader = Reader(name, port, cookie, url, socket)
        listening = asyncio.create_task(reader.listen())
        try:
            yield reader
        finally:
            listening.cancel()


# ----------------------------------------------------------------------- the measurement


@dataclass
class Way:
    """What was measured from one side to the other, in milliseconds."""

    socket: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)  # the same panels, with nothing new
    push: list[float] = field(default_factory=list)


async def _measure(scene: Scene) -> list[Row]:
    ways = {"agent": Way(), "customer": Way()}
    async with (
        _server(_ours_command) as (port, _),
        _server(_floor_command) as (bare, _),
        _process(sys.executable, "-m", __name__, "write", str(scene.invoice)) as writer,
        _reader("agent", port, scene.pages["agent"]) as agent,
        _reader("customer", port, scene.pages["customer"]) as customer,
        connect(f"ws://localhost:{bare}/", compression=None) as speaks,
        connect(f"ws://localhost:{bare}/", compression=None) as hears,
    ):
        for number in range(2 * MESSAGES + 10):
            reader, by = (customer, scene.agent) if number % 2 else (agent, 0)
            way = ways[reader.name] if number >= 10 else Way()  # the first ones warm up
            way.push.append(await _pushed(speaks, hears, f"word{number}"))
            await _written(writer, reader, way, by, f"word{number}")
            await asyncio.sleep(BETWEEN_S)
    return [row for name, way in ways.items() for row in _rows(name, way)]


async def _written(
    writer: asyncio.subprocess.Process, reader: Reader, way: Way, by: int, words: str
) -> None:
    """One message: when the other side's socket heard of it, and when the words stood there."""
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write(json.dumps({"by": by, "words": words}).encode() + b"\n")
    at = float(await writer.stdout.readline())
    heard = await reader.told_after(at)
    way.socket.append(1_000 * (heard - at))
    asked = time.monotonic()
    way.words.append(1_000 * (heard - at + await reader.fetch(words) - asked))
    asked = time.monotonic()
    way.alone.append(1_000 * (await reader.fetch(words) - asked))


async def _pushed(speaks: ClientConnection, hears: ClientConnection, words: str) -> float:
    began = time.monotonic()
    await speaks.send(words)
    async with asyncio.timeout(PATIENCE_S):
        assert await hears.recv() == words
    return 1_000 * (time.monotonic() - began)


def _rows(name: str, way: Way) -> list[Row]:
    def row(what: str, ours: float, floor: float, aim: float, note: str) -> Row:
        return Row("thread", what, ours, floor, ours / floor, aim, "lower", "ms", note)

    return [
        row(
            f"commit to the {name}'s socket, p50",
            median(way.socket),
            median(way.push),
            5,
            "from before the commit; floor: a bare Channels push, nothing kept",
        ),
        row(
            f"commit to the {name}'s socket, p95",
            quantiles(way.socket, n=20)[18],
            quantiles(way.push, n=20)[18],
            4,
            "the same",
        ),
        row(
            f"commit to the words at the {name}'s, p50",
            median(way.words),
            median(way.alone),
            2,
            "floor: the same panels asked for when nothing is new",
        ),
    ]


# ----------------------------------------------------------------------- the other processes


def _ours_command(port: int) -> list[str]:
    return [sys.executable, "-m", "config.asgi", "127.0.0.1", str(port), "--log-level", "warning"]


def _floor_command(port: int) -> list[str]:
    return [sys.executable, "-m", __name__, "floor", str(port)]


def _write_forever(invoice_pk: int) -> None:
    """Write what standard input says; answer when the commit began."""
    from django.db import transaction

    from invoices.documents.models import Invoice
    from invoices.history.actors import CUSTOMER, staff
    from messaging.threads import actions

    invoice = Invoice.objects.get(pk=invoice_pk)
    for line in sys.stdin:
        order = json.loads(line)
        actor = staff(order["by"]) if order["by"] else CUSTOMER
        with transaction.atomic():
            actions.post(invoice, order["words"], actor=actor, message_id=uuid.uuid4())
            at = time.monotonic()
        sys.stdout.write(f"{at}\n")
        sys.stdout.flush()


def _serve_floor(port: int) -> None:
    """The least Channels can do: a group, and what one says sent to the others."""
    import uvicorn
    from channels.generic.websocket import (  # type: ignore[import-untyped]
        AsyncWebsocketConsumer,
    )
    from channels.layers import InMemoryChannelLayer  # type: ignore[import-untyped]

    layer = InMemoryChannelLayer()

    class Push(AsyncWebsocketConsumer):  # type: ignore[misc]
        async def connect(self) -> None:
            self.channel_layer = layer
            self.channel_name = await layer.new_channel()
            await layer.group_add("talk", self.channel_name)
            await self.accept()
            self.reading = asyncio.create_task(self.pass_on())

        async def pass_on(self) -> None:
            while True:
                said = await layer.receive(self.channel_name)
                if said["by"] != self.channel_name:
                    await self.send(text_data=said["text"])

        async def receive(self, text_data: str = "", bytes_data: bytes | None = None) -> None:
            said = {"type": "said", "by": self.channel_name, "text": text_data}
            await layer.group_send("talk", said)

        async def disconnect(self, code: int) -> None:
            self.reading.cancel()

    uvicorn.run(
        Push.as_asgi(), host="127.0.0.1", port=port, log_level="warning", ws="websockets-sansio"
    )


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "write":
        _write_forever(int(sys.argv[2]))
    else:
        _serve_floor(int(sys.argv[2]))
