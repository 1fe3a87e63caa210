"""The demo's processes: the web server, the worker, and the simulated providers."""

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
    """Starts them, says when the pages answer, stops them."""

    def __init__(
        self,
        port: int,
        log: Path,
        simulators: tuple[int, str] | None = None,
        *,
        mail_port: int = 8025,
    ) -> None:
        self._port = port
        self._simulators = simulators  # their port, and their accounts as JSON
        self._log = log.open("ab")
        # Links in letters and papers lead to where this demo is served.
        self._mail_port = mail_port
        self._settings = {
            "NOTA_DEMO_MAIL_PORT": str(mail_port),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "NOTA_BASE_URL": f"http://127.0.0.1:{port}",
        }
        if simulators:  # their pages are shown on the phone in the control room
            self._settings["NOTA_SIMULATORS"] = f"http://127.0.0.1:{simulators[0]}"
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start them apart from the terminal: Ctrl-C reaches them through us."""
        self._spawn(["-m", "config.asgi", "127.0.0.1", str(self._port)])
        self._spawn(["manage.py", "procrastinate", "worker", "--concurrency", "2"])
        self._spawn(["manage.py", "receive_mail", "--port", str(self._mail_port)])
        if self._simulators:
            port, accounts = self._simulators
            self._spawn(["-m", "config.demo.simulators", str(port)], accounts)

    def _spawn(self, arguments: Sequence[str], told: str = "") -> None:
        """``told`` is what the process reads at its start: keys are on no command line."""
        process = subprocess.Popen(  # noqa: S603  # our own programs, arguments of our own making
            [sys.executable, *arguments],
            cwd=REPOSITORY,
            env=os.environ | self._settings,
            stdin=subprocess.PIPE if told else subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._running.append(process)
        if process.stdin:
            process.stdin.write(told.encode())
            process.stdin.close()

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
        """The exit code of a process that has ended by itself; None while all run."""
        codes = [process.poll() for process in self._running]
        return next((code for code in codes if code is not None), None)

    def stop(self) -> None:
        """Ask all to finish, and end whichever does not."""
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
