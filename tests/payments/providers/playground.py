"""The simulators for tests: their own process, real HTTP, and a place that hears their webhooks."""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

REPOSITORY = Path(__file__).resolve().parent.parent.parent.parent

VIPPS = {
    "client_id": "an-id",
    "client_secret": "a-secret",
    "subscription_key": "a-subscription",
    "msn": "123456",
    "webhook_secret": "a-webhook-secret",
}
SWISH = {"payee_alias": "1231181189", "identifier": "0123456789ABCDEF0123456789ABCDEF"}
CARD = {"secret_key": "sk_test_1", "webhook_secret": "whsec_1"}
AGREEMENTS = {"secret": "a-secret"}
KEYS: dict[str, dict[str, str]] = {
    "vipps": VIPPS,
    "swish": SWISH,
    "card": CARD,
    "agreements": AGREEMENTS,
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A webhook as it came."""

    path: str
    headers: dict[str, str]
    raw: bytes


@dataclass
class Playground:
    """``url`` is where the simulators are, ``ear`` where their webhooks go."""

    url: str
    ear: str
    heard: list[Heard] = field(default_factory=list)

    def keys(self, provider: str) -> dict[str, Any]:
        """What an adapter is connected with."""
        own: dict[str, Any] = {**KEYS[provider], "base_url": f"{self.url}/{provider}"}
        if provider == "swish":
            own["app_url"] = f"{self.url}/swish/app"
        return own

    def customer(self, url: str, answer: str) -> str:
        """The customer presses a button on the provider's page; where that leads."""
        shown = httpx.get(url)
        assert shown.status_code == 200, url
        assert f'value="{answer}"' in shown.text
        return httpx.post(url, data={"answer": answer}).headers["location"]

    def lose(self, path: str, count: int = 1) -> None:
        """The next answers of a path never arrive, though the work is done."""
        httpx.post(f"{self.url}/lose", json={"path": path, "count": count})

    def wait_for(self, count: int) -> list[Heard]:
        """The webhooks heard, once there are so many."""
        until = time.monotonic() + 10
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.02)
        assert len(self.heard) >= count
        return self.heard


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Ear(ThreadingHTTPServer):
    """Hears webhooks, and answers 200."""

    daemon_threads = True

    def __init__(self, heard: list[Heard]) -> None:
        super().__init__(("127.0.0.1", 0), _Hearing)
        self.heard = heard
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Hearing(BaseHTTPRequestHandler):
    server: Ear

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(Heard(self.path, dict(self.headers.items()), raw))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def start(port: int, accounts: dict[str, list[dict[str, str]]]) -> "subprocess.Popen[bytes]":
    """The simulators in a process of their own, answering."""
    process = subprocess.Popen(
        [sys.executable, "-m", "config.demo.simulators", str(port)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin
    process.stdin.write(json.dumps(accounts).encode())
    process.stdin.close()
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return process
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the simulators did not start within 15 s")
