"""The first journey as a person sees it: a bank file arrives and the open page changes."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from invoices import clock
from invoices.documents.actions import move_due_date
from invoices.history.actors import SYSTEM
from tests.browser.conftest import Server, import_payments
from tests.build import a_link, an_invoice, an_ocr_file, receive

SUM = "[data-count]"


def left(page: Page) -> int:
    return int(page.locator("[data-panel=balance]").get_attribute("data-left-minor") or "-1")


def test_an_import_in_another_terminal_changes_two_open_pages_within_a_second(
    server: Server, a_phone: Callable[..., Page], tmp_path: Path
) -> None:
    invoice = an_invoice()
    anna, partner = a_phone(), a_phone()
    for page in (anna, partner):
        page.goto(server.url + a_link(invoice))
        expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "live")
    assert "/i/" not in anna.url
    title = anna.title()
    before = anna.locator("[data-entry]").count()

    said = json.loads(import_payments(an_ocr_file((invoice, 20_000)), tmp_path, "--json"))

    assert (said["payments"], said["matched"], said["refused"]) == (1, 1, None)
    for page in (anna, partner):
        expect(page.locator("[data-panel=balance]")).to_have_attribute(
            "data-left-minor", "30000", timeout=1_000
        )
        expect(page.locator(SUM)).to_have_text(re.compile(r"300,00"))
        expect(page.locator("[data-entry]")).to_have_count(before + 1)
        expect(page.locator("[data-announcer]")).to_contain_text("300,00")
    assert anna.title() != title


def test_what_happened_while_the_server_was_dead_is_there_when_it_is_back(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    invoice = an_invoice()
    page = a_phone()
    page.goto(server.url + a_link(invoice))
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "live")

    server.kill()
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "reconnecting")
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    server.start()

    expect(page.locator("[data-panel=balance]")).to_have_attribute(
        "data-left-minor", "30000", timeout=30_000
    )
    receive(invoice.biller, an_ocr_file((invoice, 30_000), number=2))
    expect(page.locator("[data-panel=balance]")).to_have_attribute(
        "data-left-minor", "0", timeout=30_000
    )


def test_a_moved_due_date_shows_at_once_and_paid_feels_paid(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    invoice = an_invoice()
    page = a_phone(locale="nb-NO")
    page.goto(server.url + a_link(invoice))
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "live")
    chip = page.locator("[data-panel=balance] .chip").first
    was = chip.text_content()

    move_due_date(invoice.pk, clock.today() + timedelta(days=21), reason="", actor=SYSTEM)
    expect(chip).not_to_have_text(was or "")
    receive(invoice.biller, an_ocr_file((invoice, 50_000)))

    expect(page.locator("[data-panel=balance]")).to_have_attribute("data-left-minor", "0")


def test_the_page_reads_without_javascript(server: Server, a_phone: Callable[..., Page]) -> None:
    invoice = an_invoice()
    page = a_phone(java_script_enabled=False)

    page.goto(server.url + a_link(invoice))

    expect(page.locator("[data-panel=balance]")).to_contain_text("500,00")
    expect(page.locator("[data-panel=pay]")).to_contain_text(invoice.reference[:4])
    page.get_by_role("button", name="Svenska").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")


def test_nothing_is_asked_of_anybody_else(server: Server, a_phone: Callable[..., Page]) -> None:
    invoice = an_invoice()
    page = a_phone()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console", lambda message: faults.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: faults.append(str(error)))

    page.goto(server.url + a_link(invoice))
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-state", "live")
    receive(invoice.biller, an_ocr_file((invoice, 10_000)))
    expect(page.locator("[data-panel=balance]")).to_have_attribute("data-left-minor", "40000")

    assert [url for url in asked if not url.startswith(server.url)] == []
    assert faults == []
