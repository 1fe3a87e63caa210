"""The doorbell out: tell every process which pages have something new, on commit."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from django.db import connection

CHANNEL: Final = "nota"
EVERY_PAGE: Final = "*"
# Longer than any page token lives (tokens.MAX_AGE_S).
CLOSED_FOR_S: Final = 24 * 60 * 60

# PostgreSQL refuses a payload of 8,000 bytes or more; the rest is kept as a margin.
PAYLOAD_LIMIT_BYTES: Final = 7_900


def ring(topics: Mapping[str, int], panels: Iterable[str]) -> None:
    """Ring for the pages open on ``topics`` that ``panels`` have changed.

    ``topics`` maps a topic to a version hint: the number of history entries of an invoice
    (``{"i123": 7}``), or 0 where no number fits (a biller ``b5``, every page ``*``).

    Runs in the caller's transaction on the default connection: PostgreSQL delivers when that
    transaction commits, never after a rollback, and folds equal rings into one. Without topics
    nothing is sent. A lost ring loses no data: a page asks for its version when it connects.
    """
    payloads = list(payloads_of(topics, panels))
    if not payloads:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload", [CHANNEL, payloads]
        )


def close(topics: Iterable[str]) -> None:
    """Close the sockets open on ``topics`` in every process, on commit, and keep them closed.

    A page token is good for hours without asking the database; a closed topic is remembered for
    as long, so that no token opens it again.
    """
    names = sorted(set(topics))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO invoices_closedtopic (topic) SELECT unnest(%s::text[])"
            " ON CONFLICT DO NOTHING",
            [names],
        )
        cursor.execute(
            "DELETE FROM invoices_closedtopic WHERE at < now() - make_interval(secs => %s)",
            [CLOSED_FOR_S],
        )
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"c": names})])


def payloads_of(topics: Mapping[str, int], panels: Iterable[str]) -> Iterator[str]:
    """Cut a ring into compact JSON payloads, each below what one NOTIFY may carry.

    Every payload repeats all panels and holds a share of the topics. A list of panels that alone
    fills a payload is a bug of the caller and raises ``ValueError``.
    """
    names = sorted(set(panels))
    empty_bytes = len(_encode(names, {}))
    share: dict[str, int] = {}
    size = empty_bytes
    for topic, version in topics.items():
        # "topic":version and the comma that parts it from the next
        cost = len(json.dumps(topic)) + len(str(version)) + 2
        if empty_bytes + cost > PAYLOAD_LIMIT_BYTES:
            raise ValueError("the panels of a ring, or a topic, are too long for one NOTIFY")
        if size + cost > PAYLOAD_LIMIT_BYTES:
            yield _encode(names, share)
            share, size = {}, empty_bytes
        share[topic] = version
        size += cost
    if share:
        yield _encode(names, share)


def _encode(panels: list[str], topics: Mapping[str, int]) -> str:
    # ASCII only (json's default), so that characters and bytes are the same number.
    return json.dumps({"p": panels, "t": topics}, separators=(",", ":"))
