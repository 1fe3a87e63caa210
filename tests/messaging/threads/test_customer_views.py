"""The customer's side of the conversation over HTTP, with and without a script."""

import uuid

import pytest
from django.test import Client

from invoices.billers.areas import Area
from invoices.billers.models import Biller
from invoices.documents.models import Invoice
from invoices.history.actors import staff
from invoices.history.models import HistoryEntry
from messaging.threads import actions
from messaging.threads.models import Message, Thread
from tests.build import a_link, a_member, an_invoice
from tests.people import opener

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice()


@pytest.fixture
def anna(invoice: Invoice) -> Client:
    client = opener("anna", a_link(invoice)).client()
    client.cookies["nota_language"] = "en"
    return client


def page_of(invoice: Invoice) -> str:
    return f"/invoice/{invoice.public_id}/"


def test_a_form_without_a_script_leads_back_to_the_page_where_it_stands(
    invoice: Invoice, anna: Client
) -> None:
    fields = {"text": "Is this for one month?", "about": "line-1", "message_id": uuid.uuid4()}

    answer = anna.post(f"{page_of(invoice)}messages/", fields)
    page = anna.get(page_of(invoice)).text

    assert (answer.status_code, answer["Location"]) == (303, f"{page_of(invoice)}#panel-messages")
    assert "Is this for one month?" in page
    assert "Fiber 500 · NOK" in page.split('class="bubble')[1]
    assert "Sent" in page


def test_what_cannot_be_sent_comes_back_with_what_was_written(
    invoice: Invoice, anna: Client
) -> None:
    path = f"{page_of(invoice)}messages/"

    empty, long = anna.post(path, {"text": " "}), anna.post(path, {"text": "x" * 4001})
    script = anna.post(path, {"text": " "}, headers={"HX-Request": "true"})

    assert (empty.status_code, long.status_code, script.status_code) == (422, 422, 422)
    assert "Write something before you send it." in empty.text
    assert "x" * 4001 in long.text
    assert script.text == "Write something before you send it."
    assert not Message.objects.exists()


def test_html_is_shown_as_it_was_written(invoice: Invoice, anna: Client) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)"

    anna.post(f"{page_of(invoice)}messages/", {"text": evil})
    page = anna.get(page_of(invoice)).text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_line_and_an_event_can_be_asked_about(invoice: Invoice, anna: Client) -> None:
    entry = HistoryEntry.objects.filter(invoice=invoice, kind="invoice.issued").get()
    page = anna.get(page_of(invoice)).text

    about_line = anna.get(f"{page_of(invoice)}?about=line-1").text
    about_event = anna.get(f"{page_of(invoice)}?about=event-{entry.public_id}").text
    about_nothing = anna.get(f"{page_of(invoice)}?about=line-9").text

    assert f"?about=event-{entry.public_id}#panel-messages" in page
    assert "?about=line-1#panel-messages" in page
    assert "Fiber 500 · NOK" in about_line.split("data-about>")[1].split("</blockquote>")[0]
    assert "Invoice for" in about_event.split("data-about>")[1].split("</blockquote>")[0]
    assert "data-about>" not in about_nothing


def test_the_customer_never_reads_a_note(invoice: Invoice, anna: Client) -> None:
    agent = staff(a_member(invoice.biller).pk)
    actions.post(invoice, "Hei Anna", actor=agent, message_id=uuid.uuid4())
    actions.note(invoice, "Vanskelig kunde", actor=agent, message_id=uuid.uuid4())

    seen = anna.get(page_of(invoice)).text + anna.get(f"{page_of(invoice)}panels/").text

    assert "Hei Anna" in seen
    assert "Vanskelig" not in seen
    assert "A note was written" not in seen


def test_what_the_customer_has_seen_is_told_to_staff_and_only_by_post(
    invoice: Invoice, anna: Client
) -> None:
    agent = staff(a_member(invoice.biller).pk)
    actions.post(invoice, "Hei Anna", actor=agent, message_id=uuid.uuid4())

    anna.get(page_of(invoice))
    before = Thread.objects.get().customer_read_no
    anna.post(f"{page_of(invoice)}messages/seen/", {"got": "1", "read": "1"})

    assert (before, Thread.objects.get().customer_read_no) == (0, 1)


def test_behind_a_code_nothing_of_the_conversation_is_seen_or_written(
    invoice: Invoice, anna: Client
) -> None:
    anna.post(f"{page_of(invoice)}messages/", {"text": "Secret words"})
    Biller.objects.update(link_code_for=[Area.MESSAGES])

    page = anna.get(page_of(invoice)).text
    posted = anna.post(f"{page_of(invoice)}messages/", {"text": "More"})

    assert "Secret words" not in page
    assert "about=line-1" not in page
    assert "Get a code" in page
    assert (posted.status_code, Message.objects.count()) == (302, 1)


def test_where_the_story_is_behind_a_code_the_conversation_still_reads(
    invoice: Invoice, anna: Client
) -> None:
    anna.post(f"{page_of(invoice)}messages/", {"text": "Open words"})
    Biller.objects.update(link_code_for=[Area.HISTORY])

    page = anna.get(page_of(invoice)).text

    assert "Open words" in page
    assert "Open words" in page.split('id="panel-messages"')[1].split("</section>")[0]
