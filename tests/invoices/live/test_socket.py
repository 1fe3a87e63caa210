"""From a commit to the bytes in a page's socket, over a real server and a real NOTIFY."""

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from invoices.live.hub import hub
from invoices.live.ring import ring
from invoices.live.tokens import page_token

from .conftest import listener_pids, wait_until

pytestmark = pytest.mark.usefixtures("ringing")

type OpenPage = Callable[..., ClientConnection]


def heard(page: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(page.recv(timeout=5))
    return message


def silent(page: ClientConnection) -> bool:
    """Nothing has come, and what is rung now comes first."""
    page.send("ping")
    return heard(page) == {"panels": [], "v": 0}


def test_a_commit_reaches_the_page_and_only_that_page(open_page: OpenPage) -> None:
    mine, other = open_page("i123", "b5"), open_page("i124", "b5")

    with transaction.atomic():
        ring({"i123": 7}, ["history", "balance"])

    assert heard(mine) == {"panels": ["balance", "history"], "v": 7}
    assert silent(other)


def test_nothing_is_rung_before_the_commit(open_page: OpenPage) -> None:
    page = open_page("i123")

    with transaction.atomic():
        ring({"i123": 7}, ["balance"])
        assert silent(page)

    assert heard(page)["v"] == 7


def test_a_rollback_rings_for_nobody(open_page: OpenPage) -> None:
    page = open_page("i123")

    with transaction.atomic():
        ring({"i123": 7}, ["balance"])
        transaction.set_rollback(True)
    ring({"i123": 8}, ["history"])

    assert heard(page) == {"panels": ["history"], "v": 8}


def test_a_large_ring_arrives_whole(open_page: OpenPage) -> None:
    first, last, everyone = open_page("i1"), open_page("i5000"), open_page("b1")

    with transaction.atomic():
        ring({f"i{number}": number for number in range(1, 5_001)}, ["balance"])
        ring({"*": 0}, ["notices"])

    assert heard(first) == {"panels": ["balance"], "v": 1}
    assert heard(last) == {"panels": ["balance"], "v": 5_000}
    for page in (first, last, everyone):
        assert heard(page) == {"panels": ["notices"], "v": 0}


@pytest.mark.parametrize("origin", ["http://elsewhere.test", "http://nota.test.evil.test", None])
def test_another_origin_or_none_is_refused(open_page: OpenPage, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        open_page("i123", origin=origin)

    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("token", ["", "forged", "W1siaTEiXSwiY3VzdG9tZXIiXQ:1wAbCd:sig", "%FF%00"])
def test_without_a_good_token_no_socket_is_made(open_page: OpenPage, token: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        open_page(token=token)

    assert refusal.value.response.status_code == 403


def test_a_token_of_yesterday_is_refused(open_page: OpenPage) -> None:
    with time_machine.travel("2020-01-01T08:00:00Z", tick=False):
        token = page_token(["i123"], "customer")

    with pytest.raises(InvalidStatus):
        open_page(token=token)


def test_an_unknown_path_is_refused_quietly(
    live_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection(("127.0.0.1", live_port)) as raw:
        raw.sendall(
            b"GET /ws/other/ HTTP/1.1\r\nHost: nota.test\r\nOrigin: http://nota.test\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        answer = raw.recv(1_000)

    assert answer.startswith(b"HTTP/1.1 403")
    assert not caplog.records


def test_what_a_client_says_is_ignored_but_too_much_closes(open_page: OpenPage) -> None:
    page = open_page("i123")

    page.send('{"subscribe": "i124"}')
    page.send(b"\x00")
    ring({"i124": 1}, ["balance"])
    assert silent(page)

    page.send("x" * 300)
    with pytest.raises(ConnectionClosed) as closed:
        page.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_a_closed_page_leaves_the_hub(open_page: OpenPage) -> None:
    page = open_page("i777")
    wait_until(lambda: hub.listeners("i777") == 1)

    page.close()

    wait_until(lambda: hub.listeners("i777") == 0)


def test_a_page_that_does_not_read_holds_up_nobody(open_page: OpenPage) -> None:
    stuck, quick = open_page("i1", "b1"), open_page("i2", "b1")
    stuck.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)

    panels = [f"panel-{number:04}" * 50 for number in range(14)]
    for _ in range(400):  # about 3 MB: more than the socket buffers on the way hold
        ring({"i1": 1}, panels)
    started = time.monotonic()
    ring({"b1": 0}, ["offers"])

    assert heard(quick) == {"panels": ["offers"], "v": 0}
    assert time.monotonic() - started < 1
    assert heard(stuck)["v"] == 1


def test_when_the_database_drops_the_listener_pages_are_told_to_catch_up(
    open_page: OpenPage,
) -> None:
    page = open_page("i123")
    (before,) = listener_pids()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [before])

    assert heard(page) == {"panels": [], "v": 0, "catch_up": True}
    (after,) = listener_pids()
    assert after != before
    ring({"i123": 9}, ["balance"])
    assert heard(page) == {"panels": ["balance"], "v": 9}


def test_a_stray_payload_stops_nothing(
    open_page: OpenPage, caplog: pytest.LogCaptureFixture
) -> None:
    page = open_page("i123")

    with connection.cursor() as cursor:
        for payload in ("hello", "[]", '{"p":1,"t":{}}', '{"p":[],"t":{"i123":"x"}}', '{"t":3}'):
            cursor.execute("SELECT pg_notify('nota', %s)", [payload])
    ring({"i123": 9}, ["balance"])

    assert heard(page) == {"panels": ["balance"], "v": 9}
    assert len(caplog.records) == 5
