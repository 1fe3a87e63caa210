"""The page's socket: out go the names of changed panels, in come a small ping and signs.

A plain ASGI application instead of Channels' AsyncWebsocketConsumer: that one starts a task and
hops into a thread for every message to close database connections, which this socket never has.
The origin check and the routing around it are Channels' own.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qs

from invoices.live.announcer import SIGNS, announcer
from invoices.live.hub import Hub, Ring, Sign
from invoices.live.hub import hub as process_hub
from invoices.live.tokens import CUSTOMER_SIDE, PageToken, Voice, read_page_token

type Message = MutableMapping[str, Any]
type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

REFUSED: Final = 4404
CLOSED: Final = 4410
TOO_BIG: Final = 1009
MESSAGE_LIMIT_BYTES: Final = 256
PING: Final = "ping"
# Signs that follow closer than this are one; a page sends one every few seconds.
SIGN_PAUSE_S: Final = 0.25

# The answer to a ping has the form of every other message, and asks for nothing.
PULSE: Final = Ring((), 0)


class OpenPage:
    """One socket's way out. Holds at most one message back, however slow the client is."""

    __slots__ = ("_behind", "_only", "_send", "_sending", "_shutting", "_voice", "_whispering")

    def __init__(
        self, send: Send, only: frozenset[str] | None = None, voice: Voice | None = None
    ) -> None:
        self._send = send
        self._voice = voice
        self._whispering: asyncio.Task[None] | None = None
        self._only = only
        self._shutting: asyncio.Task[None] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._behind: Ring | None = None

    def offer(self, ring: Ring) -> None:
        """Send now if the client keeps up; else fold the ring into the one that waits.

        A page that may see ``only`` some panels hears of no others, and no version.
        """
        if self._only is not None and ring.panels:
            shown = [name for name in ring.panels if name in self._only]
            if not shown:
                return
            ring = Ring(shown, 0, catch_up=ring.catch_up)
        if self._sending is not None and not self._sending.done():
            self._behind = ring if self._behind is None else self._behind.merged(ring)
            return
        # Eager: a client that keeps up gets its bytes within this call, with no task scheduled.
        task = asyncio.Task(self._send_all(ring), loop=asyncio.get_running_loop(), eager_start=True)
        self._sending = None if task.done() else task

    def whisper(self, sign: Sign) -> None:
        """Pass a sign on to a page that may hear it, if it keeps up; else let it pass."""
        text = self._text_of(sign)
        if text is None:
            return
        if any(task is not None and not task.done() for task in (self._sending, self._whispering)):
            return
        self._whispering = asyncio.ensure_future(self._say(text))

    def _text_of(self, sign: Sign) -> str | None:
        """The sign as this page may hear it; None where it may not."""
        voice = self._voice
        if voice is None:
            return None
        if voice.side == CUSTOMER_SIDE:
            return sign.text if voice.topic == sign.topic and sign.for_customers else None
        near = voice.topic == sign.topic or bool(sign.room and voice.room == sign.room)
        return sign.staff_text if near else None

    async def _say(self, text: str) -> None:
        try:
            await self._send({"type": "websocket.send", "text": text})
        except (OSError, RuntimeError):
            return  # it had left already

    def shut(self) -> None:
        """Close the socket from our side; what waited to be sent is dropped."""
        if self._shutting is None:
            self.close()
            self._shutting = asyncio.ensure_future(self._say_closed())

    async def _say_closed(self) -> None:
        try:
            await self._send({"type": "websocket.close", "code": CLOSED})
        except (OSError, RuntimeError):
            return  # it had left already

    def close(self) -> None:
        """Stop sending; the socket is gone."""
        for task in (self._sending, self._whispering):
            if task is not None:
                task.cancel()

    async def _send_all(self, first: Ring) -> None:
        ring: Ring | None = first
        while ring is not None:
            try:
                await self._send({"type": "websocket.send", "text": ring.text})
            except (OSError, RuntimeError):
                # The socket closed under us (uvicorn says so with either). The receiving side
                # is told by the server and leaves the hub; the page catches up on its next socket.
                return
            ring, self._behind = self._behind, None


class PageSocket:
    """ASGI application behind ``/ws/page/?token=...``: authorised by the signed token alone."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect, always the first
        token = _token_of(scope)
        if token is None or self._hub.is_closed(token.topics):
            await refuse(scope, receive, send)
            return
        await send({"type": "websocket.accept"})
        page = OpenPage(send, token.only, token.voice)
        said_at = 0.0
        self._hub.join(page, token.topics)
        if self._hub.is_closed(token.topics):
            page.shut()  # while we were accepting
        try:
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                content = message.get("text") or message.get("bytes") or ""
                if len(content) > MESSAGE_LIMIT_BYTES:
                    break
                if content == PING:
                    page.offer(PULSE)
                elif token.voice is not None and token.voice.topic and content in SIGNS:
                    now = asyncio.get_running_loop().time()
                    if now - said_at >= SIGN_PAUSE_S:
                        said_at = now
                        await announcer.say(content, token.voice)
        finally:
            self._hub.leave(page, token.topics)
            page.close()
        await send({"type": "websocket.close", "code": TOO_BIG})


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse the handshake: the server answers 403 and no socket is made."""
    await send({"type": "websocket.close", "code": REFUSED})


def _token_of(scope: Scope) -> PageToken | None:
    try:
        given = parse_qs(scope["query_string"].decode("ascii"), max_num_fields=4).get("token")
    except ValueError:  # not ASCII, or a heap of fields: nobody we gave a token to
        return None
    return read_page_token(given[0]) if given else None


page_socket: Final = PageSocket(process_hub)
