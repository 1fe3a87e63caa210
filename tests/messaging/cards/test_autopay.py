"""Automatic payment proposed in the thread: chosen by the invoice page's own form, told of both."""

import re
import uuid

import pytest
from django.test import Client

from invoices.billers.models import User
from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER
from invoices.history.models import HistoryEntry
from messaging.cards import actions
from messaging.cards.actions import Draft
from messaging.cards.models import Card
from messaging.cards.states import CardState, What
from messaging.reactions import accept_what_proposed_it, review_cards
from messaging.threads.models import Message
from payments.mandates.models import Mandate
from tests.build import a_biller, a_customer, an_invoice
from tests.messaging.cards.build import a_card, a_thread, an_agent
from tests.messaging.cards.test_views import HTMX, agent_of, customer_of, url
from tests.payments.mandates.house import a_norwegian, active, enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    return a_norwegian()


@pytest.fixture
def desk(invoice: Invoice) -> tuple[Client, User]:
    return agent_of(invoice)


def an_autopay_card(invoice: Invoice) -> Card:
    return a_card(invoice, What.AUTOPAY, schemes=["AvtaleGiro"])


def react(kind: str) -> None:
    """What the worker does when it has happened."""
    entries = HistoryEntry.objects.filter(kind=kind)
    accept_what_proposed_it(list(entries.values_list("pk", flat=True)))


def told(invoice: Invoice) -> list[tuple[str, str]]:
    found = HistoryEntry.objects.filter(invoice=invoice, kind__startswith="card.")
    return [(entry.kind, entry.actor_kind) for entry in found.order_by("pk")]


def test_an_agent_proposes_it_with_a_word_and_sends_it_once(
    invoice: Invoice, desk: tuple[Client, User]
) -> None:
    agent, user = desk
    thread = a_thread(invoice, an_agent(invoice))
    path = f"/staff/fjordfiber/inbox/{thread.public_id}/"

    offered = agent.get(path).text
    form = agent.get(f"{path}propose/direct-debit/", headers=HTMX).text
    empty = agent.post(f"{path}propose/direct-debit/", {"cards-reason": ""}, headers=HTMX)
    given = {"cards-request_id": str(uuid.uuid4()), "cards-reason": "Vil du slippe å huske det?"}
    for _ in range(2):
        sent = agent.post(f"{path}propose/direct-debit/", given, headers=HTMX)

    assert f'href="{path}propose/direct-debit/"' in offered
    assert "AvtaleGiro" in form
    assert empty.status_code == 422
    assert sent.status_code == 200
    card = Card.objects.get()
    assert (card.what, card.proposed_by) == (What.AUTOPAY, user)
    assert Message.objects.get().text == "Vil du slippe å huske det?"
    assert "Automatic payment with AvtaleGiro" in agent.get(path).text


def test_the_customers_tap_is_that_of_the_invoices_own_panel(invoice: Invoice) -> None:
    card = an_autopay_card(invoice)
    anna = customer_of(invoice)
    page = anna.get(f"/invoice/{invoice.public_id}/").text
    shown = page.split(f'id="card-{card.public_id}"')[1].split("</details>")[0]
    (action,) = set(re.findall(r'action="([^"]+/yes/)"', shown))
    fields = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', shown))

    anna.post(action, fields | {"csrfmiddlewaretoken": ""})
    react("mandate.begun")
    react("mandate.begun")  # a job may run twice

    card.refresh_from_db()
    assert card.state == CardState.ACCEPTED
    assert Mandate.objects.get().scheme == "avtalegiro"
    assert told(invoice) == [("card.proposed", "staff"), ("card.accepted", "customer")]
    after = anna.get(f"/invoice/{invoice.public_id}/").text
    assert HistoryEntry.objects.get(kind="card.proposed").actor_user == card.proposed_by
    assert "The proposal was accepted." in after
    assert url(card, "decline") not in after


def test_choosing_it_elsewhere_answers_the_proposal_too(invoice: Invoice) -> None:
    other = an_invoice(invoice.customer)
    cards = [an_autopay_card(each) for each in (invoice, other)]

    enrolled(other)
    react("mandate.begun")

    assert {Card.objects.get(pk=card.pk).state for card in cards} == {CardState.ACCEPTED}


def test_it_is_not_accepted_by_the_card_alone_and_can_be_declined(invoice: Invoice) -> None:
    card = an_autopay_card(invoice)
    anna = customer_of(invoice)

    by_hand = anna.post(url(card, "accept"), headers=HTMX)
    declined = anna.post(url(card, "decline"), {"text": "Nei takk"}, headers=HTMX)

    card.refresh_from_db()
    assert (by_hand.status_code, declined.status_code) == (422, 204)
    assert card.state == CardState.DECLINED
    assert not Mandate.objects.exists()


def test_what_happens_to_the_invoice_does_not_end_it(invoice: Invoice) -> None:
    card = an_autopay_card(invoice)

    review_cards(list(HistoryEntry.objects.filter(invoice=invoice).values_list("pk", flat=True)))

    card.refresh_from_db()
    assert card.state == CardState.PROPOSED


def test_nothing_is_proposed_where_there_is_nothing_to_choose() -> None:
    without = an_invoice(a_customer(a_biller("norrsken", "SE")))
    chosen = a_norwegian_who_has_it()

    for invoice in (without, chosen):
        agent, _user = agent_of(invoice)
        asker = an_agent(invoice)
        thread = a_thread(invoice, asker)
        path = f"/staff/{invoice.biller.slug}/inbox/{thread.public_id}/propose/direct-debit/"

        assert "nothing to choose" in agent.get(path, headers=HTMX).text
        assert agent.post(path, {}, headers=HTMX).status_code == 422
        draft = Draft(What.AUTOPAY, {"schemes": ["AvtaleGiro"]}, "Vil du?")
        with pytest.raises(Refused):
            actions.propose(thread, draft, actor=asker, card_id=uuid.uuid4())


def a_norwegian_who_has_it() -> Invoice:
    invoice = a_norwegian()
    active(invoice)
    return invoice


def test_whoever_does_not_answer_customers_does_not_propose_it(invoice: Invoice) -> None:
    card = an_autopay_card(invoice)
    marketer, _user = agent_of(invoice, Role.MARKETER)
    path = f"/staff/fjordfiber/inbox/{card.thread.public_id}/propose/direct-debit/"

    assert marketer.get(path).status_code == 404
    assert not actions.may_propose(Role.FINANCE, What.AUTOPAY)
    assert actions.withdraw(card.pk, actor=CUSTOMER).state == CardState.WITHDRAWN
