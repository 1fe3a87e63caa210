"""Fan-out: who hears what, once, and a slow page holds up nobody."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

from invoices.live.consumers import Message, OpenPage
from invoices.live.hub import Hub, Ring


class Collector:
    """The server's end of a socket: takes messages at once, or only when let."""

    def __init__(self, *, slow: bool = False) -> None:
        self.got: list[dict[str, Any]] = []
        self.open = asyncio.Event()
        if not slow:
            self.open.set()

    async def send(self, message: Message) -> None:
        await self.open.wait()
        self.got.append(json.loads(message["text"]))


def run(body: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(body, 5))


def test_a_page_hears_its_topics_and_what_is_for_everyone() -> None:
    async def body() -> None:
        hub, mine, other = Hub(), Collector(), Collector()
        hub.join(OpenPage(mine.send), ["i1", "b1"])
        hub.join(OpenPage(other.send), ["i2", "b1"])

        await hub.deliver({"i1": 7}, ["balance"])
        await hub.deliver({"b1": 0}, ["offers"])
        await hub.deliver({"*": 0}, ["notices"])
        await hub.deliver({"i3": 1}, ["balance"])

        assert mine.got == [
            {"panels": ["balance"], "v": 7},
            {"panels": ["offers"], "v": 0},
            {"panels": ["notices"], "v": 0},
        ]
        assert other.got == mine.got[1:]

    run(body())


def test_a_ring_on_two_of_its_topics_reaches_a_page_once_with_the_better_version() -> None:
    async def body() -> None:
        hub, page = Hub(), Collector()
        hub.join(OpenPage(page.send), ["b1", "i1"])

        await hub.deliver({"b1": 0, "i1": 7}, ["balance"])

        assert page.got == [{"panels": ["balance"], "v": 7}]

    run(body())


def test_a_slow_page_keeps_one_message_and_delays_nobody() -> None:
    async def body() -> None:
        hub, slow, quick = Hub(), Collector(slow=True), Collector()
        hub.join(OpenPage(slow.send), ["i1"])
        hub.join(OpenPage(quick.send), ["i1"])

        for version in range(1, 1_001):
            await hub.deliver({"i1": version}, ["balance", f"p{version % 3}"])
        await hub.catch_up()

        assert len(quick.got) == 1_001
        assert slow.got == []
        slow.open.set()
        await asyncio.sleep(0.01)
        assert slow.got[0] == {"panels": ["balance", "p1"], "v": 1}
        assert slow.got[1] == {
            "panels": ["balance", "p2", "p0", "p1"],
            "v": 1_000,
            "catch_up": True,
        }
        assert len(slow.got) == 2

    run(body())


def test_a_page_that_left_is_forgotten() -> None:
    async def body() -> None:
        hub, gone = Hub(), Collector()
        page = OpenPage(gone.send)
        hub.join(page, ["i1"])

        hub.leave(page, ["i1"])
        hub.leave(page, ["i1"])
        await hub.deliver({"i1": 1}, ["balance"])

        assert gone.got == []
        assert hub.listeners("i1") == 0
        assert hub.listeners() == 0

    run(body())


def test_a_socket_that_breaks_while_sending_breaks_nothing_else() -> None:
    async def body() -> None:
        async def broken(message: Message) -> None:
            raise ConnectionResetError

        hub, well = Hub(), Collector()
        hub.join(OpenPage(broken), ["i1"])
        hub.join(OpenPage(well.send), ["i1"])

        await hub.deliver({"i1": 1}, ["balance"])

        assert well.got == [{"panels": ["balance"], "v": 1}]

    run(body())


def test_a_broadcast_lets_other_work_in_between() -> None:
    async def body() -> None:
        hub, pages = Hub(), [Collector() for _ in range(1_000)]
        for page in pages:
            hub.join(OpenPage(page.send), [])

        broadcast = asyncio.create_task(hub.deliver({"*": 0}, ["notices"]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

        assert 0 < sum(len(page.got) for page in pages) < 1_000
        await broadcast
        assert all(len(page.got) == 1 for page in pages)

    run(body())


def test_rings_merge_without_losing_a_panel_a_version_or_the_call_to_catch_up() -> None:
    merged = Ring(["balance"], 8, catch_up=True).merged(Ring(["history", "balance"], 7))

    assert json.loads(merged.text) == {
        "panels": ["balance", "history"],
        "v": 8,
        "catch_up": True,
    }
