"""Both roles by keyboard alone, answers that are taken back, and a server that goes and comes."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from invoices.billers.models import User
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, staff
from messaging.canned.actions import save_reply
from messaging.outbox.models import Held
from messaging.sorting.models import Mention
from messaging.threads import actions
from messaging.threads.models import Message, Thread
from tests.browser.conftest import Server
from tests.browser.test_accessibility import faults
from tests.browser.test_conversation import (
    DESK,
    PHOTO,
    Phone,
    faulty_scripts,
    in_english,
    is_live,
    sign_in,
)
from tests.build import a_biller, a_customer, a_link, a_member, an_invoice
from tests.messaging.cards.build import a_card

INBOX = "/staff/fjordfiber/inbox/"


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server keeps answers back as it does for people; longer, for a busy machine."""
    monkeypatch.setenv("NOTA_UNDO_SEND_S", "20")


def asks(invoice: Invoice, text: str) -> Thread:
    return actions.post(invoice, text, actor=CUSTOMER, message_id=uuid.uuid4()).thread


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Go on by the Tab key until what is looked for has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("it => document.activeElement.matches(it)", selector):
            return
    raise AssertionError(f"the Tab key does not reach {selector}")


def answers_with_a_reply(desk: Page) -> None:
    """From the list to the answer on its way: the first who waits, a reply by its slash, sent."""
    press(desk, "j", "j", "k", "Enter")
    expect(desk.locator("#panel-talk")).to_contain_text("What is this?")
    is_live(desk)
    press(desk, "?")
    expect(desk.locator("#keys")).to_be_visible()
    assert faults(desk) == []
    press(desk, "Escape", "r")
    expect(desk.locator("#keys")).to_be_hidden()
    expect(desk.locator("#message-text")).to_be_focused()
    desk.keyboard.type("/hel")
    expect(desk.locator("#ready-replies [aria-selected=true]")).to_contain_text("Hello Anna")
    assert faults(desk) == []
    press(desk, "Enter")
    expect(desk.locator("#message-text")).to_have_value("Hello Anna, it is the rent.")
    press(desk, "Control+Enter")
    expect(desk.locator("[data-held]")).to_contain_text("Sent in a moment")


def works_through_the_rest(desk: Page, per: User) -> None:
    """A note that names a colleague, put aside and taken back, given away, closed."""
    press(desk, "Escape", "n")
    desk.keyboard.type("@per what do you think?")
    press(desk, "Control+Enter")
    expect(desk.locator(".bubble.note")).to_contain_text("@per what do you think?")
    assert Mention.objects.get().user == per
    press(desk, "Escape", "s")
    expect(desk.locator("#snooze-until")).to_be_focused()
    tab_to(desk, "#snooze-reason")
    desk.keyboard.type("Waits for the warehouse")
    press(desk, "Tab", "Enter")
    expect(desk.locator("#panel-talk header")).to_contain_text("Put aside until")
    press(desk, "s")
    expect(desk.locator("#panel-talk header")).not_to_contain_text("Put aside until")
    press(desk, "a")
    expect(desk.locator("#give-to")).to_be_focused()
    assert faults(desk) == []
    desk.keyboard.type(per.get_full_name())
    press(desk, "Tab", "Enter")
    expect(desk.locator("#panel-talk header")).to_contain_text(f"{per.get_full_name()} owns it")
    press(desk, "e")
    expect(desk.get_by_role("button", name="Open again")).to_be_visible()


@pytest.mark.usefixtures("unhurried")
def test_an_agent_works_by_keyboard_alone_and_no_restart_loses_an_answer(
    server: Server, a_phone: Phone
) -> None:
    fjord = a_biller()
    invoice = an_invoice(a_customer(fjord, "Anna Berg"))
    asks(invoice, "What is this?")
    asks(an_invoice(a_customer(fjord, "Bo Lund")), "And this?")
    cia, per = a_member(fjord, email="cia@example.com"), a_member(fjord, email="per@example.com")
    per.name = "Per Dahl"
    per.save(update_fields=["name"])
    hello = {"nb": "Hello {first_name}, it is the rent."}
    save_reply(fjord, "hello", "Hello", hello, actor=staff(cia.pk))
    anna = in_english(a_phone(), server)
    anna.goto(server.url + a_link(invoice))
    is_live(anna)
    desk = sign_in(in_english(a_phone(viewport=DESK), server), server, cia)
    complaints = faulty_scripts(desk)
    desk.goto(server.url + INBOX)
    is_live(desk)

    # On its way, and taken back: the words stand in the field again, and nothing was sent.
    answers_with_a_reply(desk)
    press(desk, "Escape", "z")
    expect(desk.locator("[data-held]")).to_have_count(0)
    expect(desk.locator("#message-text")).to_have_value("Hello Anna, it is the rent.")
    is_live(desk)
    assert not Message.objects.filter(side="staff").exists()
    assert complaints == []

    # On its way while the server goes down and comes up: sent once, read, and the marks say so.
    press(desk, "r", "Control+Enter")
    expect(desk.locator("[data-held]")).to_contain_text("Sent in a moment")
    server.kill()
    server.start()
    expect(anna.locator(".bubble.them")).to_contain_text("it is the rent.", timeout=60_000)
    expect(desk.locator(".msg.us")).to_have_count(1, timeout=30_000)
    anna.evaluate("document.querySelector('.bubble.them').scrollIntoView()")
    expect(desk.locator(".msg.us")).to_contain_text("Read", timeout=30_000)
    assert Message.objects.filter(side="staff").count() == 1
    assert not Held.objects.exists()

    works_through_the_rest(desk, per)
    assert faults(desk) == []


def test_a_customer_writes_attaches_and_accepts_by_keyboard_alone(
    server: Server, a_phone: Phone
) -> None:
    invoice = an_invoice()
    card = a_card(invoice)
    anna = in_english(a_phone(), server)
    complaints = faulty_scripts(anna)
    anna.goto(server.url + a_link(invoice))
    is_live(anna)

    tab_to(anna, "[data-panel=lines] a[href*='about=line-1']")
    press(anna, "Enter")
    expect(anna.locator("[data-about]")).to_be_visible()
    expect(anna.locator("#message-text")).to_be_focused()
    is_live(anna)
    anna.keyboard.type("Is this right?")
    tab_to(anna, "#message-files", most=4)
    with anna.expect_file_chooser() as chooser:
        press(anna, "Space")
    chooser.value.set_files([PHOTO])  # type: ignore[arg-type]
    expect(anna.locator("[data-chosen] li")).to_have_count(1)
    press(anna, "Shift+Tab", "Enter")  # back to the button that sends
    expect(anna.locator(".bubble.us img")).to_be_visible()
    expect(anna.locator(".bubble.us blockquote")).to_contain_text("Fiber 500")

    tab_to(anna, f"#card-{card.public_id} .btn.main")
    press(anna, "Enter")
    expect(anna.locator(".story .proposal")).to_contain_text("Accepted")
    assert faults(anna) == []
    assert complaints == []


def test_of_two_who_take_a_conversation_one_has_it_and_the_other_is_told(
    server: Server, a_phone: Callable[..., Page]
) -> None:
    fjord = a_biller()
    thread = asks(an_invoice(a_customer(fjord, "Anna Berg")), "Hello")
    cia, per = a_member(fjord, email="cia@example.com"), a_member(fjord, email="per@example.com")
    desks = [
        sign_in(in_english(a_phone(viewport=DESK), server), server, user) for user in (cia, per)
    ]
    for desk in desks:
        desk.goto(f"{server.url}{INBOX}{thread.public_id}/")
        is_live(desk)
        # What the other one does is not seen yet: for both, nobody owns it.
        desk.route("**/panels/**", lambda route: route.abort())

    answers = []
    for desk in desks:
        with desk.expect_response("**/assign/") as answer:
            press(desk, "t")
        answers.append(answer.value.status)
    assert answers == [204, 422]
    refused = desks[1].locator("#panel-talk header [data-error]")
    expect(refused).to_contain_text("has the conversation by now.")
    for desk in desks:
        desk.unroute("**/panels/**")
        desk.reload()
    thread.refresh_from_db()

    assert thread.owner == cia
    expect(desks[0].get_by_text("You own it")).to_be_visible()
    expect(desks[1].locator("#panel-talk header")).to_contain_text(f"{cia.get_full_name()} owns it")


def test_what_a_message_asks_about_is_one_click_away_for_both(
    server: Server, a_phone: Phone
) -> None:
    fjord = a_biller()
    invoice = an_invoice(a_customer(fjord, "Anna Berg"))
    anna = in_english(a_phone(), server)
    anna.goto(server.url + a_link(invoice))
    is_live(anna)

    anna.locator(".story a[href*='about=event-']").first.click()
    expect(anna.locator("#message-text")).to_be_focused()
    quoted = anna.locator("[data-about] blockquote").inner_text()
    anna.keyboard.type("What does this mean?")
    press(anna, "Control+Enter")
    quote = anna.locator(".bubble.us blockquote a")
    expect(quote).to_have_text(quoted)
    quote.click()
    target = anna.url.split("#")[1]
    expect(anna.locator(f"[id='{target}']")).to_be_in_viewport()

    desk = sign_in(in_english(a_phone(viewport=DESK), server), server, a_member(fjord))
    desk.goto(f"{server.url}{INBOX}{Thread.objects.get().public_id}/")
    quote = desk.locator(".bubble.them blockquote a")
    expect(quote).to_have_text(quoted)
    quote.click()
    expect(desk.locator(f"[id='{desk.url.split('#')[1]}']")).to_be_in_viewport()
