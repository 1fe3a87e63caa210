"""The ways in for e-mail: the door, a provider's webhook, and real SMTP."""

import base64
import json
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError
from django.test import Client

from invoices import clock
from invoices.billers.areas import Area
from invoices.billers.models import Biller
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM
from messaging.mail import actions, door, server
from messaging.mail.address import GOOD_FOR
from messaging.mail.door import RefusedMailError, receive, recipient_of
from messaging.mail.models import IncomingMail, Outcome
from messaging.mail.states import Verdict, Via
from messaging.mail.views import signature_of
from messaging.threads.models import Thread
from tests.build import a_link
from tests.jobs import run_queue
from tests.messaging.mail.answering import (
    DOMAIN,
    SECRET,
    a_mail,
    a_mail_server,
    address_to,
    point_of,
    theirs,
)
from tests.messaging.mail.mails import MAILS
from tests.people import opener

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("taken_in")]


# ---------------------------------------------------------------- the door


def refusal(address: str) -> str:
    with pytest.raises(RefusedMailError) as refused:
        recipient_of(address)
    assert refused.value.answer.isascii()
    return refused.value.answer


def test_only_living_addresses_of_ours_are_let_in_and_others_are_told_what_to_do(
    invoice: Invoice,
) -> None:
    address = address_to(invoice)
    assert recipient_of(address).thread.invoice_id == invoice.pk

    for wrong in ("post@fjordfiber.no", "svar+abc@example.com", ""):
        assert refusal(wrong).startswith("550 5.7.1 Only answers")
    for wrong in (f"svar@{DOMAIN}", f"svar+abc@{DOMAIN}", address.replace("+", "+a")):
        assert "write on the page" in refusal(wrong)
    with time_machine.travel(clock.now() + GOOD_FOR + timedelta(days=2), tick=False):
        assert "too old" in refusal(address)
    point_of(invoice).delete()
    assert "not known" in refusal(address)


def test_where_messages_take_a_code_none_is_written_by_mail(invoice: Invoice) -> None:
    address = address_to(invoice)
    Biller.objects.update(link_code_for=[Area.MESSAGES])

    assert "on the page" in refusal(address)


def test_a_flood_is_asked_to_come_later(invoice: Invoice) -> None:
    recipient = recipient_of(address_to(invoice))
    for number in range(door.MAILS_OF_THREAD.most):
        receive(b"From: a@b.no\r\n\r\n%d" % number, recipient, via=Via.SMTP, null_sender=False)

    with pytest.raises(RefusedMailError, match="Too many") as refused:
        receive(b"From: a@b.no\r\n\r\nmore", recipient, via=Via.SMTP, null_sender=False)
    assert refused.value.code == 452


# ---------------------------------------------------------------- by webhook


def hook(invoice: Invoice, raw: bytes, *, to: str = "", at: int = 0, secret: str = SECRET) -> Any:
    fields = {"to": to or address_to(invoice), "from": "anna@example.com"}
    body = json.dumps({**fields, "mime": base64.b64encode(raw).decode()}).encode()
    at = at or int(clock.now().timestamp())
    signed = {"X-Nota-Signature": signature_of(secret, at, body)}
    return Client(enforce_csrf_checks=True).post(
        "/hooks/mail/", body, content_type="application/json", headers=signed
    )


def test_a_provider_hands_a_mail_in_and_its_second_try_changes_nothing(invoice: Invoice) -> None:
    raw = a_mail(invoice).as_bytes()

    answers = [hook(invoice, raw) for _ in range(2)]
    run_queue("mail")

    assert [(a.status_code, a.json()) for a in answers] == [(200, {"taken": True})] * 2
    assert theirs() == ["Takk for svaret."]
    assert IncomingMail.objects.get().via == Via.HOOK


def test_what_is_not_signed_just_now_by_the_provider_is_refused(
    invoice: Invoice, settings: Any
) -> None:
    raw, now = a_mail(invoice).as_bytes(), int(clock.now().timestamp())

    refused = [
        hook(invoice, raw, secret="another"),
        hook(invoice, raw, at=now - 400),
        hook(invoice, raw, at=now + 400),
        Client().post("/hooks/mail/", b"{}", content_type="application/json"),
    ]
    settings.MAIL_HOOK_SECRET = ""
    refused.append(hook(invoice, raw, secret=""))

    assert {answer.status_code for answer in refused} == {403}
    assert not IncomingMail.objects.exists()


def test_a_provider_is_told_why_a_mail_is_not_taken(invoice: Invoice) -> None:
    answer = hook(invoice, b"From: a@b.no\r\n\r\nHei", to=f"svar+old@{DOMAIN}")

    assert answer.status_code == 200
    assert answer.json()["taken"] is False
    assert "write on the page" in answer.json()["why"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"to": 1, "mime": 5}', b'{"to":"x","mime":"%"}']
)
def test_another_json_than_agreed_is_refused(body: bytes) -> None:
    at = int(clock.now().timestamp())
    answer = Client().post(
        "/hooks/mail/",
        body,
        content_type="application/json",
        headers={"X-Nota-Signature": signature_of(SECRET, at, body)},
    )

    assert answer.status_code == 400


# ---------------------------------------------------------------- over SMTP


@pytest.fixture
def smtp(transactional_db: None) -> Iterator[smtplib.SMTP]:
    with a_mail_server() as client:
        yield client


@pytest.mark.django_db(transaction=True)
def test_an_answer_over_smtp_lands_in_the_thread(smtp: smtplib.SMTP, invoice: Invoice) -> None:
    message = a_mail(invoice, "Det er greit, takk 🙂")

    refused = smtp.send_message(message)
    smtp.send_message(message)
    run_queue("mail")

    assert refused == {}
    assert theirs() == ["Det er greit, takk 🙂"]


@pytest.mark.django_db(transaction=True)
def test_the_server_takes_no_other_mail_and_says_why(smtp: smtplib.SMTP, invoice: Invoice) -> None:
    smtp.ehlo()

    assert int(smtp.esmtp_features["size"]) == door.LARGEST_MAIL_BYTES
    assert smtp.mail("anna@example.com")[0] == 250
    for wrong, words in (
        ("someone@elsewhere.example", b"Only answers to our own"),
        (f"svar+{'a' * 45}@{DOMAIN}", b"write on the page"),
        (f"<script>@{DOMAIN}", b""),
    ):
        code, said = smtp.rcpt(wrong)
        assert code in (501, 550, 553), wrong
        assert words in said
    assert smtp.rcpt(address_to(invoice))[0] == 250
    assert smtp.docmd("VRFY", "anna")[0] in (252, 502, 550)
    assert not IncomingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_only_acknowledged_when_it_is_kept(
    smtp: smtplib.SMTP, invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(server, "receive", broken)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        smtp.send_message(a_mail(invoice))

    assert refused.value.smtp_code == 451
    assert not IncomingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_above_the_limit_is_refused(
    smtp: smtplib.SMTP, invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "LARGEST_MAIL_BYTES", 1_000)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        smtp.send_message(a_mail(invoice, "x" * 2_000))

    assert refused.value.smtp_code == 552


@pytest.mark.django_db(transaction=True)
def test_a_bounce_comes_from_nobody_and_is_taken_as_one(
    smtp: smtplib.SMTP, invoice: Invoice
) -> None:
    smtp.sendmail("", [address_to(invoice)], MAILS["a bounce for good"].raw)
    run_queue("mail")

    assert Outcome.objects.get().verdict == Verdict.BOUNCED
    assert theirs() == []


def test_who_is_on_the_page_says_so(invoice: Invoice) -> None:
    anna = opener("anna", a_link(invoice)).client()

    assert anna.post(f"/invoice/{invoice.public_id}/messages/here/").status_code == 204
    thread = Thread.objects.get()
    told = actions.tell_customer(thread.pk, actor=SYSTEM)
    assert told is not None
