"""After a closing the customer is asked, once; staff see what came of it."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from invoices import clock
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, Actor, staff
from messaging.satisfaction.models import Rating
from messaging.satisfaction.queries import Sum, summed
from messaging.threads import actions
from messaging.threads.models import Thread
from tests.build import a_link, a_member, an_invoice
from tests.people import opener

pytestmark = pytest.mark.django_db

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice()


@pytest.fixture
def agent(invoice: Invoice) -> Actor:
    return staff(a_member(invoice.biller, email="cia@example.com").pk)


@pytest.fixture
def anna(invoice: Invoice) -> Client:
    client = opener("anna", a_link(invoice)).client()
    client.cookies["nota_language"] = "en"
    return client


def talked(invoice: Invoice, agent: Actor, *, answered: bool = True) -> Thread:
    actions.post(invoice, "Hei", actor=CUSTOMER, message_id=uuid.uuid4())
    if answered:
        actions.post(invoice, "Hei Anna", actor=agent, message_id=uuid.uuid4())
    return actions.close(Thread.objects.get(), actor=agent)


def page_of(client: Client, invoice: Invoice) -> str:
    return client.get(f"/invoice/{invoice.public_id}/").text


def tap(client: Client, invoice: Invoice, **fields: str) -> int:
    path = f"/invoice/{invoice.public_id}/messages/rate/"
    return client.post(path, fields, headers={"HX-Request": "true"}).status_code


def test_one_tap_and_words_once_for_each_closing(
    invoice: Invoice, agent: Actor, anna: Client
) -> None:
    before = page_of(anna, invoice)
    thread = talked(invoice, agent)
    asked = page_of(anna, invoice)

    taps = [tap(anna, invoice, score=score) for score in ("good", "bad")]
    words = [tap(anna, invoice, words=text) for text in (EVIL, "more")]
    after = page_of(anna, invoice)

    assert "How did Fjordfiber answer you?" in asked
    assert "How did Fjordfiber answer you?" not in before + after
    assert taps + words == [204] * 4
    rating = Rating.objects.get()
    assert (rating.score, rating.words, rating.owner_id) == ("good", EVIL, agent.user_id)
    assert EVIL not in after
    assert "&lt;img src=x" in after
    assert "The conversation went well, the customer says." in after

    actions.reopen(thread, actor=agent)
    assert "How did Fjordfiber" not in page_of(anna, invoice)
    assert tap(anna, invoice, score="bad") == 422
    actions.close(thread, actor=agent)
    assert "How did Fjordfiber answer you?" in page_of(anna, invoice)
    assert tap(anna, invoice, score="bad") == 204
    assert sorted(Rating.objects.values_list("score", flat=True)) == ["bad", "good"]


def test_who_was_never_answered_is_not_asked(invoice: Invoice, agent: Actor, anna: Client) -> None:
    talked(invoice, agent, answered=False)

    assert "How did Fjordfiber" not in page_of(anna, invoice)


@pytest.mark.parametrize("fields", [{}, {"score": "great"}, {"words": "x"}, {"words": " "}])
def test_nothing_chosen_is_refused(
    invoice: Invoice, agent: Actor, anna: Client, fields: dict[str, str]
) -> None:
    talked(invoice, agent)

    assert tap(anna, invoice, **fields) == 422
    assert not Rating.objects.exists()


def test_staff_read_what_this_customer_and_all_have_said(
    invoice: Invoice, agent: Actor, anna: Client
) -> None:
    thread = talked(invoice, agent)
    tap(anna, invoice, score="fair")
    tap(anna, invoice, words=EVIL)
    desk = Client()
    desk.force_login(a_member(invoice.biller), backend="django.contrib.auth.backends.ModelBackend")
    desk.cookies["nota_language"] = "en"

    page = desk.get(f"/staff/fjordfiber/inbox/{thread.public_id}/").text

    assert summed(invoice.biller_id, clock.now() - timedelta(days=1)) == Sum(0, 1, 0)
    assert "This customer said: <b>So-so</b>" in page
    assert "&lt;img src=x" in page
    assert EVIL not in page
