"""The page beyond its window: the tab that is not looked at, and the app without a network."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from invoices.documents.models import Invoice
from tests.browser.conftest import Server
from tests.build import a_link, an_invoice, an_ocr_file, receive

HIDE = """hidden => {
    Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
    document.dispatchEvent(new Event('visibilitychange'));
}"""


def opened(server: Server, page: Page, invoice: Invoice) -> Page:
    page.goto(server.url + a_link(invoice))
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "live")
    return page


def test_a_hidden_tab_says_what_changed_until_it_is_seen(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    invoice = an_invoice()
    page = opened(server, a_phone(), invoice)
    icon = page.locator("link[rel=icon]")
    page.evaluate(HIDE, True)

    receive(invoice.biller, an_ocr_file((invoice, 20_000)))

    expect(page).to_have_title(re.compile(r"^● .*200,00.* · .*300,00.* · Fjordfiber$"))
    expect(icon).to_have_attribute("href", re.compile("nota-changed"))
    page.evaluate(HIDE, False)
    expect(page).to_have_title(re.compile(r"^300,00.* · Fjordfiber$"))
    expect(icon).not_to_have_attribute("href", re.compile("nota-changed"))


def test_a_tab_that_is_looked_at_keeps_its_icon(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    invoice = an_invoice()
    page = opened(server, a_phone(), invoice)

    receive(invoice.biller, an_ocr_file((invoice, 20_000)))

    expect(page).to_have_title(re.compile(r"^300,00.* · Fjordfiber$"))
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile(r"nota\.svg"))


def test_without_a_network_a_calm_page_stands_there_and_no_invoice_was_kept(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    page = opened(server, a_phone(), an_invoice())
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    expect(page.locator("#panel-balance")).to_be_visible()

    kept = page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys())
                    found.push(new URL(request.url).pathname);
            return found;
        }"""
    )
    server.kill()
    page.reload()

    assert "/app/offline/" in kept
    assert all(path == "/app/offline/" or path.startswith("/static/") for path in kept)
    expect(page.locator("h1")).to_have_text("No connection")
    assert page.evaluate("getComputedStyle(document.body).fontFamily").count(",")
    assert page.locator("#panel-balance").count() == 0


def test_the_browser_takes_it_for_an_app(server: Server, a_phone: Callable[..., Page]) -> None:
    page = opened(server, a_phone(), an_invoice())
    page.evaluate("navigator.serviceWorker.ready")
    session = page.context.new_cdp_session(page)

    manifest = session.send("Page.getAppManifest")

    assert manifest["errors"] == []
    assert '"start_url": "/app/"' in manifest["data"]
