"""The rest of the conversation in real browsers: files, answers, and the last tap."""

import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect

from invoices.history.actors import SYSTEM, staff
from messaging.faq.actions import write_answer
from messaging.satisfaction.models import Rating
from messaging.threads import actions
from messaging.threads.models import Message, Thread
from tests.browser.conftest import Server
from tests.browser.test_accessibility import faults
from tests.browser.test_conversation import (
    DESK,
    faulty_scripts,
    in_english,
    is_live,
    sign_in,
)
from tests.build import a_biller, a_customer, a_link, a_member, an_invoice
from tests.messaging.files.samples import PDF, SVG, a_photo

type Phone = Callable[..., Page]

PHOTO = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": a_photo("HEIF")}
PAPER = {"name": "kvittering.pdf", "mimeType": "application/pdf", "buffer": PDF}
DRAWING = {"name": "drawing.svg", "mimeType": "image/svg+xml", "buffer": SVG}


def test_files_go_both_ways_and_what_cannot_be_sent_says_so(server: Server, a_phone: Phone) -> None:
    fjord = a_biller()
    invoice = an_invoice(a_customer(fjord, "Anna Berg"))
    anna = in_english(a_phone(), server)
    complaints = faulty_scripts(anna)
    anna.goto(server.url + a_link(invoice))
    is_live(anna)

    # One of two cannot be sent: nothing is, and both are there to choose from.
    anna.fill("#message-text", "Look at this")
    anna.set_input_files("#message-files", [PHOTO, DRAWING])  # type: ignore[arg-type]
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.locator("[data-composer] [data-error]")).to_contain_text("“drawing.svg” cannot be")
    expect(anna.locator("#message-text")).to_have_value("Look at this")
    assert not Message.objects.exists()
    complaints.clear()  # the browser notes the refusal

    anna.get_by_role("button", name="Do not send drawing.svg").click()
    expect(anna.locator("[data-chosen] li")).to_have_count(1)
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.locator(".bubble.us img")).to_be_visible()
    expect(anna.locator("[data-chosen]")).to_be_hidden()
    picture = anna.locator(".bubble.us img")
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 320
    with anna.expect_download() as download:
        anna.get_by_role("link", name="IMG_1.jpg").click()
    assert download.value.suggested_filename == "IMG_1.jpg"
    assert faults(anna) == []

    desk = sign_in(in_english(a_phone(viewport=DESK), server), server, a_member(fjord))
    desk.goto(f"{server.url}/staff/fjordfiber/inbox/{Thread.objects.get().public_id}/")
    is_live(desk)
    expect(desk.locator(".bubble.them img")).to_be_visible()
    desk.set_input_files("#message-files", [PAPER])  # type: ignore[arg-type]
    desk.locator("[data-composer] .btn.main").click()
    expect(desk.locator(".bubble.us .files")).to_contain_text("kvittering.pdf")
    expect(anna.locator(".bubble.them .files")).to_contain_text("kvittering.pdf")
    assert complaints == []


def test_an_answer_on_file_can_make_the_message_needless(server: Server, a_phone: Phone) -> None:
    fjord = a_biller()
    write_answer(
        fjord, "en", "Can I postpone the payment?", "Yes, move the due date.", actor=SYSTEM
    )
    invoice = an_invoice(a_customer(fjord))
    anna = in_english(a_phone(), server)
    anna.goto(server.url + a_link(invoice))
    is_live(anna)

    anna.locator("#message-text").press_sequentially("May I postpone this payment")
    found = anna.locator("[data-answers]")
    expect(found).to_contain_text("Can I postpone the payment?")
    found.locator("summary").click()
    expect(found).to_contain_text("Yes, move the due date.")
    assert faults(anna) == []
    found.get_by_role("button", name="That answers it").click()

    expect(anna.locator("#message-text")).to_have_value("")
    expect(found).to_be_empty()
    assert not Message.objects.exists()


def test_after_the_closing_one_tap_by_keyboard_alone(server: Server, a_phone: Phone) -> None:
    fjord = a_biller()
    invoice = an_invoice(a_customer(fjord))
    agent = staff(a_member(fjord).pk)
    anna = in_english(a_phone(), server)
    anna.goto(server.url + a_link(invoice))
    is_live(anna)

    # Write and send with nothing but keys.
    anna.locator("#message-text").focus()
    anna.keyboard.type("Hello")
    anna.keyboard.press("Control+Enter")
    expect(anna.locator(".bubble.us")).to_contain_text("Hello")
    actions.post(invoice, "Hi", actor=agent, message_id=uuid.uuid4())
    expect(anna.locator(".bubble.them")).to_contain_text("Hi")
    actions.close(Thread.objects.get(), actor=agent)

    good = anna.get_by_role("button", name="Good", exact=True)
    expect(good).to_be_visible()
    good.focus()
    anna.keyboard.press("Enter")
    words = anna.get_by_label("Would you like to say why?")
    expect(words).to_be_visible()
    words.focus()
    anna.keyboard.type("Fast")
    anna.keyboard.press("Tab")
    anna.keyboard.press("Enter")
    expect(anna.locator("#panel-satisfaction blockquote")).to_contain_text("Fast")
    rating = Rating.objects.get()
    assert (rating.score, rating.words) == ("good", "Fast")
    assert faults(anna) == []


def test_what_arrives_is_read_out_in_the_order_it_was_written(
    server: Server, a_phone: Phone
) -> None:
    invoice = an_invoice()
    agent = staff(a_member(invoice.biller).pk)
    anna = in_english(a_phone(), server)
    anna.goto(server.url + a_link(invoice))
    is_live(anna)

    anna.context.set_offline(True)
    expect(anna.locator("[data-live-sign]")).to_have_attribute("data-state", "reconnecting")
    for text in ("First", "Second"):
        actions.post(invoice, text, actor=agent, message_id=uuid.uuid4())
    anna.context.set_offline(False)

    # Both came while the socket was gone: read out oldest first, though the newest stands on top.
    expect(anna.locator("[data-announcer]")).to_contain_text("First", timeout=20_000)
    said = anna.locator("[data-announcer]").inner_text()
    assert said.index("First") < said.index("Second")
    stream = anna.locator(".story .bubble.them .words").all_inner_texts()
    assert [words.strip() for words in stream[:2]] == ["Second", "First"]
    expect(anna.locator("#panel-messages")).to_match_aria_snapshot(
        """
        - heading /Your conversation with|Write to/ [level=2]
        - textbox "Your message"
        - button "Send"
        """
    )
