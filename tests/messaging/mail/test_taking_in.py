"""Answers by e-mail: what becomes of each, posted once, and no loop."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client

from invoices import clock
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from messaging.files.models import Attachment
from messaging.mail import actions
from messaging.mail.door import receive, recipient_of
from messaging.mail.models import IncomingMail, Letter, Outcome
from messaging.mail.states import LetterState, Verdict, Via
from messaging.threads.models import Thread
from messaging.threads.states import TEXT_MAX
from tests.build import a_member
from tests.messaging.mail.answering import (
    a_mail,
    address_to,
    kinds,
    point_of,
    take,
    theirs,
)
from tests.messaging.mail.mails import DEEP, MAILS
from tests.people import a_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("taken_in")]


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
