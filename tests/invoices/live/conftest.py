"""A real server on a loopback port, and sockets to it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import uvicorn
from django.db import connection
from django.test import override_settings
from websockets.sync.client import ClientConnection, connect

from config.asgi import SERVER, Application
from invoices.live.tokens import page_token

ORIGIN = "http://nota.test"


def wait_until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for something another thread does; fail the test when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


@contextmanager
def serving(app: Any, lifespan: str = "off") -> Iterator[int]:
    """Run an ASGI application under uvicorn, as it is run for real; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        config = uvicorn.Config(app, lifespan=lifespan, log_level="warning", **SERVER)  # type: ignore[arg-type]
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        wait_until(lambda: server.started)
        try:
            yield sock.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)


def listener_pids() -> list[int]:
    """The LISTEN connections of this database, as PostgreSQL sees them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'nota-live'"
            " AND datname = current_database() AND query LIKE '%%invoices_closedtopic'"
        )
        return [pid for (pid,) in cursor.fetchall()]


@pytest.fixture
def ringing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database where commits are commits, for tests that ring but write no row.

    Emptying all tables after each of them, as ``django_db(transaction=True)`` does, would take
    ten times as long as the tests themselves.
    """
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="session")
def live_port(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    with override_settings(ALLOWED_HOSTS=["nota.test", "localhost"]):
        application = Application()
    with serving(application, lifespan="on") as port:
        with django_db_blocker.unblock():
            wait_until(lambda: len(listener_pids()) == 1)
            connection.close()
        yield port


@pytest.fixture
def open_page(live_port: int) -> Iterator[Callable[..., ClientConnection]]:
    """Opens a page's socket on the topics given; closes all of them after the test."""
    with ExitStack() as opened:

        def opener(*topics: str, token: str | None = None, origin: str | None = ORIGIN) -> Any:
            given = page_token(topics, "customer") if token is None else token
            url = f"ws://127.0.0.1:{live_port}/ws/page/?token={given}"
            page = connect(url, origin=origin, compression=None, close_timeout=0.3)  # type: ignore[arg-type]
            return opened.enter_context(page)

        yield opener
