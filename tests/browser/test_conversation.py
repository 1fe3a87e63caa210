"""The conversation as people have it: Anna on a phone, Cia at a desk, a stranger beside them."""

import json
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from invoices.billers.models import User
from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.history.actors import staff
from messaging.canned.actions import save_reply
from messaging.files.models import Attachment
from messaging.satisfaction.models import Rating
from messaging.threads.models import Message, Thread
from tests.browser.conftest import Server
from tests.browser.test_accessibility import faults, faults_in_every_look
from tests.build import a_biller, a_customer, a_link, a_member, an_invoice
from tests.messaging.files.samples import a_photo

type Phone = Callable[..., Page]

SIGN = "[data-live-sign]"
DESK = {"width": 1440, "height": 900}
PHOTO = {"name": "ruter.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}

# What a browser is answered, as the page itself would ask: with its cookies and its token.
ASK = """async ([method, path]) => (await fetch(path, {
    method, redirect: "manual",
    headers: { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
})).status"""
# Whether a socket opens, and with which code it is closed where it does not.
LISTEN = """token => new Promise((done) => {
    const socket = new WebSocket(`ws://${location.host}/ws/page/?token=${token}`);
    socket.onopen = () => { socket.close(); done("open"); };
    socket.onclose = (event) => done(event.code);
})"""


def in_english(page: Page, server: Server) -> Page:
    cookie = {"name": "nota_language", "value": "en", "url": server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict is what it takes
    return page


def sign_in(page: Page, server: Server, user: User) -> Page:
    page.goto(f"{server.url}/staff/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", "password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/*/")
    return page


def is_live(page: Page) -> None:
    expect(page.locator(SIGN)).to_have_attribute("data-state", "live")


def say(page: Page, words: str) -> None:
    page.fill("#message-text", words)
    page.locator("[data-composer] .btn.main").click()


def faulty_scripts(page: Page) -> list[str]:
    """What the page's console complains of from now on."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda line: found.append(line.text) if line.type == "error" else None)
    return found


def what_it_hears(page: Page, url: str) -> list[str]:
    """The names of panels that the socket of the page at ``url`` brings; pulses name none."""
    heard: list[str] = []

    def note(frame: str | bytes) -> None:
        heard.extend(json.loads(frame).get("panels", ()))

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    page.goto(url)
    is_live(page)
    return heard


def send_a_photo(anna: Page, desk: Page) -> None:
    """A picture from Anna's phone, seen at Cia's desk."""
    anna.set_input_files("#message-files", [PHOTO])  # type: ignore[arg-type]
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.locator(".bubble.us img")).to_be_visible()
    seen = desk.locator(".bubble.them img")
    expect(seen).to_be_visible(timeout=5_000)
    expect(seen).to_have_js_property("complete", True)
    assert seen.evaluate("image => image.naturalWidth") > 0


def say_how_it_was(anna: Page, desk: Page) -> None:
    """One tap after the closing, which the desk sees."""
    anna.get_by_role("button", name="Good", exact=True).click()
    expect(anna.locator("#panel-satisfaction")).to_contain_text("You said: Good")
    expect(desk.locator("#panel-said")).to_contain_text("This customer said: Good", timeout=5_000)
    assert Rating.objects.get().score == "good"


def is_nobodys_business_of(stranger: Page, invoice: Invoice, desk: Page, anna: Page) -> None:
    """Signed in at another biller: no address of this conversation is there, and no socket."""
    thread = f"/staff/fjordfiber/inbox/{Thread.objects.get().public_id}/"
    page, customers = (f"{at}/invoice/{invoice.public_id}/" for at in ("/staff/fjordfiber", ""))
    photo = f"files/{Attachment.objects.get().public_id}/"
    for_staff = [
        *("/staff/fjordfiber/inbox/", "/staff/fjordfiber/inbox/panels/"),
        *(thread, f"{thread}panels/", f"{thread}replies/", f"{thread}propose/due-date/"),
        *(page, f"{page}panels/", f"{page}{photo}", f"{page}{photo}small/"),
    ]
    for_anna = [
        *(customers, f"{customers}panels/"),
        *(f"{customers}messages/{photo}", f"{customers}messages/{photo}small/"),
    ]
    acts = ["write", "draft", "assign", "state", "seen", "propose/due-date"]
    looks = [("GET", path) for path in (*for_staff, *for_anna)]
    asked = looks + [("POST", f"{thread}{act}/") for act in acts]
    stranger.goto(desk.url.split("/staff/")[0] + "/staff/norrsken/inbox/")
    is_live(stranger)
    own = stranger.locator("[data-live]").get_attribute("data-token") or ""
    theirs = [
        page.locator("[data-live]").get_attribute("data-token") or "" for page in (desk, anna)
    ]
    assert all((own, *theirs))

    assert [desk.evaluate(ASK, ["GET", path]) for path in for_staff] == [200] * len(for_staff)
    assert [anna.evaluate(ASK, ["GET", path]) for path in for_anna] == [200] * len(for_anna)
    answers = {way: stranger.evaluate(ASK, list(way)) for way in asked}
    assert {way: status for way, status in answers.items() if status != 404} == {}
    # The rights of others under the stranger's own signature, no rights, and rights made up.
    forged = [f"{token.split(':')[0]}:{own.split(':', 1)[1]}" for token in theirs]
    assert [stranger.evaluate(LISTEN, token) for token in (*forged, "", "x")] == [1006] * 4
    assert stranger.evaluate(LISTEN, own) == "open"  # so it is the refusal that was seen


def note_then_give_away_and_close(desk: Page, to: User) -> None:
    desk.get_by_label("Note, for staff only").check()
    say(desk, "Offered a year before")
    expect(desk.locator(".bubble.note")).to_contain_text("Offered a year before")
    desk.locator("#give-menu summary").click()
    desk.get_by_label("Who should have it?").select_option(to.email)
    desk.get_by_role("button", name="Give", exact=True).click()
    expect(desk.locator("#panel-talk header")).to_contain_text(f"{to.get_full_name()} owns it")
    desk.locator("#panel-talk").get_by_role("button", name="Close").click()


def propose_and_accept(desk: Page, anna: Page, invoice: Invoice) -> None:
    """A new due date, on both screens: proposed, accepted with one tap, and the invoice changed."""
    to_on = (invoice.due_on + timedelta(days=9)).isoformat()
    desk.get_by_role("link", name="A new due date").click()
    desk.fill("#id_cards-to_on", to_on)
    desk.fill("#id_cards-reason", "Does this suit you?")
    desk.get_by_role("button", name="Continue").click()
    desk.get_by_role("button", name="Send the proposal").click()
    expect(desk.locator(".flow .proposal")).to_contain_text("Waits for the customer")
    expect(anna.get_by_role("link", name="A proposal from Fjordfiber")).to_be_visible(timeout=5_000)
    anna.locator(".story .proposal").get_by_role("button", name="Accept").click()
    expect(anna.locator(".story .proposal")).to_contain_text("Accepted")
    expect(anna.locator(".story")).to_contain_text("The due date moved from")
    expect(desk.locator(".flow .proposal")).to_contain_text("Accepted", timeout=5_000)
    invoice.refresh_from_db()
    assert invoice.due_on.isoformat() == to_on


def test_they_write_to_each_other_and_a_stranger_sees_nothing(
    server: Server, a_phone: Phone
) -> None:
    fjord = a_biller()
    invoice = an_invoice(a_customer(fjord, "Anna Berg"))
    cia, per = a_member(fjord, email="cia@example.com"), a_member(fjord, email="per@example.com")
    dag = a_member(a_biller("norrsken", "SE"), Role.ADMIN, "dag@example.com")
    anna = in_english(a_phone(has_touch=True), server)
    desk = sign_in(in_english(a_phone(viewport=DESK), server), server, cia)
    stranger = sign_in(in_english(a_phone(viewport=DESK), server), server, dag)
    complaints = faulty_scripts(anna), faulty_scripts(desk)
    heard = what_it_hears(stranger, f"{server.url}/staff/norrsken/inbox/")
    desk.goto(f"{server.url}/staff/fjordfiber/inbox/")
    expect(desk.locator("#panel-queue")).to_contain_text("Nobody waits")
    is_live(desk)

    # Anna asks about a line; it stands in the inbox at once.
    anna.goto(server.url + a_link(invoice))
    is_live(anna)
    anna.get_by_role("link", name="Ask about “Fiber 500”").click()
    expect(anna.locator("[data-about]")).to_contain_text("Fiber 500")
    say(anna, "Is this for <b>one</b> month? See https://example.com/x 🙂")
    expect(anna.locator(".bubble.us")).to_contain_text("Is this for <b>one</b> month?")
    expect(anna.locator("#message-text")).to_have_value("")
    row = desk.get_by_role("link", name="Anna Berg")
    expect(row).to_contain_text("waited 0 min", timeout=3_000)
    assert desk.title().startswith("(1) ")

    # Cia opens it: Anna is told that it was read, and goes on waiting.
    row.click()
    expect(desk.locator(".bubble.them blockquote")).to_contain_text("Fiber 500")
    expect(desk.locator(".bubble.them .words a")).to_have_attribute(
        "rel", "nofollow noopener noreferrer ugc"
    )
    is_live(desk)
    expect(anna.locator(".story .entry:has(.bubble.us)")).to_contain_text("Read")
    assert Thread.objects.get().waiting_since is not None

    # Each sees that the other is writing.
    anna.locator("#message-text").press_sequentially("Wa")
    expect(desk.locator("[data-typing-sign]")).to_contain_text("Anna Berg is writing")
    desk.locator("#message-text").press_sequentially("Hi")
    expect(anna.locator("[data-typing-sign]")).to_contain_text("Fjordfiber is writing")
    expect(anna.locator("#message-text")).to_have_value("Wa")

    # Cia answers while Anna types: the answer comes in, and her draft stays, also over a reload.
    say(desk, "Hi Anna! Every month.")
    expect(anna.locator(".bubble.them")).to_contain_text("Every month.", timeout=3_000)
    expect(anna.locator("#message-text")).to_have_value("Wa")
    anna.reload()
    expect(anna.locator("#message-text")).to_have_value("Wa")
    anna.fill("#message-text", "")
    anna.locator(".bubble.them").scroll_into_view_if_needed()
    expect(desk.locator(".msg.us").first).to_contain_text("Read")
    expect(desk.get_by_text("You own it")).to_be_visible()
    assert Thread.objects.get().waiting_since is None

    send_a_photo(anna, desk)
    propose_and_accept(desk, anna, invoice)
    note_then_give_away_and_close(desk, per)
    expect(anna.locator(".story")).to_contain_text("The conversation was closed.")
    say_how_it_was(anna, desk)
    assert "Offered a year" not in anna.content()
    assert [faults(anna), faults(desk)] == [[], []]

    # Dag works for another biller: his inbox heard nothing, and nothing of this is there for him.
    assert heard == []
    is_nobodys_business_of(stranger, invoice, desk, anna)
    assert "Anna Berg" not in stranger.content()
    assert complaints == ([], [])


def test_what_was_written_without_a_network_is_sent_once_when_it_is_back(
    server: Server, a_phone: Phone
) -> None:
    invoice = an_invoice()
    anna = in_english(a_phone(), server)
    anna.goto(server.url + a_link(invoice))
    is_live(anna)

    anna.context.set_offline(True)
    say(anna, "Are you there?")
    expect(anna.locator("[data-composer] [data-error]")).to_contain_text("No connection")
    expect(anna.locator("#message-text")).to_have_value("Are you there?")
    anna.context.set_offline(False)

    expect(anna.locator(".bubble.us")).to_contain_text("Are you there?", timeout=15_000)
    expect(anna.locator("#message-text")).to_have_value("")
    assert Message.objects.count() == 1


def test_what_was_sent_while_the_server_was_down_comes_when_it_is_up(
    server: Server, a_phone: Phone
) -> None:
    invoice = an_invoice()
    anna = in_english(a_phone(), server)
    anna.goto(server.url + a_link(invoice))
    is_live(anna)

    server.kill()
    say(anna, "Hello?")
    expect(anna.locator("[data-composer] [data-error]")).to_contain_text("No connection")
    server.start()

    expect(anna.locator(".bubble.us")).to_contain_text("Hello?", timeout=30_000)
    assert Message.objects.count() == 1


def test_the_conversation_works_without_scripts(server: Server, a_phone: Phone) -> None:
    fjord = a_biller()
    invoice = an_invoice(a_customer(fjord, "Anna Berg"))
    anna = in_english(a_phone(java_script_enabled=False), server)
    anna.goto(server.url + a_link(invoice))

    say(anna, "Without a script")
    expect(anna.locator(".bubble.us")).to_contain_text("Without a script")

    plain = a_phone(viewport=DESK, java_script_enabled=False)
    cia = a_member(fjord)
    neither = {"nb": "Neither do I, {first_name}"}
    save_reply(fjord, "neither", "Neither", neither, actor=staff(cia.pk))
    desk = sign_in(in_english(plain, server), server, cia)
    desk.goto(f"{server.url}/staff/fjordfiber/inbox/")
    desk.get_by_role("link", name="Anna Berg").click()
    desk.get_by_role("link", name="Replies that stand ready").click()
    desk.get_by_role("link", name="Answer with “Neither”").click()
    expect(desk.locator("#message-text")).to_have_value("Neither do I, Anna")
    desk.locator("[data-composer] .btn.main").click()
    expect(desk.locator(".bubble.us")).to_contain_text("Neither do I, Anna")
    desk.locator("#panel-talk").get_by_role("button", name="Close").click()
    expect(desk.get_by_role("button", name="Open again")).to_be_visible()


def test_the_inbox_is_clean_for_everybody(server: Server, a_phone: Phone) -> None:
    fjord = a_biller()
    invoice = an_invoice(a_customer(fjord, "Anna Berg"))
    desk = sign_in(a_phone(viewport=DESK), server, a_member(fjord))
    anna = in_english(a_phone(), server)
    anna.goto(server.url + a_link(invoice))
    say(anna, "Hello")
    expect(anna.locator(".bubble.us")).to_contain_text("Hello")
    inbox = "/staff/fjordfiber/inbox/"
    thread = f"{inbox}{Thread.objects.get().public_id}/"

    paths = {"thread": thread, "list": inbox, "nothing": f"{inbox}?q=nothing"}

    assert faults_in_every_look(desk, server, paths) == {}
