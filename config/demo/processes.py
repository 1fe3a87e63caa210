"""The demo's two processes: the web server and the worker."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

STOP_WITHIN_S = 10
READY_WITHIN_S = 60
REPOSITORY = Path(__file__).resolve().parent.parent.parent


def port_is_free(port: int) -> bool:
    """Whether the web server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Processes:
    """Starts both, says when the pages answer, stops both."""

    def __init__(self, port: int, log: Path) -> None:
        self._port = port
        self._log = log.open("ab")
        # Links in letters and papers lead to where this demo is served.
        self._settings = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "NOTA_BASE_URL": f"http://127.0.0.1:{port}",
        }
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start web server and worker, apart from the terminal: Ctrl-C reaches them through us."""
        self._spawn(["-m", "config.asgi", "127.0.0.1", str(self._port)])
        self._spawn(["manage.py", "procrastinate", "worker", "--concurrency", "2"])

    def _spawn(self, arguments: Sequence[str]) -> None:
        self._running.append(
            subprocess.Popen(  # noqa: S603  # our own programs, arguments of our own making
                [sys.executable, *arguments],
                cwd=REPOSITORY,
                env=os.environ | self._settings,
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                start_new_session=True,
            )
        )

    def ready(self) -> bool:
        """Wait until the pages answer; False when a process has ended or time is up."""
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until and self.ended() is None:
            try:
                address = f"http://127.0.0.1:{self._port}/healthz"
                with urllib.request.urlopen(address, timeout=2):  # our own server
                    return True
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        return False

    def ended(self) -> int | None:
        """The exit code of a process that has ended by itself; None while both run."""
        codes = [process.poll() for process in self._running]
        return next((code for code in codes if code is not None), None)

    def stop(self) -> None:
        """Ask both to finish, and end the one that does not."""
        for process in self._running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self._running:
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()
