"""Firefox of the system, driven over WebDriver BiDi: no driver program, no further package."""

import base64
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
NO_FIREFOX = "no Firefox on this machine; 'apt-get install firefox-esr' brings one"
START_S = 60.0
ANSWER_S = 60.0
# A fresh profile would greet, update itself and ask its maker for news.
PREFERENCES = {
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class Tab:
    """The one tab of a Firefox: goes to pages, runs scripts there, takes pictures."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0
        self._ask("session.new", capabilities={})
        self._id = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=ANSWER_S))
            if answer.get("id") == self._sent:
                assert answer["type"] == "success", answer
                result: dict[str, Any] = answer["result"]
                return result

    def size(self, width: int, height: int) -> None:
        """Make what is seen of the page this large, in CSS pixels."""
        viewport = {"width": width, "height": height}
        self._ask("browsingContext.setViewport", context=self._id, viewport=viewport)

    def come(self, origin: str, cookies: Mapping[str, str]) -> None:
        """Be somebody with these cookies, and no others, at the origin."""
        self._ask("storage.deleteCookies")
        host = urlsplit(origin).hostname
        for name, value in cookies.items():
            text = {"type": "string", "value": value}
            self._ask("storage.setCookie", cookie={"name": name, "value": text, "domain": host})

    def goto(self, url: str) -> None:
        """Open a page and wait until it is loaded."""
        self._ask("browsingContext.navigate", context=self._id, url=url, wait="complete")

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives: text, a number, a truth or nothing."""
        given = self._ask(
            "script.evaluate",
            expression=expression,
            target={"context": self._id},
            awaitPromise=True,
        )
        assert given["type"] == "success", given["exceptionDetails"]["text"]
        return given["result"].get("value")

    def wait_for(self, expression: str, *, seconds: float = 60.0) -> None:
        """Wait until the expression is true."""
        end = time.monotonic() + seconds
        while not self.value(f"Boolean({expression})"):
            assert time.monotonic() < end, f"not true within {seconds:g} s: {expression}"
            time.sleep(0.05)

    def picture(self) -> bytes:
        """The whole page as a PNG."""
        taken = self._ask("browsingContext.captureScreenshot", context=self._id, origin="document")
        return base64.b64decode(taken["data"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._ask("browser.close")


@contextmanager
def firefox(folder: Path, *, dark: bool = False) -> Iterator[Tab]:
    """A Firefox without a window, with a fresh profile in ``folder``; ended afterwards."""
    assert FIREFOX is not None
    profile = folder / "profile"
    profile.mkdir(parents=True)
    scheme = {"layout.css.prefers-color-scheme.content-override": 0 if dark else 1}
    wishes = (PREFERENCES | scheme).items()
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in wishes]
    (profile / "user.js").write_text("".join(lines))
    said = folder / "firefox.log"
    command = [FIREFOX, "--headless", "--no-remote", "--profile", str(profile)]
    with said.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--remote-debugging-port", "0"], stdout=log, stderr=log
        )
    try:
        address = f"{_address(process, said)}/session"
        with connect(address, max_size=None) as socket, Tab(socket) as tab:
            yield tab
    finally:
        process.terminate()
        process.wait()


def _address(process: "subprocess.Popen[bytes]", said: Path) -> str:
    """Where this Firefox listens; it says so itself."""
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"listening on (ws://\S+)", said.read_text(errors="replace")):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"Firefox did not start: {said.read_text(errors='replace')[-500:]}")
