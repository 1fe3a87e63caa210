"""Whatever one side writes into a field, nothing of it runs or loads on the other's screen."""

import uuid
from datetime import timedelta

from playwright.sync_api import Page, expect

from invoices import clock
from invoices.billers.models import Biller, User
from invoices.documents.actions import credit_invoice
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, SYSTEM, staff
from messaging.canned.actions import Steps, save_macro, save_reply
from messaging.cards import actions as cards
from messaging.cards.states import What
from messaging.faq.actions import write_answer
from messaging.files.checks import check_all
from messaging.incidents.actions import begin_incident, gather
from messaging.satisfaction.actions import add_words, rate
from messaging.satisfaction.states import Score
from messaging.sorting import actions as sorting
from messaging.teams.actions import save_team, set_team
from messaging.threads import actions
from messaging.threads.models import Thread
from tests.browser.conftest import Server
from tests.browser.test_conversation import DESK, Phone, in_english, is_live, say, sign_in
from tests.build import a_biller, a_customer, a_line, a_link, a_member, an_invoice
from tests.messaging.cards.build import a_card, terms_of
from tests.messaging.files.samples import PDF

# Each would run, load or break out somewhere if it came out as it went in.
EVIL = [
    "<script>window.ran=1</script>",
    '"><img src=x onerror="window.ran=1">',
    "'><svg/onload=window.ran=1>",
    "</textarea><img src=x onerror=window.ran=1>",
    "javascript:window.ran=1//http://x.no",
    "{{ 7|add:7 }}<details open ontoggle=window.ran=1>",
]
ALL = " ".join(EVIL)
SHORT = EVIL[1]  # fits into names


def written_by_both(invoice: Invoice, cia: User) -> None:
    """Messages with a quote and a file, a note, a proposal that waits."""
    for number, actor in enumerate((CUSTOMER, staff(cia.pk))):
        files = check_all([(f"{EVIL[1]}.pdf".replace("/", ""), PDF)])
        for text in (*EVIL, ALL):
            about = "line-1" if number == 0 else ""
            actions.post(
                invoice, text, actor=actor, message_id=uuid.uuid4(), about=about, files=files
            )
    actions.note(invoice, ALL, actor=staff(cia.pk), message_id=uuid.uuid4())
    card = a_card(invoice, What.MOVE)
    cards.withdraw(card.pk, actor=staff(cia.pk))
    a_card(invoice, What.CREDIT, **terms_of(invoice, What.CREDIT) | {"text": ALL[:100]})


def put_on_by_staff(fjord: Biller, thread: Thread, cia: User) -> None:
    """Tag, team, incident, replies and macros, and why it is put aside."""
    actor = staff(cia.pk)
    sorting.tag_thread(thread, sorting.make_tag(fjord, SHORT, actor=actor), actor=actor)
    team = save_team(fjord, SHORT, [cia], gives_out=False, actor=actor)
    set_team(thread, team, actor=actor)
    gather(begin_incident(fjord, ALL[:110], actor=actor), [thread], actor=actor)
    words = " ".join(EVIL[:-1])  # braces are variables there, and refused
    reply = save_reply(fjord, "evil", SHORT, {"nb": words, "en": words}, actor=actor)
    save_macro(fjord, SHORT, Steps(reply=reply), actor=actor)
    sorting.snooze(thread, clock.now() + timedelta(days=1), ALL[:200], actor=actor)


def closed_and_rated(invoice: Invoice, cia: User) -> Thread:
    """A conversation with a proposal that was declined with words, and words after its closing."""
    card = a_card(invoice)
    cards.decline(card.pk, ALL[:300], actor=CUSTOMER)
    thread = Thread.objects.get(invoice=invoice)
    actions.close(thread, actor=staff(cia.pk))
    rate(invoice, Score.BAD, actor=CUSTOMER)
    add_words(invoice, ALL, actor=CUSTOMER)
    return thread


def nothing_ran(page: Page) -> None:
    assert page.evaluate("window.ran") is None, page.url
    assert page.locator("main script, main img[src=x], main svg[onload]").count() == 0, page.url
    assert page.locator("main a[href^='javascript']").count() == 0, page.url
    assert page.locator("main [onerror], main [ontoggle]").count() == 0, page.url


def test_no_field_of_one_side_runs_anything_on_the_other(server: Server, a_phone: Phone) -> None:
    fjord = a_biller()
    write_answer(fjord, "en", f"postpone {EVIL[1]}"[:200], ALL, actor=SYSTEM)
    customer = a_customer(fjord, f"Anna {EVIL[1]}")
    invoice, second = an_invoice(customer, a_line(text=f"Fiber {EVIL[0]}")), an_invoice(customer)
    cia = a_member(fjord, email="cia@example.com")
    cia.name = f"Cia{EVIL[2]}"
    cia.save(update_fields=["name"])
    credit_invoice(invoice.pk, [a_line(100)], reason=ALL, actor=SYSTEM)
    written_by_both(invoice, cia)
    thread = Thread.objects.get(invoice=invoice)
    put_on_by_staff(fjord, thread, cia)
    rated = closed_and_rated(second, cia)
    anna = in_english(a_phone(), server)
    desk = sign_in(in_english(a_phone(viewport=DESK), server), server, cia)
    inbox = f"{server.url}/staff/fjordfiber/inbox/"

    # Live: what arrives while the page is open is as harmless as what it came with.
    anna.goto(server.url + a_link(invoice))
    is_live(anna)
    anna.locator("#message-text").press_sequentially("May I postpone it")
    expect(anna.locator("[data-answers]")).to_contain_text("postpone")
    anna.locator("[data-answers] summary").click()
    desk.goto(f"{inbox}{thread.public_id}/")
    is_live(desk)
    say(anna, ALL)
    expect(desk.locator(".bubble.them").last).to_contain_text("window.ran=1")
    desk.locator("#message-text").press_sequentially("/evil")
    expect(desk.locator("#ready-replies")).to_contain_text("window.ran=1")
    nothing_ran(anna)
    nothing_ran(desk)

    elsewhere = (f"{inbox}{rated.public_id}/", f"{inbox}?view=snoozed", f"{inbox}incidents/")
    staffs = f"{server.url}/staff/fjordfiber/invoice/{invoice.public_id}/"
    for url in (*elsewhere, f"{inbox}{thread.public_id}/replies/", staffs):
        assert desk.goto(url).status == 200, url  # type: ignore[union-attr]
        assert "window.ran" in desk.content(), url
        nothing_ran(desk)
    anna.goto(server.url + a_link(second))
    expect(anna.locator(".story")).to_contain_text("window.ran=1")
    nothing_ran(anna)
