"""Answers by e-mail: over real SMTP and by webhook, one way in, posted once, and no loop."""

import asyncio
import base64
import json
import smtplib
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client

from invoices import clock
from invoices.billers.areas import Area
from invoices.billers.models import Biller
from invoices.customers.models import ContactPoint
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM, staff
from invoices.history.models import HistoryEntry
from messaging.files.models import Attachment
from messaging.mail import actions, door, server
from messaging.mail.address import GOOD_FOR
from messaging.mail.door import RefusedMailError, receive, recipient_of
from messaging.mail.keys import reply_address
from messaging.mail.models import IncomingMail, Letter, Outcome
from messaging.mail.states import LetterState, Verdict, Via
from messaging.mail.views import signature_of
from messaging.threads import actions as threads
from messaging.threads.models import Message, Thread
from messaging.threads.states import TEXT_MAX
from tests.build import a_link, a_member, an_invoice
from tests.jobs import run_queue
from tests.messaging.mail.mails import DEEP, MAILS
from tests.people import a_picture, opener

pytestmark = pytest.mark.django_db
DOMAIN = "svar.example.com"
SECRET = "a-secret-of-the-provider"


@pytest.fixture(autouse=True)
def _taken_in(settings: Any) -> None:
    settings.REPLY_DOMAIN = DOMAIN
    settings.MAIL_HOOK_SECRET = SECRET


@pytest.fixture
def invoice() -> Invoice:
    """Somebody of staff has written, and the customer has an e-mail to answer."""
    made = an_invoice()
    user = a_member(made.biller)
    threads.post(made, "Hei Anna", actor=staff(user.pk), message_id=uuid.uuid4())
    return made


def point_of(invoice: Invoice) -> ContactPoint:
    found: ContactPoint = invoice.customer.contact_points.get(kind="email")
    return found


def address_to(invoice: Invoice) -> str:
    return reply_address(Thread.objects.get(invoice=invoice).pk, point_of(invoice).pk)


def a_mail(invoice: Invoice, text: str = "Takk for svaret.", sender: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"Anna Berg <{sender or point_of(invoice).value}>"
    message["To"] = address_to(invoice)
    message["Subject"] = "Re: Svar fra Fjordfiber"
    message["Message-ID"] = f"<{uuid.uuid4()}@example.com>"
    message.set_content(text)
    return message


def take(invoice: Invoice, raw: bytes, *, null_sender: bool = False) -> Outcome:
    """Let it come in by the door, and be read."""
    recipient = recipient_of(address_to(invoice))
    kept = receive(raw, recipient, via=Via.SMTP, null_sender=null_sender)
    assert kept is not None
    return actions.take_in(kept.pk, actor=SYSTEM)


def theirs() -> list[str]:
    found = Message.objects.filter(side="customer").order_by("no")
    return list(found.values_list("text", flat=True))


def kinds(invoice: Invoice) -> list[str]:
    found = HistoryEntry.objects.filter(invoice=invoice, kind__startswith="mail.").order_by("pk")
    return list(found.values_list("kind", flat=True))


# ---------------------------------------------------------------- what becomes of it


def test_an_answer_stands_in_the_thread_without_what_it_quotes(invoice: Invoice) -> None:
    text = "Takk for svaret.\n\nOn Fri, 27 Nov 2026 at 10:12, F <a@b.no> wrote:\n> Hei Anna\n"

    outcome = take(invoice, a_mail(invoice, text).as_bytes())

    assert outcome.verdict == Verdict.POSTED
    assert theirs() == ["Takk for svaret."]
    thread = Thread.objects.get()
    assert thread.waiting_since is not None
    assert thread.customer_read_no == thread.last_no  # who answers has read
    assert kinds(invoice) == []


def test_the_same_mail_twice_stands_there_once(invoice: Invoice) -> None:
    raw = a_mail(invoice).as_bytes()
    recipient = recipient_of(address_to(invoice))

    first = receive(raw, recipient, via=Via.SMTP, null_sender=False)
    again = receive(b"X-Hop: 2\r\n" + raw, recipient, via=Via.HOOK, null_sender=False)
    assert first is not None
    for _ in range(2):
        actions.take_in(first.pk, actor=SYSTEM)

    assert again is None
    assert theirs() == ["Takk for svaret."]
    assert IncomingMail.objects.count() == Outcome.objects.count() == 1


def test_without_a_message_id_the_same_bytes_are_the_same_mail(invoice: Invoice) -> None:
    recipient = recipient_of(address_to(invoice))

    found = [
        receive(raw, recipient, via=Via.SMTP, null_sender=False)
        for raw in (
            b"From: a@b.no\r\n\r\nHei",
            b"From: a@b.no\r\n\r\nHei",
            b"From: a@b.no\r\n\r\nHa",
        )
    ]

    assert [mail is not None for mail in found] == [True, False, True]


def test_from_another_address_it_lands_and_staff_are_told_which(invoice: Invoice) -> None:
    outcome = take(invoice, a_mail(invoice, sender="mamma@example.org").as_bytes())
    client = Client()
    client.force_login(
        a_member(invoice.biller), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(f"/staff/fjordfiber/inbox/{Thread.objects.get().public_id}/").text

    assert outcome.elsewhere == "mamma@example.org"
    assert theirs() == ["Takk for svaret."]
    assert kinds(invoice) == ["mail.elsewhere"]
    assert "mamma@example.org" in page
    # The history itself holds no address.
    assert "mamma" not in str(list(HistoryEntry.objects.values_list("data", flat=True)))


def test_the_customers_own_address_is_known_in_any_letters(invoice: Invoice) -> None:
    take(invoice, a_mail(invoice, sender=point_of(invoice).value.upper()).as_bytes())

    assert kinds(invoice) == []


@pytest.mark.parametrize("name", [n for n, m in MAILS.items() if m.nature != "written"])
def test_what_machines_write_is_noted_and_never_posted(invoice: Invoice, name: str) -> None:
    outcome = take(invoice, MAILS[name].raw)

    assert outcome.verdict in (Verdict.AUTOMATIC, Verdict.BOUNCED)
    assert theirs() == []
    assert kinds(invoice) == ["mail.noted"]
    assert mail.outbox == []  # nothing is ever answered: two machines cannot talk


@pytest.mark.parametrize("name", MAILS)
def test_no_mail_breaks_the_thread(invoice: Invoice, name: str) -> None:
    written = MAILS[name]

    outcome = take(invoice, written.raw)

    assert bool(theirs()) == (outcome.verdict == Verdict.POSTED)
    if written.nature == "written" and not written.text and not written.files:
        assert outcome.verdict == Verdict.EMPTY


def test_what_cannot_be_read_is_kept_and_told(invoice: Invoice) -> None:
    outcome = take(invoice, DEEP)

    assert outcome.verdict == Verdict.UNREADABLE
    assert bytes(IncomingMail.objects.get().raw) == DEEP
    assert kinds(invoice) == ["mail.noted"]


def test_a_long_mail_comes_in_pieces_and_an_endless_one_ends(invoice: Invoice) -> None:
    line = "Dette er en lang linje med mange ord i seg.\n"
    take(invoice, a_mail(invoice, line * 150).as_bytes())
    take(invoice, a_mail(invoice, "x" * 90_000).as_bytes())

    texts = theirs()
    assert all(len(text) <= TEXT_MAX for text in texts)
    assert "\n".join(texts[:2]) == (line * 150).strip()
    assert len(texts) == 2 + actions.MESSAGES_MAX


def test_files_that_may_be_kept_stand_with_the_message_and_others_are_told_of(
    invoice: Invoice,
) -> None:
    written = a_mail(invoice)
    written.add_attachment(a_picture(), maintype="image", subtype="png", filename="ruter.png")
    written.add_attachment(b"MZ\0", maintype="application", subtype="exe", filename="a.exe")

    outcome = take(invoice, written.as_bytes())

    assert outcome.verdict == Verdict.POSTED
    assert Attachment.objects.get().message_id == outcome.message_id
    told = HistoryEntry.objects.get(kind="mail.files_refused")
    assert told.data == {"count": 1}


def test_a_file_without_words_is_a_message_and_a_refused_one_alone_is_none(
    invoice: Invoice,
) -> None:
    good, bad = a_mail(invoice, ""), a_mail(invoice, "")
    good.add_attachment(a_picture(), maintype="image", subtype="png", filename="ruter.png")
    bad.add_attachment(b"MZ\0", maintype="application", subtype="exe", filename="a.exe")

    verdicts = [take(invoice, each.as_bytes()).verdict for each in (good, bad)]

    assert verdicts == [Verdict.POSTED, Verdict.EMPTY]
    assert theirs() == [""]
    assert kinds(invoice) == ["mail.files_refused"]


def test_a_letter_that_comes_back_for_good_lets_the_next_way_be_tried(
    invoice: Invoice, settings: Any
) -> None:
    settings.SMS_SENDER = "tests.messaging.mail.test_telling.Phones"
    thread = Thread.objects.get()
    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=False):
        actions.tell_customer(thread.pk, actor=SYSTEM)
        assert len(mail.outbox) == 1

        outcome = take(invoice, MAILS["a bounce for good"].raw, null_sender=True)

        assert outcome.verdict == Verdict.BOUNCED
        assert Letter.objects.get().state == LetterState.RETURNED
    with time_machine.travel("2026-12-01T11:00:00Z", tick=False):
        actions.tell_customer(thread.pk, actor=SYSTEM)
    assert len(mail.outbox) == 1
    assert kinds(invoice) == ["mail.told", "mail.noted", "mail.told"]


def test_a_bounce_for_now_changes_nothing(invoice: Invoice) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=False):
        actions.tell_customer(Thread.objects.get().pk, actor=SYSTEM)
        take(invoice, MAILS["a bounce for now"].raw, null_sender=True)

    assert Letter.objects.get().state == LetterState.SENT


def test_what_came_in_is_changed_by_nobody(invoice: Invoice) -> None:
    outcome = take(invoice, a_mail(invoice).as_bytes())

    for change in (
        lambda: IncomingMail.objects.update(raw=b""),
        lambda: Outcome.objects.filter(pk=outcome.pk).update(verdict="empty"),
        lambda: Outcome.objects.filter(pk=outcome.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


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
    """A client of the real server, which listens on a port of its own."""
    loop = asyncio.new_event_loop()
    running = threading.Thread(target=loop.run_forever)
    running.start()
    listening = asyncio.run_coroutine_threadsafe(server.serve("127.0.0.1", 0), loop).result(30)
    port = listening.sockets[0].getsockname()[1]
    client = smtplib.SMTP("127.0.0.1", port, timeout=30)
    yield client
    client.close()

    async def end() -> None:
        listening.close()
        await loop.shutdown_default_executor()
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()

    asyncio.run_coroutine_threadsafe(end(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    running.join(30)
    loop.close()


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
