"""Whoever is away is told once: by e-mail, else by text message; and never of what was read."""

import smtplib
import uuid
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices.billers.areas import Area
from invoices.billers.models import Biller, Membership
from invoices.customers.models import ContactPoint
from invoices.documents.links import sms
from invoices.documents.links.models import SecretLink
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, SYSTEM, staff
from invoices.history.models import HistoryEntry
from messaging.cards.states import What
from messaging.mail import actions
from messaging.mail.door import recipient_of
from messaging.mail.models import Letter, StaffMail
from messaging.mail.states import LetterState
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from tests.build import a_customer, a_member, an_invoice
from tests.jobs import run_queue
from tests.messaging.cards.build import a_card

pytestmark = pytest.mark.django_db
SENT_SMS: list[tuple[str, str]] = []


class Phones:
    """Keeps what is sent."""

    def send(self, to: str, text: str) -> None:
        SENT_SMS.append((to, text))


class Broken:
    """Takes nothing."""

    def send(self, to: str, text: str) -> None:
        raise OSError("no line")


@pytest.fixture(autouse=True)
def _by_day(settings: Any) -> Iterator[time_machine.Traveller]:
    """Noon on a day; text messages can be sent; answers are taken in."""
    settings.SMS_SENDER = f"{__name__}.Phones"
    settings.REPLY_DOMAIN = "svar.example.com"
    SENT_SMS.clear()
    with time_machine.travel("2026-11-25T11:00:00Z", tick=False) as time:
        yield time


@pytest.fixture
def time(_by_day: time_machine.Traveller) -> time_machine.Traveller:
    return _by_day


def says(invoice: Invoice, text: str = "Hei Anna") -> None:
    user = a_member(invoice.biller)
    user.name = "Marte Solberg"
    user.save()
    threads.post(invoice, text, actor=staff(user.pk), message_id=uuid.uuid4())


def look(invoice: Invoice) -> timedelta | None:
    return actions.tell_customer(Thread.objects.get(invoice=invoice).pk, actor=SYSTEM)


def kinds(invoice: Invoice) -> list[str]:
    found = HistoryEntry.objects.filter(invoice=invoice, kind__startswith="mail.").order_by("pk")
    return list(found.values_list("kind", flat=True))


def only_mail() -> EmailMultiAlternatives:
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    return sent


def html_of(sent: EmailMultiAlternatives) -> str:
    return str(sent.alternatives[0][0])


def test_an_answer_is_looked_after_in_a_while_and_once(settings: Any) -> None:
    invoice = an_invoice()
    says(invoice)
    says(invoice, "Og en ting til")

    run_queue("reactions")

    (job,) = ProcrastinateJob.objects.filter(task_name__endswith="tell_customer")
    assert job.args == {"thread_id": Thread.objects.get().pk}
    assert job.scheduled_at is not None


def test_what_was_written_in_the_while_comes_in_one_mail(time: time_machine.Traveller) -> None:
    invoice = an_invoice()
    says(invoice, "Hei Anna.\n\nDatoen er flyttet.")
    assert look(invoice) == timedelta(seconds=120)
    time.shift(timedelta(seconds=119))
    says(invoice, "Og <b>gebyret</b> er borte & glemt.")
    assert look(invoice) == timedelta(seconds=1)
    assert not mail.outbox
    time.shift(timedelta(seconds=1))

    assert look(invoice) is None
    assert look(invoice) is None

    sent = only_mail()
    html = html_of(sent)
    assert sent.to == [invoice.customer.contact_points.get(kind="email").value]
    for body in (sent.body, html):
        assert body.index("Datoen er flyttet.") < body.index("glemt")
        assert "Marte, Fjordfiber" in body
        assert "@example.com" not in body
    assert "Og <b>gebyret</b> er borte & glemt." in sent.body
    assert "<b>gebyret" not in html
    assert kinds(invoice) == ["mail.told"]


def test_the_subject_names_nobody_and_the_letter_says_that_a_machine_sent_it(
    time: time_machine.Traveller,
) -> None:
    invoice = an_invoice()
    says(invoice)
    time.shift(timedelta(minutes=3))

    look(invoice)

    sent = only_mail()
    heads = sent.message()
    assert sent.subject == "Svar fra Fjordfiber"
    assert heads["Auto-Submitted"] == "auto-generated"
    assert parseaddr(str(heads["From"]))[0] == "Fjordfiber"
    assert 'content="light dark"' in html_of(sent)
    assert "#0b5d4e" in html_of(sent)
    assert len(str(heads["Reply-To"]).partition("@")[0]) <= 64
    # What comes back comes to the same door.
    assert sent.from_email == heads["Reply-To"]
    assert recipient_of(sent.from_email).thread.invoice_id == invoice.pk


def test_letters_of_a_thread_follow_each_other(time: time_machine.Traveller) -> None:
    invoice = an_invoice()
    for text in ("En", "To"):
        says(invoice, text)
        time.shift(timedelta(minutes=3))
        look(invoice)

    first, second = (sent.message() for sent in mail.outbox)

    root = f"<{Thread.objects.get().public_id}@svar.example.com>"
    assert first["In-Reply-To"] == first["References"] == root
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["References"] == f"{root} {first['Message-ID']}"
    assert first["Message-ID"] != second["Message-ID"]


def test_the_link_is_the_customers_own_and_leads_to_the_conversation(
    time: time_machine.Traveller, client: Any
) -> None:
    invoice = an_invoice()
    says(invoice)
    time.shift(timedelta(minutes=3))

    look(invoice)

    link = SecretLink.objects.get()
    (url,) = {word for word in only_mail().body.split() if "/i/" in word}
    path = url.removeprefix("http://127.0.0.1:8000")
    assert path.endswith("#panel-messages")
    assert client.get(path)["Location"] == f"/invoice/{invoice.public_id}/"
    assert (link.channel, link.level) == ("email", "own")


def test_who_has_read_it_is_not_told(time: time_machine.Traveller) -> None:
    invoice = an_invoice()
    says(invoice)
    threads.mark(invoice, actor=CUSTOMER, got_no=1, read_no=1)
    time.shift(timedelta(minutes=3))

    assert look(invoice) is None

    assert (mail.outbox, kinds(invoice)) == ([], [])


def test_what_was_only_delivered_to_a_page_nobody_looks_at_is_told(
    time: time_machine.Traveller,
) -> None:
    invoice = an_invoice()
    says(invoice)
    threads.mark(invoice, actor=CUSTOMER, got_no=1, read_no=0)
    time.shift(timedelta(minutes=3))

    look(invoice)

    assert len(mail.outbox) == 1


def test_nobody_is_told_while_the_page_says_that_it_is_looked_at(
    time: time_machine.Traveller,
) -> None:
    invoice = an_invoice()
    says(invoice)
    time.shift(timedelta(minutes=3))
    actions.note_here(Thread.objects.get(), actor=CUSTOMER)

    assert look(invoice) == timedelta(seconds=90)
    time.shift(timedelta(seconds=90))
    assert look(invoice) is None

    assert len(mail.outbox) == 1


def test_without_an_e_mail_address_a_text_message_goes_and_not_at_night(
    time: time_machine.Traveller,
) -> None:
    invoice = an_invoice()
    invoice.customer.contact_points.filter(kind="email").delete()
    time.move_to("2026-11-25T21:00:00Z")
    says(invoice)
    time.shift(timedelta(minutes=3))

    assert look(invoice) == timedelta(hours=9, minutes=57)
    time.move_to("2026-11-26T07:00:00Z")
    look(invoice)

    ((to, text),) = SENT_SMS
    assert to == "+4790000000"
    assert "Fjordfiber" in text
    assert "/i/" in text
    assert "Hei Anna" not in text
    assert HistoryEntry.objects.get(kind="mail.told").data["channel"] == "sms"


def refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def send(self: Any, *args: Any, **kwargs: Any) -> int:
        raise error

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)


def test_a_mailer_that_fails_is_tried_again_and_then_the_telephone_rings(
    time: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = an_invoice()
    says(invoice)
    time.shift(timedelta(minutes=3))
    refuse(monkeypatch, OSError("down"))

    waits = [look(invoice) for _ in range(4)]

    minute = timedelta(minutes=1)
    assert waits == [minute, 2 * minute, timedelta(seconds=1), None]
    assert kinds(invoice) == ["mail.failed", "mail.told"]
    assert len(SENT_SMS) == 1
    # Of what was not sent no link is left.
    assert [link.channel for link in SecretLink.objects.all()] == ["sms"]
    assert Letter.objects.filter(state=LetterState.FAILED).count() == 3


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    time: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = an_invoice()
    says(invoice)
    time.shift(timedelta(minutes=3))
    refuse(monkeypatch, smtplib.SMTPRecipientsRefused({"a@b.no": (550, b"no such user")}))

    assert [look(invoice), look(invoice)] == [timedelta(seconds=1), None]

    assert len(SENT_SMS) == 1


def test_where_no_way_is_left_staff_are_told_once(
    time: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    invoice = an_invoice()
    settings.SMS_SENDER = f"{__name__}.Broken"
    says(invoice)
    time.shift(timedelta(minutes=3))
    refuse(monkeypatch, smtplib.SMTPDataError(554, b"no"))

    waits = [look(invoice) for _ in range(6)]

    assert waits[-2:] == [None, None]
    assert kinds(invoice) == ["mail.failed", "mail.failed", "mail.unreachable"]
    assert not SecretLink.objects.exists()
    assert sms.configured()


def test_only_addresses_that_may_be_trusted_are_written_to(time: time_machine.Traveller) -> None:
    invoice = an_invoice()
    ContactPoint.objects.filter(customer=invoice.customer).update(added_by="customer")
    says(invoice)
    time.shift(timedelta(minutes=3))

    look(invoice)

    assert (mail.outbox, SENT_SMS) == ([], [])
    assert kinds(invoice) == ["mail.unreachable"]


def test_where_messages_take_a_code_their_words_stay_on_the_page(
    time: time_machine.Traveller, settings: Any
) -> None:
    invoice = an_invoice()
    Biller.objects.update(link_code_for=[Area.MESSAGES])
    says(invoice, "Hemmelig")
    time.shift(timedelta(minutes=3))

    look(invoice)

    sent = only_mail()
    assert "Hemmelig" not in sent.body + html_of(sent)
    assert "kode" in sent.body
    assert "svar+" not in str(sent.message())


def test_a_proposal_comes_as_a_link_that_only_leads(time: time_machine.Traveller) -> None:
    invoice = an_invoice()
    card = a_card(invoice, What.CREDIT)
    time.shift(timedelta(minutes=3))

    look(invoice)

    sent = only_mail()
    for body in (sent.body, html_of(sent)):
        assert "Kreditering på 100,00" in body
        assert "/accept/" not in body
        assert str(card.public_id) not in body


def test_staff_are_told_of_whoever_waits_unseen_if_they_want_to_be(
    time: time_machine.Traveller,
) -> None:
    invoice = an_invoice()
    wants, other = (a_member(invoice.biller, email=f"{n}@b.no") for n in ("wants", "other"))
    threads.post(invoice, "Hallo?", actor=CUSTOMER, message_id=uuid.uuid4())
    thread = Thread.objects.get()
    member = Membership.objects.get(user=wants)
    actions.choose_staff_mail(member, wanted=True, actor=staff(wants.pk))

    assert actions.tell_staff(thread.pk, actor=SYSTEM) == timedelta(minutes=10)
    time.shift(timedelta(minutes=10))
    for _ in range(2):
        assert actions.tell_staff(thread.pk, actor=SYSTEM) is None

    sent = only_mail()
    assert sent.to == ["wants@b.no"]
    assert "Hallo" not in sent.body
    assert f"/staff/fjordfiber/inbox/{thread.public_id}/" in sent.body
    assert other.email not in str(sent.to)


def test_staff_are_not_told_of_what_somebody_saw_or_a_colleague_owns(
    time: time_machine.Traveller,
) -> None:
    seen = an_invoice()
    owned = an_invoice(seen.customer)
    wants, owner = (a_member(seen.biller, email=f"{n}@b.no") for n in ("wants", "owner"))
    StaffMail.objects.create(membership=Membership.objects.get(user=wants))
    for invoice in (seen, owned):
        threads.post(invoice, "Hallo?", actor=CUSTOMER, message_id=uuid.uuid4())
    threads.mark(seen, actor=staff(wants.pk), got_no=1, read_no=1)
    thread = Thread.objects.get(invoice=owned)
    threads.assign(thread, owner, actor=staff(owner.pk), expected_id=None)
    time.shift(timedelta(minutes=11))

    for invoice in (seen, owned):
        actions.tell_staff(Thread.objects.get(invoice=invoice).pk, actor=SYSTEM)

    assert mail.outbox == []


def test_the_letter_speaks_the_customers_language(time: time_machine.Traveller) -> None:
    invoice = an_invoice(a_customer(an_invoice().biller, "Bo"))
    invoice.customer.language = "sv"
    invoice.customer.save()
    says(invoice)
    time.shift(timedelta(minutes=3))

    look(invoice)

    assert only_mail().subject == "Svar från Fjordfiber"
    assert 'lang="sv"' in html_of(only_mail())
