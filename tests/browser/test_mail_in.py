"""An answer by e-mail, over real SMTP, appears on both screens while they are looked at."""

import uuid
from typing import Any

from playwright.sync_api import expect

from invoices.history.actors import staff
from messaging.threads import actions
from messaging.threads.models import Thread
from tests.browser.conftest import Server
from tests.browser.test_conversation import DESK, Phone, in_english, is_live, sign_in
from tests.build import a_biller, a_customer, a_link, a_member, an_invoice
from tests.jobs import run_queue
from tests.messaging.mail.answering import DOMAIN, a_mail, a_mail_server


def test_a_mail_over_smtp_comes_in_live_and_nothing_of_it_runs(
    server: Server, a_phone: Phone, settings: Any
) -> None:
    settings.REPLY_DOMAIN = DOMAIN
    fjord = a_biller()
    invoice = an_invoice(a_customer(fjord, "Anna Berg"))
    cia = a_member(fjord)
    actions.post(invoice, "Hi Anna", actor=staff(cia.pk), message_id=uuid.uuid4())
    anna = in_english(a_phone(), server)
    anna.goto(server.url + a_link(invoice))
    desk = sign_in(in_english(a_phone(viewport=DESK), server), server, cia)
    desk.goto(f"{server.url}/staff/fjordfiber/inbox/{Thread.objects.get().public_id}/")
    is_live(anna)
    is_live(desk)

    mail = a_mail(invoice, "Thanks <img src=x onerror=window.ran=1>\n\n> Hi Anna\n")
    mail.add_alternative(
        "<p>Thanks</p><script>window.ran=1</script><img src=x onerror=window.ran=1>", "html"
    )
    with a_mail_server() as smtp:
        assert smtp.send_message(mail) == {}
    run_queue("mail")

    expect(desk.locator(".bubble.them")).to_contain_text("Thanks <img src=x")
    expect(desk.locator(".bubble.them")).not_to_contain_text("Hi Anna")
    expect(anna.locator(".story .bubble.us")).to_contain_text("Thanks <img src=x")
    expect(desk.locator("#panel-queue")).to_contain_text("waited 0 min")
    for page in (anna, desk):
        assert page.evaluate("window.ran") is None
        assert page.locator("main script, main img[src=x]").count() == 0
