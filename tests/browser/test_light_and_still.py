"""The first view is small and asks nobody else; what changes on it moves nothing that is read."""

from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Server
from tests.build import a_link, an_invoice, an_ocr_file, receive

FIRST_VIEW_BYTES = 60_000
SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
            const moved = entry.sources.map(({ node, previousRect: was, currentRect: is }) => [
                node?.id || node?.className || node?.nodeName, was.x, was.y, is.x, is.y]);
            shifts.push([entry.value, ...moved]);
        }
    }).observe({ type: "layout-shift", buffered: true });
"""


def weight(asked: Request) -> int:
    """Bytes on the wire; static files as a release compresses them, which tests do not."""
    answer = asked.response()
    assert answer is not None
    sizes = asked.sizes()
    if "/static/" in asked.url:
        return sizes["responseHeadersSize"] + len(brotli.compress(answer.body()))
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def test_the_first_view_is_small_and_asks_nobody_else(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    page = a_phone()
    asked: list[Request] = []
    page.on("requestfinished", lambda each: asked.append(each))
    page.goto(server.url + a_link(an_invoice()))
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "live")
    page.wait_for_load_state("networkidle")

    assert len(asked) > 4
    assert all(each.url.startswith(server.url) for each in asked)
    weights = {each.url: weight(each) for each in asked}
    assert sum(weights.values()) <= FIRST_VIEW_BYTES, weights


def test_nothing_that_is_read_jumps_when_payments_come_in(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    invoice = an_invoice()
    pages = [a_phone(), a_phone(viewport={"width": 1280, "height": 900})]
    for page in pages:
        page.add_init_script(SHIFTS)
        page.goto(server.url + a_link(invoice))
        expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "live")

    for number, (minor, left) in enumerate([(20_000, "30000"), (30_000, "0")], 1):
        receive(invoice.biller, an_ocr_file((invoice, minor), number=number))
        for page in pages:
            expect(page.locator("[data-panel=balance]")).to_have_attribute("data-left-minor", left)
            page.wait_for_timeout(1_000)  # movements end within it

    for page in pages:
        assert page.evaluate("shifts") == []
