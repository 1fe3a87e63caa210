"""A real browser against a real server, both beside the test and looking at its database."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent.parent
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
NO_CHROMIUM = "no Chromium on this machine; 'apt-get install chromium' brings one"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here commits, and is skipped with the reason where there is no browser."""
    for item in items:
        if REPOSITORY / "tests" / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def environment() -> dict[str, str]:
    """What a process beside the test needs to see the test's database."""
    name = str(connection.settings_dict["NAME"])
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "NOTA_TEST_DATABASE": name,
        "NOTA_LOG_LEVEL": "ERROR",
    }


class Server:
    """uvicorn in a process of its own, that can be killed and started again on its port."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "config.asgi", "127.0.0.1", str(self.port)],
            cwd=REPOSITORY,
            env=environment() | {"NOTA_BASE_URL": self.url},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(900):
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not start within 90 s")

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """A running server on the test's database."""
    running = Server()
    try:
        running.start()
        yield running
    finally:  # also where it did not start in time: a server left over keeps the database in use
        running.kill()
    connection.ensure_connection()


@pytest.fixture
def worker(server: Server) -> Iterator[None]:
    """A worker in a process of its own, beside the server."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "procrastinate", "worker"],
        cwd=REPOSITORY,
        env=environment() | {"NOTA_BASE_URL": server.url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield
    process.kill()
    process.wait()


@pytest.fixture
def moving_clock(tmp_path: Path) -> Iterator[None]:
    """One clock for the test and all that is started beside it; ``clock.move`` moves it on.

    To be asked for before ``server``, which is told where it stands.
    """
    file = str(tmp_path / "clock")
    with pytest.MonkeyPatch.context() as patch, override_settings(CLOCK_FILE=file):
        patch.setenv("NOTA_TEST_CLOCK", file)
        yield


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, once for all tests here; its event loop must be gone before others need one."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, where Django would refuse its own database calls.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def a_phone(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens phones: each call is another person with a browser of their own.

    Only those that are told to (``tells``) say that the page was opened: the history of all
    others holds what the test does, and nothing a moment later.
    """
    contexts: list[BrowserContext] = []

    def open_page(*, tells: bool = False, **options: Any) -> Page:
        size = {"width": 390, "height": 844}
        context = browser.new_context(**{"viewport": size, **options})
        if not tells:
            context.route("**/opened/", lambda route: route.fulfill(status=204))
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def import_payments(raw: bytes, folder: Path, *options: str) -> str:
    """Run the real command in a process of its own, as in another terminal; what it printed."""
    file = folder / "from-the-bank.txt"
    file.write_bytes(raw)
    done = subprocess.run(
        [sys.executable, "manage.py", "import_payments", str(file), *options],
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout
