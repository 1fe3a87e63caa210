"""Links as people meet them: opened, shared, closed, replaced; a code; with and without scripts."""

import re
from collections.abc import Callable

from django.core import mail
from playwright.sync_api import Page, expect

from invoices import clock
from invoices.documents.links.actions import revoke_link
from invoices.documents.links.levels import Channel, Level
from invoices.documents.links.models import SecretLink
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM
from tests.browser.conftest import Server
from tests.browser.test_accessibility import faults_in_every_look
from tests.build import a_link, an_invoice, an_ocr_file, receive
from tests.jobs import run_letters
from tests.people import expire, link_behind

type Phone = Callable[..., Page]

SIGN = "[data-live-sign]"


def in_english(page: Page, server: Server) -> Page:
    cookie = {"name": "nota_language", "value": "en", "url": server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict is what it takes
    return page


def opened(path: str) -> int:
    return link_behind(path).opened_count


def emailed_code() -> str:
    run_letters()
    found = re.search(r"^ {4}(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def prove(page: Page) -> None:
    """Ask for a code and enter it."""
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("textbox", name="Code").fill(emailed_code())
    page.get_by_role("button", name="Continue").click()


def test_a_shared_link_shows_how_to_pay_until_it_is_closed(server: Server, a_phone: Phone) -> None:
    invoice = an_invoice()
    anna, ola = in_english(a_phone(), server), in_english(a_phone(), server)
    anna.goto(server.url + a_link(invoice, channel=Channel.EMAIL))
    anna.get_by_role("link", name="Who has access").click()
    anna.get_by_label("Who is it for?").fill("Ola")
    anna.get_by_role("button", name="Make a link to share").click()
    shared = anna.locator(".fresh [data-copy-value]").inner_text()
    expect(anna.get_by_role("heading", name="Your link to share")).to_be_focused()

    ola.goto(shared)

    expect(ola.locator(SIGN)).to_have_attribute("data-state", "live")
    expect(ola.locator("[data-panel]")).to_have_count(3)
    expect(ola.locator("[data-panel=balance]")).to_contain_text("500.00")
    expect(ola.locator("[data-panel=pay]")).to_contain_text(invoice.reference[:4])
    everything = ola.content()
    for secret in ("Anna", "Fiber 500", f"Invoice {invoice.number}", "What has happened"):
        assert secret not in everything, secret
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    expect(ola.locator("[data-panel=balance]")).to_contain_text("300.00")

    anna.get_by_role("button", name="Close this link Shared").click()

    expect(anna.get_by_text("The link is closed. Whoever was inside is out.")).to_be_visible()
    expect(ola.get_by_role("heading", name="This page is not here")).to_be_visible(timeout=5_000)
    ola.goto(shared)
    expect(ola.get_by_role("heading", name="This page is not here")).to_be_visible()


def test_a_closed_link_takes_the_open_page_off_the_screen(server: Server, a_phone: Phone) -> None:
    path = a_link(an_invoice())
    page = in_english(a_phone(), server)
    page.goto(server.url + path)
    expect(page.locator(SIGN)).to_have_attribute("data-state", "live")

    revoke_link(link_behind(path), actor=SYSTEM)

    expect(page.get_by_role("heading", name="This page is not here")).to_be_visible(timeout=5_000)


def test_an_opening_counts_once_the_page_was_seen_for_a_moment(
    server: Server, a_phone: Phone
) -> None:
    path = a_link(an_invoice(), channel=Channel.EMAIL)
    page = in_english(a_phone(tells=True), server)

    with page.expect_response("**/opened/") as answer:
        page.goto(server.url + path)

    assert answer.value.status == 204
    assert opened(path) == 1
    expect(page.locator("[data-panel=history]")).to_contain_text("opened from the e-mail")
    with page.expect_response("**/opened/"):
        page.reload()
    assert opened(path) == 1


def test_a_page_in_a_tab_behind_others_was_not_opened(server: Server, a_phone: Phone) -> None:
    path = a_link(an_invoice())
    page = a_phone(tells=True)
    hide = "Object.defineProperty(document, 'hidden', { get: () => window.behind })"
    page.add_init_script(f"window.behind = true; {hide}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(server.url + path)
    page.wait_for_timeout(2_500)

    assert not [url for url in asked if url.endswith("/opened/")]
    assert opened(path) == 0
    with page.expect_response("**/opened/"):
        page.evaluate("behind = false; document.dispatchEvent(new Event('visibilitychange'))")
    assert opened(path) == 1


def test_with_a_code_and_no_scripts_everything_personal_works(
    server: Server, a_phone: Phone
) -> None:
    invoice = an_invoice()
    second = an_invoice(invoice.customer)
    page = in_english(a_phone(java_script_enabled=False), server)
    page.goto(server.url + a_link(invoice))
    page.get_by_role("link", name="Your details").click()

    prove(page)

    expect(page.get_by_role("heading", name="Your details")).to_be_visible()
    page.get_by_label("Address or number").fill("ny@example.com")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Confirm ny@example.com").click()
    page.get_by_role("button", name="Send a code there").click()
    page.get_by_role("textbox", name="Code").fill(emailed_code())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("The address is confirmed.")).to_be_visible()
    page.get_by_role("button", name="Try first ny@example.com").click()
    expect(page.locator(".point").first).to_contain_text("ny@example.com")
    page.get_by_role("link", name="Back to the invoice").click()
    page.get_by_role("link", name="Your invoices").click()
    page.get_by_role("link", name=f"Invoice {second.number}").click()
    expect(page.locator("h1")).to_contain_text(second.number)


def test_a_wrong_code_is_said_beside_the_field_and_by_the_keyboard_alone(
    server: Server, a_phone: Phone
) -> None:
    page = in_english(a_phone(), server)
    page.goto(server.url + a_link(an_invoice()))
    page.goto(page.url + "code/?next=you")
    page.get_by_role("button", name="Send me a code").press("Enter")
    code = emailed_code()
    field = page.get_by_role("textbox", name="Code")
    field.fill("000000" if code != "000000" else "111111")
    field.press("Enter")

    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    assert field.get_attribute("aria-invalid") == "true"
    field.fill(code)
    field.press("Enter")
    expect(page.get_by_role("heading", name="Your details")).to_be_visible()


def test_an_expired_link_leads_to_a_new_one(server: Server, a_phone: Phone) -> None:
    path = a_link(an_invoice())
    expire(path)
    page = in_english(a_phone(java_script_enabled=False), server)
    page.goto(server.url + path)
    assert "/i/" not in page.url

    page.get_by_role("button", name="Send me a new link").click()

    expect(page.get_by_role("heading", name="Look in your e-mail")).to_be_visible()
    run_letters()
    fresh = str(mail.outbox[-1].body).split("http://127.0.0.1:8000")[1].split()[0]
    page.goto(server.url + fresh)
    expect(page.locator("[data-panel=balance]")).to_contain_text("500.00")


def many_links(invoice: Invoice) -> str:
    """A link of each way to the invoice, some of them opened or dead; one that leads in."""
    for channel in Channel:
        a_link(invoice, channel=channel)
    email = invoice.customer.contact_points.get(kind="email")
    a_link(invoice, Level.PAY_ONLY, Channel.SHARED)
    expire(a_link(invoice))
    now = clock.now()
    SecretLink.objects.filter(channel=Channel.SMS).update(
        opened_count=3, first_opened_at=now, last_opened_at=now, contact_point=email
    )
    return a_link(invoice, contact_point=email)


def test_axe_finds_nothing_on_the_pages_of_links(server: Server, a_phone: Phone) -> None:
    invoice = an_invoice()
    invoice.biller.link_code_for = ["history", "changes"]
    invoice.biller.save(update_fields=["link_code_for"])
    own, dead = many_links(invoice), a_link(an_invoice(invoice.customer))
    page = in_english(a_phone(), server)
    page.goto(server.url + own)
    inside = page.url.removeprefix(server.url)
    found = faults_in_every_look(
        page, server, {"locked": inside, "access": f"{inside}access/", "ask": f"{inside}code/"}
    )
    in_english(page, server).goto(server.url + f"{inside}code/")
    page.get_by_role("button", name="Send me a code").click()
    found |= faults_in_every_look(page, server, {"enter": f"{inside}code/"})
    in_english(page, server).goto(server.url + f"{inside}code/?next=you")
    page.get_by_role("textbox", name="Code").fill(emailed_code())
    page.get_by_role("button", name="Continue").click()
    point = invoice.customer.contact_points.get(kind="email").public_id
    found |= faults_in_every_look(
        page,
        server,
        {
            "details": f"{inside}you/?done=added",
            "confirm": f"{inside}you/{point}/confirm/",
            "invoices": f"{inside}all/",
        },
    )
    page.goto(server.url + dead)
    expire(dead)
    old = f"/link/{link_behind(dead).public_id}/"
    found |= faults_in_every_look(page, server, {"old": old, "asked": f"{old}?asked"})
    payer = a_phone()
    payer.goto(server.url + a_link(invoice, Level.PAY_ONLY, Channel.SHARED))
    found |= faults_in_every_look(payer, server, {"payer": payer.url.removeprefix(server.url)})

    assert found == {}


def test_nothing_of_it_is_wider_than_a_small_phone(server: Server, a_phone: Phone) -> None:
    invoice = an_invoice()
    own = many_links(invoice)
    page = in_english(a_phone(viewport={"width": 320, "height": 640}), server)
    page.goto(server.url + own)
    inside = page.url
    page.goto(f"{inside}code/?next=you")
    prove(page)

    for rest in ("access/", "you/", "all/"):
        page.goto(inside + rest)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, (rest, width)
