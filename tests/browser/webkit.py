"""WebKitGTK of the system, driven over plain WebDriver: its own driver, no further package.

Its small browser wants a display, which Xvfb gives it: one as high as the longest page, since
WebKit takes pictures of what its window shows and no more.
"""

import base64
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DRIVER = shutil.which("WebKitWebDriver")
DISPLAY = shutil.which("Xvfb")
FOLDERS = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/libexec")
BROWSER = next(
    (found for folder in FOLDERS for found in Path(folder).glob("webkit2gtk-4.*/MiniBrowser")), None
)
HERE = None not in (DRIVER, DISPLAY, BROWSER)
NO_WEBKIT = "no WebKitGTK on this machine; 'apt-get install webkit2gtk-driver xvfb' brings one"
SCREEN = "1400x16000x24"
START_S = 60.0
ANSWER_S = 60.0
# The browser's own bar would keep the window wider than a phone.
NARROW_BAR = "* { padding: 0; margin: 0; min-width: 0; min-height: 0; border-width: 0; }\n"
# A window is given its size at once, and paints itself anew a moment later.
PAINTED = "new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))"


class Tab:
    """The one tab of a WebKitGTK: goes to pages, runs scripts there, takes pictures."""

    def __init__(self, driver: str, *, dark: bool) -> None:
        self._driver = driver
        arguments = ["--automation", *(["--dark-mode"] if dark else [])]
        options = {"binary": str(BROWSER), "args": arguments}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._session = f"/session/{self._ask('POST', '/session', wanted)['sessionId']}"
        self._width, self._height = 800, 600
        self._bar = 0
        self._of_mine("POST", "/window/rect", {"width": 800, "height": 600})
        self.wait_for("innerWidth === 800 && innerHeight > 500 && innerHeight <= 600")
        self._bar = 600 - int(self.value("innerHeight"))

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(
            self._driver + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(asked, timeout=ANSWER_S) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode(errors="replace")[:500]) from error

    def _of_mine(self, method: str, path: str, body: object = None) -> Any:
        return self._ask(method, self._session + path, body)

    def size(self, width: int, height: int) -> None:
        """Make what is seen of the page this large, in CSS pixels; the window is a bar higher."""
        self._width, self._height = width, height
        self._resize(height)

    def _resize(self, height: int) -> None:
        room = {"width": self._width, "height": height + self._bar}
        self._of_mine("POST", "/window/rect", room)
        self.wait_for(f"innerWidth === {self._width} && innerHeight === {height}")
        self.value(PAINTED)

    def come(self, origin: str, cookies: Mapping[str, str]) -> None:
        """Be somebody with these cookies, and no others, at the origin."""
        self.goto(f"{origin}/healthz")
        self._of_mine("DELETE", "/cookie")
        for name, value in cookies.items():
            self._of_mine("POST", "/cookie", {"cookie": {"name": name, "value": value}})

    def goto(self, url: str) -> None:
        """Open a page and wait until it is loaded."""
        self._of_mine("POST", "/url", {"url": url})

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives: text, a number, a truth or nothing."""
        asked = {"script": f"return ({expression})", "args": []}
        return self._of_mine("POST", "/execute/sync", asked)

    def wait_for(self, expression: str, *, seconds: float = 60.0) -> None:
        """Wait until the expression is true."""
        end = time.monotonic() + seconds
        while not self.value(f"Boolean({expression})"):
            assert time.monotonic() < end, f"not true within {seconds:g} s: {expression}"
            time.sleep(0.05)

    def picture(self) -> bytes:
        """The whole page as a PNG: the window is made as high as the page for it."""
        height = self.value("document.documentElement.scrollHeight")
        self._resize(max(int(height), self._height))
        self.value(PAINTED)
        taken = self._of_mine("GET", "/screenshot")
        self._resize(self._height)
        return base64.b64decode(taken)

    def close(self) -> None:
        """End the browser."""
        self._of_mine("DELETE", "")


@contextmanager
def webkit(folder: Path, *, dark: bool = False) -> Iterator[Tab]:
    """A WebKitGTK on a display of its own, with nothing kept; ended afterwards."""
    assert DRIVER is not None
    settings = folder / "gtk-3.0"
    settings.mkdir(parents=True)
    (settings / "gtk.css").write_text(NARROW_BAR)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with _display() as display:
        own = {"DISPLAY": display, "XDG_CONFIG_HOME": str(folder), "NO_AT_BRIDGE": "1"}
        process = subprocess.Popen(
            [DRIVER, f"--port={port}", "--host=127.0.0.1"],
            env=os.environ | own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            tab = Tab(_answering(process, port), dark=dark)
            yield tab
            tab.close()
        finally:
            process.terminate()
            process.wait()


@contextmanager
def _display() -> Iterator[str]:
    assert DISPLAY is not None
    command = [DISPLAY, "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            number = process.stdout.readline().strip()
            assert number, "Xvfb did not start"
            yield f":{number}"
        finally:
            process.terminate()


def _answering(process: "subprocess.Popen[bytes]", port: int) -> str:
    """The driver's address, once it answers there."""
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return f"http://127.0.0.1:{port}"
    raise AssertionError("WebKitWebDriver did not start")
