"""Fan-out inside one process: which open pages listen to which topic."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Final, Protocol, Self

from invoices.live.ring import EVERY_PAGE
from invoices.live.tokens import STAFF_SIDE

# After so many pages the loop gets a breath: a broadcast must not hold up other rings' sockets.
PAGES_PER_TURN: Final = 250


class Ring:
    """One message to open pages, encoded once however many pages get it."""

    __slots__ = ("catch_up", "panels", "text", "version")

    def __init__(self, panels: Iterable[str], version: int, *, catch_up: bool = False) -> None:
        self.panels: Final = tuple(panels)
        self.version: Final = version
        self.catch_up: Final = catch_up
        body: dict[str, object] = {"panels": self.panels, "v": version}
        if catch_up:
            body["catch_up"] = True
        self.text: Final = json.dumps(body, separators=(",", ":"))

    def merged(self, later: Self) -> "Ring":
        """Both rings as one: what a page that was busy has missed."""
        return Ring(
            dict.fromkeys(self.panels + later.panels),
            max(self.version, later.version),
            catch_up=self.catch_up or later.catch_up,
        )


CATCH_UP: Final = Ring((), 0, catch_up=True)


class Sign:
    """Somebody types or looks. The customer's pages hear no more than that staff type.

    What staff do is heard in the ``room`` too, where the ``place`` says of what.
    """

    __slots__ = ("for_customers", "room", "staff_text", "text", "topic")

    def __init__(
        self, sign: str, topic: str, side: str, name: str, room: str = "", place: str = ""
    ) -> None:
        self.topic: Final = topic
        self.room: Final = room if side == STAFF_SIDE else ""
        self.for_customers: Final = side == STAFF_SIDE and sign in ("typing", "gone")
        body = {"sign": sign, "side": side, "name": name}
        self.text: Final = json.dumps(body, separators=(",", ":"))
        self.staff_text: Final = json.dumps(body | {"at": place}, separators=(",", ":"))


class Listening(Protocol):
    """An open page as the hub sees it."""

    def offer(self, ring: Ring) -> None:
        """Take a ring without waiting and without raising."""

    def shut(self) -> None:
        """Hear no more: what the page listened to is closed to it."""

    def whisper(self, sign: "Sign") -> None:
        """Take a sign without waiting and without raising; or let it pass."""


class Hub:
    """Topic -> open pages. Belongs to one event loop; not for use from other threads."""

    def __init__(self) -> None:
        self._pages: dict[str, set[Listening]] = {}
        self._closed: set[str] = set()

    def join(self, page: Listening, topics: Iterable[str]) -> None:
        """Let a page hear its topics, and what is rung for every page."""
        for topic in {EVERY_PAGE, *topics}:
            self._pages.setdefault(topic, set()).add(page)

    def leave(self, page: Listening, topics: Iterable[str]) -> None:
        """Forget a page that joined with the same topics; leaving twice is no error."""
        for topic in {EVERY_PAGE, *topics}:
            pages = self._pages.get(topic)
            if pages is None:
                continue
            pages.discard(page)
            if not pages:
                del self._pages[topic]

    def close(self, topics: Iterable[str]) -> None:
        """Shut the pages that hear one of the topics, and let nobody hear them again."""
        for topic in topics:
            self._closed.add(topic)
            for page in list(self._pages.get(topic, ())):
                page.shut()

    def is_closed(self, topics: Iterable[str]) -> bool:
        """Whether one of the topics has been closed."""
        return not self._closed.isdisjoint(topics)

    def listeners(self, topic: str = EVERY_PAGE) -> int:
        """How many open pages hear a topic now."""
        return len(self._pages.get(topic, ()))

    async def deliver(self, topics: Mapping[str, int], panels: Iterable[str]) -> None:
        """Ring every page that hears one of the topics: once, with the best version known.

        A page that is slow to take its messages does not delay the others: it keeps what it
        missed as one message (see ``Listening.offer``).
        """
        names = tuple(panels)
        heard: set[Listening] = set()
        for topic, version in sorted(topics.items(), key=lambda item: -item[1]):
            pages = self._pages.get(topic)
            if pages:
                await _offer(pages - heard, Ring(names, version))
                if len(topics) > 1:
                    heard |= pages

    async def sign(self, sign: Sign) -> None:
        """Pass a sign on to the pages that hear its topic or its room."""
        pages = self._pages.get(sign.topic, set()) | self._pages.get(sign.room, set())
        for number, page in enumerate(pages, 1):
            page.whisper(sign)
            if number % PAGES_PER_TURN == 0:
                await asyncio.sleep(0)

    async def catch_up(self) -> None:
        """Tell every page that rings may have been lost, so that it asks for its version."""
        await _offer(set(self._pages.get(EVERY_PAGE, ())), CATCH_UP)


async def _offer(pages: set[Listening], ring: Ring) -> None:
    for number, page in enumerate(pages, 1):
        page.offer(ring)
        if number % PAGES_PER_TURN == 0:
            await asyncio.sleep(0)


# One per process: the listener rings it, the sockets join it.
hub: Final = Hub()
