"""The living page in a real browser: what the reader sees, hears and keeps."""

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from invoices.documents.models import Invoice
from invoices.live.ring import ring
from tests.build import a_link, an_invoice, an_ocr_file, receive

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = re.compile(r"Failed to load resource|WebSocket connection|favicon")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no system Chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's own loop runs in this thread; the tests' queries do not run on it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def invoice(transactional_db: None) -> Invoice:
    return an_invoice()


type Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, live_port: int, invoice: Invoice) -> Iterator[Visit]:
    """Opens the invoice's page and waits until it lives; fails on anything in the console."""
    said: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not QUIET.search(message.text):
            said.append(message.text)

    def opener(**options: Any) -> Page:
        options = {"locale": "nb-NO", "viewport": {"width": 390, "height": 700}, **options}
        context = chromium.new_context(**options)
        context.route("**/opened/", lambda route: route.fulfill(status=204))  # another test's story
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.on("console", note)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"http://localhost:{live_port}{a_link(invoice)}")
        expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "live")
        return page

    yield opener
    for context in contexts:
        context.close()
    assert said == []


def pay(invoice: Invoice, minor: int, number: int = 1) -> None:
    receive(invoice.biller, an_ocr_file((invoice, minor), number=number))


def test_a_payment_changes_the_page_says_so_once_and_counts_to_the_new_sum(
    visit: Visit, invoice: Invoice
) -> None:
    page = visit()
    page.evaluate(
        """() => {
            window.spoken = []; window.sums = [];
            const speaker = document.querySelector('[data-announcer]');
            new MutationObserver(() => spoken.push(speaker.textContent))
                .observe(speaker, {childList: true});
            const look = () => {
                const text = document.querySelector('[data-count]').textContent;
                if (sums.at(-1) !== text) sums.push(text);
                requestAnimationFrame(look);
            };
            look();
        }"""
    )

    pay(invoice, 20_000)

    expect(page.locator("#panel-balance")).to_have_attribute("data-left-minor", "30000")
    expect(page.locator("[data-count]").first).to_have_text(re.compile(r"300[,.]00"))
    expect(page.locator(".arrived")).to_have_count(1)
    expect(page).to_have_title(re.compile(r"300[,.]00"))
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "updated")
    page.wait_for_timeout(600)
    spoken, sums = page.evaluate("[spoken, sums]")
    assert len(spoken) == 1
    assert re.search(r"200[,.]00.*300[,.]00", spoken[0])
    assert len(sums) > 3
    assert re.search(r"500[,.]00", sums[0])
    assert len({re.sub(r"\d+", "0", text) for text in sums}) == 1  # all written like the last


def test_with_reduced_motion_the_sum_is_there_at_once(visit: Visit, invoice: Invoice) -> None:
    page = visit(reduced_motion="reduce")
    page.evaluate(
        """() => {
            window.sums = new Set();
            const look = () => {
                sums.add(document.querySelector('[data-count]').textContent);
                requestAnimationFrame(look);
            };
            look();
        }"""
    )

    pay(invoice, 20_000)

    expect(page.locator("#panel-balance")).to_have_attribute("data-left-minor", "30000")
    page.wait_for_timeout(300)
    assert page.evaluate("sums.size") == 2


def test_a_panel_that_is_typed_into_is_kept_and_fetched_when_left(
    visit: Visit, invoice: Invoice
) -> None:
    page = visit()
    page.evaluate(
        """() => {
            const field = document.createElement('textarea');
            field.id = 'words';
            document.querySelector('#panel-balance').append(field);
        }"""
    )
    page.locator("#words").focus()
    page.keyboard.type("Hei")

    pay(invoice, 20_000)

    expect(page.locator("#panel-history")).to_contain_text(re.compile(r"200[,.]00"))
    assert page.locator("#panel-balance").get_attribute("data-left-minor") == "50000"
    assert page.locator("#words").input_value() == "Hei"
    page.evaluate("document.activeElement.blur()")  # left, but what was typed is not sent
    page.wait_for_timeout(300)
    assert page.locator("#words").input_value() == "Hei"
    page.locator("#words").fill("")
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("#panel-balance")).to_have_attribute("data-left-minor", "30000")


def test_focus_and_place_are_kept(visit: Visit, invoice: Invoice) -> None:
    for number in range(1, 6):
        pay(invoice, 1_000, number)
    page = visit(viewport={"width": 390, "height": 300})
    entry = page.locator("[data-entry]").nth(2)
    entry_id = entry.get_attribute("data-entry")
    page.locator("#panel-pay button").first.focus()
    focused = page.evaluate("document.activeElement.textContent")
    entry.evaluate("node => scrollBy(0, node.getBoundingClientRect().top - 10)")
    before = entry.evaluate("node => node.getBoundingClientRect().top")

    pay(invoice, 20_000, 9)

    expect(page.locator("#panel-balance")).to_have_attribute("data-left-minor", "25000")
    expect(page.locator("[data-entry]")).to_have_count(7)
    after = page.locator(f"[data-entry='{entry_id}']").evaluate(
        "node => node.getBoundingClientRect().top"
    )
    assert abs(after - before) <= 1
    ring({f"i{invoice.pk}": 99}, ["pay"])
    page.wait_for_timeout(400)
    assert page.evaluate("document.activeElement.textContent") == focused
    assert page.evaluate("document.activeElement.closest('[data-panel]').dataset.panel") == "pay"


def test_what_happened_while_offline_is_there_when_the_net_is_back(
    visit: Visit, invoice: Invoice
) -> None:
    page = visit()
    sign = page.locator("[data-live-sign]")

    page.context.set_offline(True)
    expect(sign).to_have_attribute("data-state", "reconnecting")
    pay(invoice, 20_000)
    page.wait_for_timeout(200)
    assert page.locator("#panel-balance").get_attribute("data-left-minor") == "50000"
    page.context.set_offline(False)

    expect(page.locator("#panel-balance")).to_have_attribute("data-left-minor", "30000")
    expect(sign).to_have_attribute("data-state", re.compile("live|updated"))


def test_rings_that_come_while_one_is_followed_are_followed_as_one(
    visit: Visit, invoice: Invoice
) -> None:
    page = visit()
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "names=" in request.url else None
    )

    for version in range(100, 130):
        ring({f"i{invoice.pk}": version}, ["balance"] if version % 2 else ["history", "nowhere"])
    page.wait_for_timeout(1_000)

    assert 1 <= len(asked) <= 12
    names = {name for url in asked for name in unquote(url.split("names=")[1]).split(",")}
    assert names == {"balance", "history"}


def test_when_access_is_over_the_page_stops_asking(visit: Visit, invoice: Invoice) -> None:
    page = visit()
    page.context.clear_cookies()

    ring({f"i{invoice.pk}": 99}, ["balance"])
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "off")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    ring({f"i{invoice.pk}": 100}, ["balance"])
    page.wait_for_timeout(300)

    assert asked == []
    assert page.locator("#panel-balance").is_visible()
