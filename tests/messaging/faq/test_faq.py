"""Answers that fit what is typed, in the customer's language; and what came of showing them."""

import uuid

import pytest
from django.test import Client

from invoices.billers.models import Biller
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM
from messaging.faq.actions import write_answer
from messaging.faq.models import Answer, Offer
from messaging.faq.queries import Came, came_of, fitting
from messaging.threads.models import Message
from tests.build import a_biller, a_customer, a_link, an_invoice
from tests.people import opener

pytestmark = pytest.mark.django_db

NB = {
    "Kan jeg utsette betalingen?": "Ja, velg Flytt forfallsdato på fakturaen.",
    "Hvorfor er regningen høyere enn sist?": "Se under Hvorfor er fakturaen annerledes.",
    "Hvordan betaler jeg med AvtaleGiro?": "Opprett avtalen i nettbanken med KID.",
    "Når kommer fakturaen?": "Den første i måneden.",
    "Hvordan får jeg fakturaen på papir?": "Be om papirfaktura under Dine opplysninger.",
}
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def biller() -> Biller:
    biller = a_biller()
    for question, answer in NB.items():
        write_answer(
            biller,
            "nb",
            question,
            answer,
            actor=SYSTEM,
            keywords="henstand" if "utsette" in question else "",
        )
    write_answer(
        biller, "en", "Can I postpone the payment?", "Yes, move the due date.", actor=SYSTEM
    )
    return biller


@pytest.fixture
def invoice(biller: Biller) -> Invoice:
    return an_invoice(a_customer(biller))


@pytest.fixture
def anna(invoice: Invoice) -> Client:
    return opener("anna", a_link(invoice)).client()


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "Hei! Jeg lurer på om jeg kan få utsatt betaling til neste måned",
            "Kan jeg utsette betalingen?",
        ),
        ("trenger henstand", "Kan jeg utsette betalingen?"),
        ("hvorfor er regninga mi så mye høyere nå", "Hvorfor er regningen høyere enn sist?"),
        ("hvordan kan jeg få avtalegiro", "Hvordan betaler jeg med AvtaleGiro?"),
    ],
)
def test_the_best_answer_to_a_sentence_comes_first(
    biller: Biller, text: str, question: str
) -> None:
    found = fitting(biller.pk, "nb", text)

    assert found[0].question == question
    assert len(found) <= 3


@pytest.mark.parametrize(
    "text", ["", "   ", "hei", "og det er som på den", "!!! & | <-> :*", "'); DROP"]
)
def test_words_that_say_nothing_find_nothing_and_break_nothing(biller: Biller, text: str) -> None:
    assert fitting(biller.pk, "nb", text) == []


def test_each_language_and_each_biller_has_its_own(biller: Biller) -> None:
    other = a_biller("norrsken", "SE")

    assert [f.question for f in fitting(biller.pk, "en", "postponing payments")] == [
        "Can I postpone the payment?"
    ]
    assert fitting(biller.pk, "sv", "betalingen") == []
    assert fitting(other.pk, "nb", "utsette betalingen") == []
    Answer.objects.update(is_shown=False)
    assert fitting(biller.pk, "nb", "utsette betalingen") == []


def ask(client: Client, invoice: Invoice, text: str, message_id: uuid.UUID) -> tuple[int, str]:
    path = f"/invoice/{invoice.public_id}/messages/answers/"
    answer = client.post(path, {"text": text, "message_id": message_id}, headers=SCRIPT)
    return answer.status_code, answer.text


def test_what_came_of_it_is_counted_once_for_each_message_and_never_too_well(
    invoice: Invoice, anna: Client
) -> None:
    first, second, third = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    for message_id in (first, first, second, third):
        assert ask(anna, invoice, "utsette betalingen", message_id)[0] == 200
    answer = Answer.objects.get(question__startswith="Kan jeg utsette")
    outcome = f"/invoice/{invoice.public_id}/messages/answers/{answer.public_id}/"

    anna.post(outcome, {"message_id": first})
    anna.post(outcome, {"message_id": first, "helped": "1"})
    anna.post(outcome, {"message_id": second, "helped": "1"})
    anna.post(outcome, {"message_id": uuid.uuid4(), "helped": "1"})  # was never shown there
    anna.post(
        f"/invoice/{invoice.public_id}/messages/",
        {"text": "Likevel", "message_id": second, "anyway": "1"},
    )

    assert came_of(answer.pk) == Came(shown=3, opened=2, helped=2, unsent=1)


def test_nothing_fits_is_no_content(invoice: Invoice, anna: Client) -> None:
    assert ask(anna, invoice, "noe helt annet", uuid.uuid4()) == (204, "")
    assert not Offer.objects.exists()


def test_without_a_script_the_answers_stand_on_a_page_before_sending(
    invoice: Invoice, anna: Client
) -> None:
    path, message_id = f"/invoice/{invoice.public_id}/messages/", uuid.uuid4()
    fields = {"text": "Kan jeg utsette <b>betalingen</b>?", "message_id": message_id}

    step = anna.post(path, fields)
    before = Message.objects.count()
    sent = anna.post(path, fields | {"anyway": "1"})

    assert (step.status_code, before) == (200, 0)
    assert "Kan jeg utsette betalingen?" in step.text
    assert "&lt;b&gt;betalingen&lt;/b&gt;" in step.text
    assert (sent.status_code, Message.objects.count()) == (303, 1)
