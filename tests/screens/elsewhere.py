"""Pictures in Firefox and WebKitGTK: what a page looks like when it is reached, without a hand.

These browsers are driven by their own protocols and do nothing on the page, so states in which
somebody has done something there are passed over.
"""

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from itertools import product
from pathlib import Path
from typing import Protocol

from tests.browser.firefox import FIREFOX, NO_FIREFOX, firefox
from tests.browser.webkit import HERE, NO_WEBKIT, webkit
from tests.screens.camera import LANGUAGES, MODES, SIZES
from tests.screens.gallery import Picture
from tests.screens.house import House, Shot
from tests.screens.states import State

ALIVE = (
    "!document.querySelector('main[data-live]')"
    " || document.querySelector('[data-live-sign]:not([data-state=off])')"
)
# That somebody looked would be told on the page itself, in the middle of the pictures.
UNTOLD = "document.querySelector('[data-opened-url]')?.setAttribute('data-opened-url', '/healthz')"


class Tab(Protocol):
    """What both browsers can do."""

    def size(self, width: int, height: int) -> None: ...
    def come(self, origin: str, cookies: Mapping[str, str]) -> None: ...
    def goto(self, url: str) -> None: ...
    def value(self, expression: str) -> object: ...
    def wait_for(self, expression: str, *, seconds: float = ...) -> None: ...
    def picture(self) -> bytes: ...


def take_elsewhere(
    url: str, houses: dict[str, House], states: Sequence[State], asked: argparse.Namespace
) -> tuple[list[Picture], list[str]]:
    """The pictures, and what went wrong; one state that fails does not stop the others."""
    languages = [asked.lang] if asked.lang else list(LANGUAGES)
    pictures: list[Picture] = []
    failed: list[str] = []
    with ExitStack() as stack:
        tabs = {
            mode: _opened(stack, asked.browser, dark=mode == "dark")
            for mode in MODES
            if asked.mode in (None, mode)
        }
        for state, language in product([each for each in states if not each.look], languages):
            try:
                shot = state.build(houses[LANGUAGES[language]])
                if shot.act is None:
                    pictures += _pictures(tabs, url, shot, state.name, language, asked)
            except Exception as error:  # whatever it is, it is told, and the next one is taken
                failed.append(f"{state.name}, {language}: {str(error).splitlines()[0]}")
    return pictures, failed


def _opened(stack: ExitStack, name: str, *, dark: bool) -> Tab:
    if not (HERE if name == "webkit" else FIREFOX):
        raise SystemExit(NO_WEBKIT if name == "webkit" else NO_FIREFOX)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    opened: AbstractContextManager[Tab] = (
        webkit(folder, dark=dark) if name == "webkit" else firefox(folder, dark=dark)
    )
    return stack.enter_context(opened)


def _pictures(
    tabs: Mapping[str, Tab],
    url: str,
    shot: Shot,
    name: str,
    language: str,
    asked: argparse.Namespace,
) -> Iterator[Picture]:
    sizes = {size: room for size, room in SIZES.items() if asked.size in (None, size)}
    for mode, tab in tabs.items():
        tab.come(url, shot.cookies | {"nota_language": language})
        for size, room in sizes.items():
            tab.size(*room)
            tab.goto(url + shot.path)
            tab.value(UNTOLD)
            tab.wait_for(ALIVE)
            file = asked.to / f"{name}-{size}-{mode}-{language}.png"
            file.write_bytes(tab.picture())
            yield Picture(name, size, mode, language, file.name)
