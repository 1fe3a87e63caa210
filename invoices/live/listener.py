"""The doorbell in: one LISTEN connection per process, handed on to the hub."""

import asyncio
import json
import logging
import random
from typing import Any, Final

import psycopg
from django.db import connections
from psycopg import sql

from invoices.live.hub import Hub, Sign
from invoices.live.ring import CHANNEL

log = logging.getLogger(__name__)

FIRST_RETRY_S: Final = 0.1
LAST_RETRY_S: Final = 5.0

# A server that vanished without a word is noticed within about half a minute (TCP only).
KEEPALIVE: Final = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}


class Listener:
    """Listens for rings until stopped, and survives the database server going away.

    Rings sent while it was not listening are lost; therefore it tells all pages to catch up each
    time it has begun to listen.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._task: asyncio.Task[None] | None = None
        self.backend_pid: int | None = None

    def start(self) -> None:
        """Begin in the background: pages are served even while the database is away."""
        assert self._task is None, "a listener starts once"
        self._task = asyncio.create_task(self._run(), name="nota-live-listener")

    async def stop(self) -> None:
        """Close the connection and wait until it is closed."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def _run(self) -> None:
        wait_s = FIRST_RETRY_S
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **connection_params(), autocommit=True
                ) as conn:
                    await conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                    # After LISTEN, so that nothing closed in between is missed.
                    closed = await conn.execute("SELECT topic FROM invoices_closedtopic")
                    self._hub.close([topic for (topic,) in await closed.fetchall()])
                    self.backend_pid = conn.info.backend_pid
                    wait_s = FIRST_RETRY_S
                    await self._hub.catch_up()
                    async for notify in conn.notifies():
                        await self._deliver(notify.payload)
            except psycopg.Error as error:
                log.warning("live listener lost its connection (%s), trying again", error)
            except Exception:
                # Our own bug, told loudly; but a dead listener would leave every page deaf while
                # its sign says that it is alive.
                log.exception("live listener failed, trying again")
            self.backend_pid = None
            # Jitter, so that several processes do not come back in step.
            await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            wait_s = min(wait_s * 2, LAST_RETRY_S)

    async def _deliver(self, payload: str) -> None:
        try:
            ring = json.loads(payload)
            if "c" in ring:
                self._hub.close([str(topic) for topic in ring["c"]])
                return
            if "s" in ring:
                parts = ("s", "on", "side", "name", "room", "at")
                await self._hub.sign(Sign(*(str(ring[part]) for part in parts)))
                return
            topics = {str(topic): int(version) for topic, version in ring["t"].items()}
            panels = [str(panel) for panel in ring["p"]]
        except (ValueError, KeyError, TypeError, AttributeError):
            # Anyone who may use the database can NOTIFY; a stray payload must not stop the pages.
            log.error("not a ring on channel %s: %.100r", CHANNEL, payload)
            return
        await self._hub.deliver(topics, panels)


def connection_params() -> dict[str, Any]:
    """How to reach Django's default database with a connection of one's own."""
    params: dict[str, Any] = dict(connections["default"].get_connection_params())
    # Django's cursor class is a blocking one, and its adapters have no use here.
    for name in ("cursor_factory", "context"):
        params.pop(name, None)
    return {**KEEPALIVE, **params, "application_name": "nota-live"}
