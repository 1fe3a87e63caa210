"""The page for whoever does not see it, or has no pointer: what is read out, and the keyboard."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.build import a_link, an_invoice, an_ocr_file, receive

FOCUSABLE = """() => [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled)
    .map((each, place) => { each.dataset.place = place; return each.closest(".skip") ? "skip"
        : each.closest("main") ? "main" : each.closest("footer") ? "foot" : "top"; })"""
FOCUSED = """() => {
    const now = document.activeElement;
    // What people see of a file's field is its label, of the writing field the box around it.
    const seen = now.type === "file" ? now.labels[0]
        : now.matches(".write-box .input") ? now.closest(".write-box") : now;
    const style = getComputedStyle(seen);
    const box = seen.getBoundingClientRect();
    return [Number(now.dataset.place ?? -1),
        style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        box.bottom > 0 && box.top < innerHeight];
}"""


HEARS = """(announcer) => {
    window.heard = [];
    new MutationObserver(() => announcer.textContent && heard.push(announcer.textContent))
        .observe(announcer, { childList: true, characterData: true, subtree: true });
}"""


def open_page(server: Server, page: Page, link: str) -> None:
    page.goto(server.url + link)
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "live", timeout=30_000)


def test_a_payment_is_read_out_once_politely_and_leaves_the_focus_alone(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    invoice = an_invoice()
    page = a_phone(locale="nb-NO")
    open_page(server, page, a_link(invoice))
    announcer, balance = page.locator("[data-announcer]"), page.locator("[data-panel=balance]")
    expect(announcer).to_match_aria_snapshot("- status")
    assert announcer.get_attribute("aria-live") == "polite"
    announcer.evaluate(HEARS)
    balance.get_by_role("link", name="Betal 500,00").focus()

    receive(invoice.biller, an_ocr_file((invoice, 20_000)))

    expect(balance).to_have_attribute("data-left-minor", "30000", timeout=30_000)
    expect(balance.get_by_role("link", name="Betal 300,00")).to_be_focused()
    expect(balance).to_match_aria_snapshot(
        r"""
        - heading /Faktura \d+/ [level=1]
        - paragraph: /300,00/
        - term: Betalt
        - definition: /200,00/
        - term: Igjen å betale
        - definition: /300,00/
        - link /Betal 300,00/
        """
    )
    heard = page.evaluate("heard")
    assert len(heard) == 1
    assert re.search(r"200,00.*300,00", heard[0])


def test_every_control_is_reached_by_tab_in_the_order_it_is_read_and_shows_it(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    page = a_phone(locale="nb-NO")
    open_page(server, page, a_link(an_invoice()))
    where = page.evaluate(FOCUSABLE)
    assert where[0] == "skip"
    assert where == sorted(where, key=["skip", "top", "main", "foot"].index)
    assert where.count("main") > 10

    reached = []
    for _ in where:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))

    assert [place for place, _shown, _seen in reached] == list(range(len(where)))
    assert [place for place, shown, _seen in reached if not shown] == []
    assert [place for place, _shown, seen in reached if not seen] == []


def test_the_skip_link_leads_past_the_top_to_the_sum(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    page = a_phone(locale="nb-NO")
    open_page(server, page, a_link(an_invoice()))

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.locator(":focus")).to_have_text(re.compile("Betal"))
