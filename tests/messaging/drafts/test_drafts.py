"""What was begun is there again, for that link alone, until it is sent."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from invoices import clock
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM
from messaging.drafts.actions import forget_old_drafts
from messaging.drafts.models import Draft
from messaging.threads.models import Message
from tests.build import a_link, an_invoice
from tests.people import opener

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice()


@pytest.fixture
def anna(invoice: Invoice) -> Client:
    return opener("anna", a_link(invoice)).client()


def write(client: Client, invoice: Invoice, text: str, message_id: uuid.UUID) -> int:
    path = f"/invoice/{invoice.public_id}/messages/draft/"
    return client.post(
        path, {"text": text, "message_id": message_id, "about": "line-1"}
    ).status_code


def test_a_draft_survives_a_reload_and_only_for_the_link_it_was_written_by(
    invoice: Invoice, anna: Client
) -> None:
    message_id = uuid.uuid4()
    other = opener("sister", a_link(invoice)).client()

    answers = (
        write(anna, invoice, "Hvorfor", message_id),
        write(anna, invoice, "Hvorfor <b>", message_id),
    )
    page, elsewhere = (c.get(f"/invoice/{invoice.public_id}/").text for c in (anna, other))

    assert answers == (204, 204)
    assert ">Hvorfor &lt;b&gt;</textarea>" in page
    assert f'value="{message_id}"' in page
    assert 'name="about" value="line-1"' in page
    assert "Hvorfor" not in elsewhere


def test_what_was_sent_is_a_draft_no_more_whatever_comes_in_late(
    invoice: Invoice, anna: Client
) -> None:
    message_id = uuid.uuid4()
    write(anna, invoice, "Hei", message_id)
    anna.post(f"/invoice/{invoice.public_id}/messages/", {"text": "Hei", "message_id": message_id})
    sent = Draft.objects.count()
    write(anna, invoice, "Hei", message_id)

    assert (sent, Draft.objects.count(), Message.objects.count()) == (0, 0, 1)


def test_an_emptied_draft_is_gone(invoice: Invoice, anna: Client) -> None:
    write(anna, invoice, "Hei", uuid.uuid4())
    write(anna, invoice, " ", uuid.uuid4())

    assert not Draft.objects.exists()


def test_after_a_week_it_is_neither_shown_nor_kept(invoice: Invoice, anna: Client) -> None:
    write(anna, invoice, "Gammelt", uuid.uuid4())
    Draft.objects.update(at=clock.now() - timedelta(days=8))

    page = anna.get(f"/invoice/{invoice.public_id}/").text
    gone = forget_old_drafts(actor=SYSTEM)

    assert "Gammelt" not in page
    assert (gone, Draft.objects.count()) == (1, 0)
