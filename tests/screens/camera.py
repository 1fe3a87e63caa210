"""Takes the pictures: one browser, a context for each person, one visit for each language."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Response, ViewportSize, sync_playwright

from tests.screens.house import Shot

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
MODES = ("light", "dark")
LOCALES = {"nb": "nb-NO", "sv": "sv-SE", "en": "en-GB"}
PATIENCE_MS = 10_000
LANGUAGES = {"nb": "NO", "sv": "SE", "en": "NO"}  # and the country of the biller


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at: the name of a size, that of a mode, and both for the browser."""

    size: str
    mode: str
    width: int
    height: int
    media: dict[str, Any]


FORCED = {"forced_colors": "active"}
EVERYDAY = tuple(
    Look(size, mode, *SIZES[size], {"color_scheme": mode}) for size in SIZES for mode in MODES
)
LOOKS: dict[str, tuple[Look, ...]] = {
    "": EVERYDAY,
    "print": (Look("paper", "light", 794, 1123, {"media": "print", "color_scheme": "dark"}),),
    "reflow": (Look("320", "light", 320, 640, {"color_scheme": "light"}),),
    "forced": (
        Look("phone", "forced", *SIZES["phone"], FORCED),
        Look(
            "phone",
            "forced-dark",
            *SIZES["phone"],
            {"forced_colors": "active", "color_scheme": "dark"},
        ),
    ),
}


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium; one sentence where there is none."""
    if CHROMIUM is None:
        raise SystemExit("no Chromium on this machine; 'apt-get install chromium' brings one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def take(
    browser: Browser, url: str, shot: Shot, language: str, looks: list[Look], name: Path
) -> Iterator[tuple[Look, Path]]:
    """Visit once and take a picture in each look; ``name`` is a path without size, mode, suffix."""
    with visit(browser, url, shot, language, looks[0]) as page:
        for look in looks:
            page.emulate_media(**look.media)
            page.set_viewport_size({"width": look.width, "height": look.height})
            file = name.with_name(f"{name.name}-{look.size}-{look.mode}-{language}.png")
            page.screenshot(path=file, full_page=True, animations="disabled", caret="hide")
            yield look, file


@contextmanager
def visit(
    browser: Browser,
    url: str,
    shot: Shot,
    language: str,
    look: Look,
    *,
    answers: list[Response] | None = None,
) -> Iterator[Page]:
    """The page as somebody has reached it, with what they do there done.

    ``answers`` takes in what the server answers.
    """
    size: ViewportSize = {"width": look.width, "height": look.height}
    with _somebody(browser, url, shot, language, size) as page:
        page.emulate_media(**look.media)
        if answers is not None:
            page.on("response", lambda each: answers.append(each))
        answer = page.goto(url + shot.path)
        assert answer is not None, shot.path
        assert answer.status == shot.status, f"{shot.path}: {answer.status}"
        _settle(page)
        if shot.act is not None:
            shot.act(page)
            _settle(page)
        yield page


@contextmanager
def _somebody(
    browser: Browser, url: str, shot: Shot, language: str, size: ViewportSize
) -> Iterator[Page]:
    context = browser.new_context(
        viewport=size, reduced_motion="reduce", locale=LOCALES[language], timezone_id="Europe/Oslo"
    )
    cookies = shot.cookies | {"nota_language": language}
    context.add_cookies([{"name": k, "value": v, "url": url} for k, v in cookies.items()])
    # That somebody looked would be told on the page itself, in the middle of the pictures.
    context.route("**/opened/", lambda route: route.abort())
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page
    finally:
        context.close()


def _settle(page: Page) -> None:
    """Until the page's own script says that it is alive, where it has one."""
    if page.locator("main[data-live]").count():
        page.wait_for_selector('[data-live-sign]:not([data-state="off"])', state="attached")
