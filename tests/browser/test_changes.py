"""Changes as people make them: by keyboard, seen live elsewhere, undone; an agent's credit."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from invoices import clock
from invoices.billers.roles import Role
from invoices.changes import actions
from invoices.changes.actions import Asker
from invoices.changes.policy import CUSTOMER
from invoices.documents.models import Invoice
from tests.browser.conftest import Server
from tests.browser.test_accessibility import SCHEMES, faults, faults_in_every_look
from tests.build import a_link, a_member, an_invoice, an_ocr_file, receive

LIVE = "[data-live-sign]"


def open_live(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(LIVE)).to_have_attribute("data-state", "live")


def english(page: Page, server: Server) -> Page:
    cookie = {"name": "nota_language", "value": "en", "url": server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict is what it takes
    return page


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing with this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        text = page.evaluate("document.activeElement.innerText || document.activeElement.value")
        if re.search(name, text or ""):
            return
    raise AssertionError(f"Tab does not lead to {name}")


def sign_in(page: Page, server: Server, email: str, slug: str) -> None:
    page.goto(f"{server.url}/staff/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", "password")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/{slug}/")


def due(invoice: Invoice) -> str:
    return Invoice.objects.get(pk=invoice.pk).due_on.isoformat()


def test_a_customer_moves_the_due_date_by_keyboard_and_undoes_it(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    invoice = an_invoice()
    first = due(invoice)
    anna, partner = (english(a_phone(), server) for _ in range(2))
    trouble: list[str] = []
    anna.on("pageerror", lambda error: trouble.append(str(error)))
    anna.on(
        "console", lambda message: trouble.append(message.text) if message.type == "error" else None
    )
    for page in (anna, partner):
        open_live(page, server.url + a_link(invoice))
    was = partner.locator("[data-panel=balance] .chip").first.text_content() or ""

    tab_to(anna, "Pay a part or move")
    anna.keyboard.press("Enter")
    expect(anna.locator("#change-title")).to_be_focused()
    tab_to(anna, "^Move the due date")
    anna.keyboard.press("Enter")
    expect(anna.locator(".month").first).to_be_visible()
    expect(anna.locator("#change-title")).to_be_focused()
    anna.keyboard.press("Tab")  # into the days: the first of them
    anna.keyboard.press("Space")
    for _ in range(9):
        anna.keyboard.press("ArrowRight")
    chosen = anna.evaluate("document.activeElement.value")
    tab_to(anna, "^Continue$")
    anna.keyboard.press("Enter")
    expect(anna.locator("#change-title")).to_have_text("This is what happens")
    assert due(invoice) == first
    tab_to(anna, "^Move the due date$")
    anna.keyboard.press("Enter")

    expect(anna.locator("#panel-changes")).to_contain_text("The due date is now")
    assert anna.url == partner.url  # the address stays the invoice's
    assert due(invoice) == chosen > first
    expect(partner.locator("[data-panel=balance] .chip").first).not_to_have_text(was)
    expect(partner.locator("[data-panel=history]")).to_contain_text("The due date moved from")

    tab_to(anna, "^Undo$")
    anna.keyboard.press("Enter")

    expect(anna.locator("#panel-changes")).to_contain_text("Undone.")
    expect(partner.locator("[data-panel=balance] .chip").first).to_have_text(was)
    assert due(invoice) == first
    assert trouble == []


def test_an_agent_credits_a_line_and_the_customers_open_page_changes(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    invoice = an_invoice()
    agent = a_member(invoice.biller, Role.AGENT)
    anna = english(a_phone(), server)
    open_live(anna, server.url + a_link(invoice))
    desk = english(a_phone(viewport={"width": 1280, "height": 900}), server)
    sign_in(desk, server, agent.email, invoice.biller.slug)
    open_live(desk, f"{server.url}/staff/{invoice.biller.slug}/invoice/{invoice.public_id}/")

    desk.get_by_role("link", name="Credit", exact=True).click()
    desk.get_by_role("button", name="Continue").click()
    expect(desk.locator(".error-summary")).to_be_focused()
    desk.locator("input[type=checkbox]").check()
    desk.get_by_label("Reason").fill("Nede i tre dager")
    desk.get_by_role("button", name="Continue").click()
    expect(desk.locator("#panel-actions")).to_contain_text("500,00")
    expect(anna.locator("[data-panel=balance]")).to_have_attribute("data-left-minor", "50000")
    desk.get_by_role("button", name="Credit").click()

    expect(desk.locator("#panel-actions")).to_contain_text("credited")
    for page in (anna, desk):
        expect(page.locator("[data-panel=balance]")).to_have_attribute("data-left-minor", "0")
    expect(anna.locator("[data-panel=history]")).to_contain_text("Nede i tre dager")


def test_what_is_being_chosen_stays_while_the_page_around_it_changes(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    invoice = an_invoice()
    anna = english(a_phone(), server)
    open_live(anna, server.url + a_link(invoice))
    anna.get_by_role("link", name="Pay a part or move").click()
    anna.locator(".way[href*=split]").click()
    anna.locator("[name=changes-amount_1]").fill("123")
    anna.locator("#change-title").click()

    receive(invoice.biller, an_ocr_file((invoice, 10_000)))

    expect(anna.locator("[data-panel=balance]")).to_have_attribute("data-left-minor", "40000")
    expect(anna.locator("[name=changes-amount_1]")).to_have_value("123")
    anna.get_by_role("button", name="Continue").click()
    expect(anna.locator(".error-summary")).to_contain_text("400.00")
    anna.get_by_role("link", name="Back").click()
    anna.get_by_role("link", name="Close").click()
    expect(anna.locator("#panel-changes")).to_be_hidden()


def test_an_invoice_is_split_without_scripts(server: Server, a_phone: Callable[..., Page]) -> None:
    invoice = an_invoice()
    page = english(a_phone(java_script_enabled=False), server)
    page.goto(server.url + a_link(invoice))

    page.get_by_role("link", name="Pay a part or move").click()
    page.get_by_role("link", name="Split into instalments").click()
    page.get_by_role("link", name="3 parts").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Split into instalments").click()

    expect(page.locator("[data-panel=balance]")).to_contain_text("Next part")
    expect(page.locator("#panel-changes")).to_contain_text("split into instalments")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-panel=balance]")).not_to_contain_text("Next part")


def test_every_step_of_a_customer_is_clean(server: Server, a_phone: Callable[..., Page]) -> None:
    invoice = an_invoice()
    moved = an_invoice(invoice.customer)
    day = clock.today() + timedelta(days=20)
    actions.move_due_date(
        moved.pk, day, actor=Asker("customer", by=CUSTOMER), request_id=moved.public_id
    )
    page = a_phone()
    page.goto(server.url + a_link(moved))
    page.goto(server.url + a_link(invoice))
    start = f"/invoice/{invoice.public_id}/changes/"

    paths = {
        "choices": start,
        "days": f"{start}due-date/",
        "parts": f"{start}split/",
        "moved": f"/invoice/{moved.public_id}/",
    }

    assert faults_in_every_look(page, server, paths) == {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{server.url}{start}split/")
        page.locator("[name=changes-amount_1]").fill("1")
        page.locator(".changes form .btn.main").click()
        page.wait_for_selector(".error-summary")
        assert faults(page) == []
        page.goto(f"{server.url}{start}due-date/")
        page.locator(".cell input").first.check()
        page.locator(".changes form .btn.main").click()
        page.wait_for_selector("[name=confirm]")
        assert faults(page) == []


def test_every_step_of_staff_is_clean(server: Server, a_phone: Callable[..., Page]) -> None:
    late = {"due_in": -3, "issued_on": clock.today() - timedelta(days=20)}
    invoice = an_invoice(None, **late)  # type: ignore[arg-type]
    finance = a_member(invoice.biller, Role.FINANCE)
    page = a_phone(viewport={"width": 1280, "height": 900})
    sign_in(page, server, finance.email, invoice.biller.slug)
    start = f"/staff/{invoice.biller.slug}/invoice/{invoice.public_id}/changes/"
    steps = (
        *("due-date", "split", "credit", "write-down", "charge", "dispute"),
        *("collection", "cancel"),
    )

    assert faults_in_every_look(page, server, {step: f"{start}{step}/" for step in steps}) == {}
