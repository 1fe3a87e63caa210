"""axe finds nothing on any page, light and dark, in three languages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from invoices import clock
from invoices.billers.roles import Role
from invoices.documents.actions import charge_invoice, credit_invoice, split_invoice
from invoices.history.actors import SYSTEM
from tests.browser.conftest import Server
from tests.build import a_line, a_link, a_member, an_invoice, an_ocr_file, receive

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOOKS = [(scheme, language) for scheme in SCHEMES for language in ("nb", "sv", "en")]


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def invoices_in_every_state() -> dict[str, str]:
    """A link to an invoice in each state."""
    opened = an_invoice()
    customer, biller = opened.customer, opened.biller
    part, paid, credited, charged, split, over = (an_invoice(customer) for _ in range(6))
    overdue = an_invoice(customer, due_in=-3, issued_on=clock.today() - timedelta(days=20))
    receive(biller, an_ocr_file((part, 20_000), (paid, 50_000), (over, 60_000), ("77", 100)))
    credit_invoice(credited.pk, None, reason="Feil pris", actor=SYSTEM)
    charge_invoice(charged.pk, [a_line(10_000)], reason="Ny ruter", actor=SYSTEM)
    days = [clock.today() + timedelta(days=ahead) for ahead in (5, 35)]
    split_invoice(split.pk, [(day, 25_000) for day in days], reason="Avtalt", actor=SYSTEM)
    every = locals()
    names = ("opened", "part", "paid", "credited", "charged", "split", "over", "overdue")
    return {name: a_link(every[name]) for name in names}


def faults_in_every_look(page: Page, server: Server, paths: dict[str, str]) -> dict[str, list[str]]:
    """What axe says of each path in each look; nothing is left out of the answer but silence."""
    found = {}
    for scheme, language in LOOKS:
        page.emulate_media(color_scheme=scheme)
        cookie = {"name": "nota_language", "value": language, "url": server.url}
        page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict is what it takes
        for name, path in paths.items():
            page.goto(server.url + path)
            assert page.locator("html").get_attribute("lang") == language
            found[f"{name}, {scheme}, {language}"] = faults(page)
    return {name: each for name, each in found.items() if each}


def test_every_page_a_customer_meets_is_clean(server: Server, a_phone: Callable[..., Page]) -> None:
    paths = invoices_in_every_state() | {
        "nothing": "/invoice/unknown/",
        "log in": "/accounts/login/",
    }

    assert faults_in_every_look(a_phone(), server, paths) == {}


def test_every_page_staff_meet_is_clean(server: Server, a_phone: Callable[..., Page]) -> None:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 20_000), ("77", 100)))
    finance = a_member(invoice.biller, Role.FINANCE)
    desk = f"/staff/{invoice.biller.slug}/"
    page = a_phone(viewport={"width": 1280, "height": 900})
    page.goto(f"{server.url}/staff/")
    page.fill("input[name=login]", finance.email)
    page.fill("input[name=password]", "password")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{desk}")

    paths = {
        "desk": desk,
        "nothing found": f"{desk}?q=nothing",
        "invoice": f"{desk}invoice/{invoice.public_id}/",
        "two factors": "/accounts/2fa/",
        "sessions": "/accounts/sessions/",
        "log out": "/accounts/logout/",
    }

    assert faults_in_every_look(page, server, paths) == {}
