"""HTTP over the bridge: what arrives at the WSGI handler, and what never does."""

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from config import asgi
from config.asgi import Bridge

from .conftest import serving, wait_until

THREADS = 4
together = threading.Barrier(THREADS)
started: list[str] = []

type Start = Callable[[str, list[tuple[str, str]]], object]


def pages(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """A small WSGI site that tells what it was given."""
    path = environ["PATH_INFO"]
    started.append(path)
    start("200 OK", [("Content-Type", "application/octet-stream")])
    if path == "/together":
        together.wait(5)
        return [threading.current_thread().name.encode()]
    if path == "/connection":
        return [_backend_of_this_thread()]
    if path == "/stream":
        return (b"x" * 4_096 for _ in range(1_000))
    if path == "/body":
        content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        return [f"{len(content)} {environ['CONTENT_LENGTH']}".encode()]
    told = {name: value for name, value in environ.items() if isinstance(value, str)}
    return [json.dumps(told).encode()]


def _backend_of_this_thread() -> bytes:
    together.wait(5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    together.wait(5)
    return f"{threading.current_thread().name} {pid}".encode()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    bridge = Bridge(pages, THREADS)
    with serving(bridge) as port:
        yield port
    asyncio.run(bridge.close())


def ask(port: int, path: str, **more: Any) -> tuple[int, bytes]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    client.request(more.pop("method", "GET"), path, **more)
    answer = client.getresponse()
    content = answer.read()
    client.close()
    return answer.status, content


def test_headers_cookies_query_and_address_arrive(port: int) -> None:
    headers = {"Cookie": "a=1; b=2", "X-Forwarded-Proto": "https", "HX-Request": "true"}

    _, content = ask(port, "/faktura/%C3%A6?v=12&on=2026-11-22", headers=headers)

    environ = json.loads(content)
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_X_FORWARDED_PROTO"] == "https"
    assert environ["HTTP_HX_REQUEST"] == "true"
    assert environ["QUERY_STRING"] == "v=12&on=2026-11-22"
    assert environ["PATH_INFO"].encode("latin1").decode() == "/faktura/æ"
    assert environ["REQUEST_METHOD"] == "GET"


def test_an_underscore_cannot_pose_as_a_header_of_the_proxy(port: int) -> None:
    headers = {"X_Forwarded_For": "10.0.0.1", "X-Real-IP": "10.0.0.2"}

    environ = json.loads(ask(port, "/", headers=headers)[1])

    assert "HTTP_X_FORWARDED_FOR" not in environ
    assert environ["HTTP_X_REAL_IP"] == "10.0.0.2"


def test_four_pages_are_served_at_the_same_time(port: int) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: ask(port, "/together"), range(THREADS)))

    assert [status for status, _ in answers] == [200] * THREADS
    assert len({name for _, name in answers}) == THREADS


@pytest.mark.usefixtures("ringing")
def test_each_thread_keeps_its_database_connection(port: int) -> None:
    def round_of_four() -> dict[bytes, bytes]:  # thread -> backend
        with ThreadPoolExecutor(THREADS) as pool:
            answers = pool.map(lambda _: ask(port, "/connection")[1], range(THREADS))
            return dict(answer.split() for answer in answers)

    first, second = round_of_four(), round_of_four()

    assert len(set(first.values())) == THREADS
    assert second == first


@pytest.mark.parametrize("size", [0, 10, 3_000_000])
def test_a_body_arrives_whole_announced_or_in_chunks(port: int, size: int) -> None:
    content = b"x" * size

    announced = ask(port, "/body", method="POST", body=content)
    chunked = ask(port, "/body", method="POST", body=iter([content or b""]), encode_chunked=True)

    assert announced == (200, f"{size} {size}".encode())
    assert chunked == announced


def test_a_body_above_the_limit_is_refused_unread(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "BODY_LIMIT_BYTES", 1_000)
    started.clear()

    announced, _ = ask(port, "/body", method="POST", headers={"Content-Length": "1001"})
    chunked, _ = ask(
        port, "/body", method="POST", body=iter([b"x" * 900, b"x" * 101]), encode_chunked=True
    )

    assert (announced, chunked) == (413, 413)
    assert started == []


def test_a_body_that_stops_arriving_takes_no_thread_and_is_given_up(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "BODY_PAUSE_S", 0.05)
    started.clear()

    status, _ = ask(port, "/body", method="POST", headers={"Content-Length": "100"})

    assert status == 408
    assert started == []


def test_half_a_body_is_never_taken_for_a_whole_one(port: int) -> None:
    started.clear()

    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    ask(port, "/after")

    assert started == ["/after"]


def test_a_long_answer_arrives_whole(port: int) -> None:
    assert ask(port, "/stream") == (200, b"x" * 4_096_000)


def test_readers_who_leave_early_free_their_threads(port: int) -> None:
    started.clear()
    for _ in range(THREADS):
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
            raw.recv(1_000)
    wait_until(lambda: len(started) == THREADS)

    assert ask(port, "/after")[0] == 200


def test_a_query_that_is_not_ascii_is_escaped(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(b"GET /?q=\xe6\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = raw.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 400") or b'"QUERY_STRING": "q=%E6%FF"' in answer
