"""Cards in browsers: proposed beside the thread, answered by plain forms, seen by both sides."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from invoices import clock
from invoices.billers.areas import Area
from invoices.billers.models import Biller, User
from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER
from messaging.cards import actions
from messaging.cards.models import Card
from messaging.cards.states import CardState, What
from messaging.threads.actions import begin
from messaging.threads.models import Message, Thread
from tests.build import a_biller, a_customer, a_link, a_member, an_invoice
from tests.messaging.cards.build import a_card, an_agent

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def customer_of(invoice: Invoice) -> Client:
    client = Client()
    client.cookies["nota_language"] = "en"
    client.get(a_link(invoice))
    return client


def agent_of(invoice: Invoice, role: Role = Role.AGENT) -> tuple[Client, User]:
    user, client = a_member(invoice.biller, role), Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["nota_language"] = "en"
    return client, user


def url(card: Card, end: str) -> str:
    return f"/invoice/{card.thread.invoice.public_id}/proposals/{card.public_id}/{end}/"


def test_the_customer_sees_the_figures_and_accepts_with_one_form() -> None:
    invoice = an_invoice()
    card = a_card(invoice, What.CREDIT)
    anna = customer_of(invoice)
    page = f"/invoice/{invoice.public_id}/"

    before = anna.get(page).text
    answer = anna.post(url(card, "accept"))
    after = anna.get(page).text

    assert "A proposal from Fjordfiber" in before
    assert "Credit of NOK\u00a0100.00" in before
    assert "before: " in before
    assert f'action="{url(card, "accept")}"' in before
    assert (answer.status_code, answer["Location"]) == (303, f"{page}#card-{card.public_id}")
    assert "The proposal was accepted." in after
    assert "A proposal from" not in after
    assert url(card, "accept") not in after


def test_a_script_gets_204_and_a_late_answer_its_sentence() -> None:
    invoice = an_invoice()
    card = a_card(invoice)
    anna = customer_of(invoice)

    assert anna.post(url(card, "accept"), headers=HTMX).status_code == 204
    assert anna.post(url(card, "accept"), headers=HTMX).status_code == 204
    late = anna.post(url(card, "decline"), headers=HTMX)

    assert (late.status_code, late.text) == (422, "The proposal was accepted already.")
    # A form is led back, where the card itself says so.
    assert anna.post(url(card, "decline")).status_code == 303


def test_looking_at_an_address_that_acts_does_nothing() -> None:
    invoice = an_invoice()
    card = a_card(invoice)
    anna = customer_of(invoice)

    assert {anna.get(url(card, end)).status_code for end in ("accept", "decline")} == {405}

    assert Card.objects.get().state == CardState.PROPOSED


def test_a_card_of_another_invoice_is_not_found_here() -> None:
    invoice = an_invoice()
    other = an_invoice(invoice.customer)
    card = a_card(other)
    anna = customer_of(invoice)

    for end in ("accept", "decline"):
        here = f"/invoice/{invoice.public_id}/proposals/{card.public_id}/{end}/"
        assert anna.post(here).status_code == 404
        assert anna.post(url(card, end)).status_code == 404  # this browser has no link to it
    assert Card.objects.get().state == CardState.PROPOSED


def test_a_no_with_a_word_stands_in_the_thread() -> None:
    invoice = an_invoice()
    card = a_card(invoice)

    customer_of(invoice).post(url(card, "decline"), {"text": "Heller den 15."})

    assert Card.objects.get().state == CardState.DECLINED
    assert Message.objects.last().text == "Heller den 15."  # type: ignore[union-attr]


def test_where_changes_take_a_code_accepting_leads_to_it() -> None:
    invoice = an_invoice()
    Biller.objects.update(link_code_for=[Area.CHANGES])
    card = a_card(invoice)
    anna = customer_of(invoice)

    plain, script = anna.post(url(card, "accept")), anna.post(url(card, "accept"), headers=HTMX)

    assert plain["Location"].startswith(f"/invoice/{invoice.public_id}/code/")
    assert script["HX-Redirect"] == plain["Location"]
    assert Card.objects.get().state == CardState.PROPOSED


def test_where_only_the_story_takes_a_code_the_card_stands_on_top() -> None:
    invoice = an_invoice()
    Biller.objects.update(link_code_for=[Area.HISTORY])
    card = a_card(invoice)

    page = customer_of(invoice).get(f"/invoice/{invoice.public_id}/").text

    assert page.count(f'action="{url(card, "accept")}"') == 1


def test_where_messages_take_a_code_nothing_of_the_card_is_shown() -> None:
    invoice = an_invoice()
    Biller.objects.update(link_code_for=[Area.MESSAGES])
    card = a_card(invoice)

    page = customer_of(invoice).get(f"/invoice/{invoice.public_id}/").text

    assert str(card.public_id) not in page
    assert "A proposal from" not in page


def test_the_invoice_as_it_stood_offers_nothing() -> None:
    invoice = an_invoice()
    card = a_card(invoice)

    then = (clock.now() - timedelta(seconds=0)).isoformat().replace("+", "%2B")
    page = customer_of(invoice).get(f"/invoice/{invoice.public_id}/?as_of={then}").text

    assert url(card, "accept") not in page


def thread_url(invoice: Invoice, user: User) -> str:
    thread = begin(invoice, actor=an_agent(invoice))
    return f"/staff/{invoice.biller.slug}/inbox/{thread.public_id}/"


def test_an_agent_proposes_by_form_preview_and_confirmation() -> None:
    invoice = an_invoice()
    client, user = agent_of(invoice)
    thread = thread_url(invoice, user)
    to_on = (clock.today() + timedelta(days=40)).isoformat()

    offered = client.get(thread).text
    form = client.get(f"{thread}propose/due-date/").text
    made = re.search(r'name="cards-request_id" value="([0-9a-f-]+)"', form)
    assert made
    fields = {
        "cards-request_id": made[1],
        "cards-to_on": to_on,
        "cards-reason": "Går det bra med denne dagen?",
    }
    preview = client.post(f"{thread}propose/due-date/", fields)
    sent = client.post(f"{thread}propose/due-date/", {**fields, "confirm": "1"})
    again = client.post(f"{thread}propose/due-date/", {**fields, "confirm": "1"})

    assert f"{thread}propose/due-date/" in offered
    assert "Vi foreslår dette." in form  # in the customer's language
    assert "If the customer accepts" in preview.text
    assert "Forfallsdatoen" in preview.text
    assert [a.status_code for a in (preview, sent, again)] == [200, 303, 303]
    card = Card.objects.get()
    assert (card.terms, card.reason) == ({"to_on": to_on}, "Går det bra med denne dagen?")
    assert card.proposed_by == user
    invoice.refresh_from_db()
    assert invoice.due_on == invoice.issued_due_on
    assert "Take it back" in client.get(thread).text


@pytest.mark.parametrize("end", ["due-date", "split", "credit"])
def test_a_form_without_what_it_needs_is_refused_with_its_words(end: str) -> None:
    invoice = an_invoice()
    client, user = agent_of(invoice)
    thread = thread_url(invoice, user)

    empty = client.post(f"{thread}propose/{end}/", {"confirm": "1"}, headers=HTMX)

    assert empty.status_code == 422
    assert 'id="panel-cards"' in empty.text
    assert "Write why, in a few words." in empty.text
    assert not Card.objects.exists()


def test_nothing_is_proposed_on_an_invoice_with_nothing_left() -> None:
    invoice = an_invoice()
    client, user = agent_of(invoice)
    thread = thread_url(invoice, user)
    accepted = a_card(invoice, What.CREDIT, text="Faktura", amount_minor=invoice.total_minor)
    actions.accept(accepted.pk, actor=CUSTOMER)

    page = client.get(thread).text
    answer = client.post(f"{thread}propose/due-date/", {"confirm": "1"})

    assert "There is nothing to propose" in page
    assert answer.status_code == 422


def test_an_agent_takes_a_proposal_back_and_the_customer_is_told() -> None:
    invoice = an_invoice()
    client, _user = agent_of(invoice)
    card = a_card(invoice)
    where = f"/staff/{invoice.biller.slug}/inbox/{card.thread.public_id}/card"

    assert client.post(f"{where}/{card.public_id}/withdraw/").status_code == 303
    assert client.post(f"{where}/{uuid.uuid4()}/withdraw/").status_code == 404

    assert Card.objects.get().state == CardState.WITHDRAWN
    assert "Taken back" in customer_of(invoice).get(f"/invoice/{invoice.public_id}/").text


def test_who_answers_no_customers_or_works_elsewhere_proposes_nothing() -> None:
    invoice = an_invoice()
    agent = an_agent(invoice)
    card = a_card(invoice, agent=agent)
    thread = f"/staff/{invoice.biller.slug}/inbox/{card.thread.public_id}/"
    finance, _ = agent_of(invoice, Role.FINANCE)
    elsewhere, _ = agent_of(an_invoice(a_customer(a_biller("norrsken", "SE"))), Role.ADMIN)

    for client in (finance, elsewhere):
        for path in ("propose/due-date/", "propose/credit/"):
            assert client.get(thread + path).status_code == 404
            assert client.post(thread + path, {"confirm": "1"}).status_code == 404
        assert client.post(f"{thread}card/{card.public_id}/withdraw/").status_code == 404
    assert Thread.objects.count() == 1
    assert Card.objects.get().state == CardState.PROPOSED


def test_words_of_a_proposal_come_out_as_words() -> None:
    invoice = an_invoice()
    agent = an_agent(invoice)
    thread = begin(invoice, actor=agent)
    evil = "<script>alert(1)</script>"
    draft = actions.Draft(What.MOVE, {"to_on": (clock.today() + timedelta(40)).isoformat()}, evil)
    card = actions.propose(thread, draft, actor=agent, card_id=uuid.uuid4())
    actions.accept(card.pk, actor=CUSTOMER)

    page = customer_of(invoice).get(f"/invoice/{invoice.public_id}/").text

    assert evil not in page
    assert "&lt;script&gt;" in page
