"""Signs between open pages: somebody types, somebody looks. They pass by and are never kept.

A sign goes over the same doorbell as everything else, so that it reaches the pages of every
process. It is lost while the database is away: nothing depends on it.
"""

import asyncio
import json
from typing import Final

import psycopg

from invoices.live.listener import connection_params
from invoices.live.ring import CHANNEL
from invoices.live.tokens import Voice

SIGNS: Final[frozenset[str]] = frozenset({"typing", "noting", "here", "gone"})


class Announcer:
    """One connection per process, opened when the first sign is given."""

    def __init__(self) -> None:
        self._conn: psycopg.AsyncConnection | None = None
        self._one_at_a_time = asyncio.Lock()

    async def say(self, sign: str, voice: Voice) -> None:
        """Give a sign to the pages that hear the voice's topic, or its room."""
        heard = {"on": voice.topic, "side": voice.side, "name": voice.name}
        payload = json.dumps({"s": sign, **heard, "room": voice.room, "at": voice.place})
        async with self._one_at_a_time:
            try:
                if self._conn is None or self._conn.closed:
                    self._conn = await psycopg.AsyncConnection.connect(
                        **connection_params(), autocommit=True
                    )
                await self._conn.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
            except psycopg.Error:
                # The next sign tries again; this one is forgotten, as it would be in a moment.
                await self._drop()

    async def close(self) -> None:
        """Close the connection; the process ends."""
        async with self._one_at_a_time:
            await self._drop()

    async def _drop(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            await conn.close()


announcer: Final = Announcer()
