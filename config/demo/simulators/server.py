"""One HTTP server for all simulators: ``/vipps/...``, ``/swish/...`` and ``/card/...``."""

import html
import json
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HOOK_TIMEOUT_S = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; ``path`` is below the simulator's own, names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes
    base: str

    @property
    def json(self) -> Any:
        return json.loads(self.raw or b"null")

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.raw.decode()))


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Webhook:
    """To be sent once the request is answered."""

    url: str
    headers: Mapping[str, str]
    raw: bytes


class Simulator:
    """A provider: ``handle`` answers, and leaves webhooks in ``outbox``. One call at a time."""

    def __init__(self, accounts: list[dict[str, str]]) -> None:
        self.accounts = accounts
        self.outbox: list[Webhook] = []

    def handle(self, asked: Asked) -> Reply:
        raise NotImplementedError


def said(status: int, body: object, **headers: str) -> Reply:
    """An answer in JSON."""
    types = {"Content-Type": "application/json"}
    return Reply(status, json.dumps(body).encode(), types | headers)


def led(url: str) -> Reply:
    """An answer that leads the browser on."""
    return Reply(303, b"", {"Location": url})


def page(title: str, words: str, buttons: Mapping[str, str], colour: str) -> Reply:
    """A page for the customer: what is asked for, and a button for each answer."""
    shown = "".join(
        f'<button name="answer" value="{html.escape(value)}">{html.escape(label)}</button>'
        for value, label in buttons.items()
    )
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>"
        "body{font:18px/1.5 system-ui;margin:0;padding:2rem 1.25rem;max-width:26rem;color:#1b1b1b;"
        f"margin-inline:auto}}h1{{color:{colour};font-size:1.5rem}}"
        "button{font:inherit;font-weight:600;min-height:48px;padding:0 1.5rem;border-radius:24px;"
        f"border:2px solid {colour};background:#fff;color:{colour};margin:0 .5rem .5rem 0}}"
        f"button:first-of-type{{background:{colour};color:#fff}}small{{color:#555}}</style>"
        f"<h1>{html.escape(title)}</h1><p>{html.escape(words)}</p>"
        f'<form method="post">{shown}</form>'
        "<p><small>Simulated on this machine. No real money.</small></p></html>"
    )
    return Reply(200, text.encode(), {"Content-Type": "text/html; charset=utf-8"})


class Playground(ThreadingHTTPServer):
    """All simulators behind one port. ``lose`` answers are worked for and then never sent, as if
    the line broke: ``POST /lose`` with {"path": "...", "count": 1} asks for that."""

    daemon_threads = True

    def __init__(
        self,
        port: int,
        simulators: Mapping[str, Simulator],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.simulators = simulators
        self.one_at_a_time = threading.Lock()
        self.to_lose: dict[str, int] = {}
        self.scheme = "https" if tls else "http"
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    def loses(self, path: str) -> bool:
        """Whether the answer to this path is one of those to be lost."""
        for part, count in self.to_lose.items():
            if count and part in path:
                self.to_lose[part] = count - 1
                return True
        return False


class _Handler(BaseHTTPRequestHandler):
    server: Playground
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name, _, path = self.path.lstrip("/").partition("/")
        if name == "lose":
            wanted = json.loads(raw)
            self.server.to_lose[wanted["path"]] = wanted.get("count", 1)
            self._send(Reply(204))
            return
        simulator = self.server.simulators.get(name)
        if simulator is None:
            self._send(Reply(200 if name == "healthz" else 404))
            return
        parts = urlsplit(f"/{path}")
        asked = Asked(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            raw=raw,
            base=f"{self.server.scheme}://{self.headers['Host']}/{name}",
        )
        with self.server.one_at_a_time:
            reply = simulator.handle(asked)
            waiting, simulator.outbox[:] = list(simulator.outbox), []
            lost = self.server.loses(self.path)
        if lost:
            self.close_connection = True
        else:
            self._send(reply)
        for hook in waiting:
            threading.Thread(target=_deliver, args=[hook], daemon=True).start()

    do_GET: Callable[..., None] = _answer  # the names are http.server's
    do_POST: Callable[..., None] = _answer
    do_PUT: Callable[..., None] = _answer
    do_PATCH: Callable[..., None] = _answer
    do_DELETE: Callable[..., None] = _answer

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: there are keys in what is asked."""


def _deliver(hook: Webhook) -> None:
    """Send a webhook once. A real provider would try for days; here asking makes up for it."""
    request = urllib.request.Request(  # noqa: S310  # to where the demo or a test told us
        hook.url, data=hook.raw, headers=dict(hook.headers), method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=HOOK_TIMEOUT_S):  # noqa: S310
            pass
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return  # nobody was there to hear it
