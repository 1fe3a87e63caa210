"""What goes out: an e-mail in text and HTML, or a text message. In the reader's language.

The subject names nobody. The words themselves go along only where the biller lets them be read
without a code; without them the mail says that there is an answer, and where.
"""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from invoices.billers.branding import brand
from invoices.billers.looks import logo_url_of
from invoices.billers.models import User
from invoices.documents.links import sms
from invoices.documents.models import Invoice
from invoices.page.words import clock, long_date

AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class NotSentError(Exception):
    """What sends would not; ``permanent`` where trying again is no use."""

    def __init__(self, why: str, *, permanent: bool) -> None:
        super().__init__(why)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Said:
    """A message as the mail shows it."""

    writer: str
    when: str
    paragraphs: Sequence[str]
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A letter to be. ``reply_to`` is "" where it can only be answered on the page."""

    invoice: Invoice
    said: Sequence[Said]
    url: str
    reply_to: str
    message_id: str
    references: Sequence[str]


def domain() -> str:
    """The domain of our Message-IDs."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return str(settings.REPLY_DOMAIN or sender.rpartition("@")[2])


def writer_of(user: User | None, invoice: Invoice) -> str:
    """The customer meets a first name, never an address."""
    first = user.get_short_name() if user is not None and user.name else ""
    return f"{first}, {invoice.biller.name}" if first else invoice.biller.name


def when_of(at: datetime, language: str) -> str:
    """The day and the hour of a message."""
    local = timezone.localtime(at)
    return f"{long_date(local.date(), language)} {clock(local, language)}"


def email_of(answer: Answer, to: str) -> EmailMultiAlternatives:
    """The e-mail, in the customer's language and the biller's colours."""
    biller = answer.invoice.biller
    with translation.override(answer.invoice.customer.language):
        subject = _("Answer from {biller}").format(biller=biller.name)
        context = _context(answer)
        # Plain text: an ampersand is an ampersand.
        plain = Context({**context}, autoescape=False)
        text = Engine.get_default().get_template("messaging/mail/answer.txt").render(plain)
        html = render_to_string("messaging/mail/answer.html", context)
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    headers = {
        **AUTOMATIC,
        "From": formataddr((biller.name, sender)),
        "Message-ID": answer.message_id,
        "In-Reply-To": answer.references[-1],
        "References": " ".join(answer.references),
    }
    reply_to = answer.reply_to or biller.support_email
    mail = EmailMultiAlternatives(
        subject,
        text,
        # Where it comes back to: to the one door that knows which letter it was.
        answer.reply_to or sender,
        [to],
        headers=headers,
        reply_to=[reply_to] if reply_to else None,
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _context(answer: Answer) -> dict[str, Any]:
    invoice = answer.invoice
    logo = logo_url_of(invoice.biller)
    return {
        "biller": invoice.biller,
        "invoice": invoice,
        "brand": brand(invoice.biller.brand_colour),
        "logo_url": settings.BASE_URL.rstrip("/") + logo if logo else "",
        "language": invoice.customer.language,
        "said": answer.said,
        "url": answer.url,
        "can_reply": bool(answer.reply_to),
    }


def sms_of(answer: Answer) -> str:
    """The text message: who, and where; nothing of what was said."""
    with translation.override(answer.invoice.customer.language):
        words = _("{biller} has answered you. Read it and reply here: {url}")
        return words.format(biller=answer.invoice.biller.name, url=answer.url)


def staff_email_of(to: User, biller_name: str, url: str, language: str) -> EmailMultiAlternatives:
    """To a member of staff: that a customer wrote, and where. Nothing of whom, or of what."""
    with translation.override(language):
        subject = _("A customer waits for an answer")
        words = _("A customer of {biller} has written, and nobody has looked yet:")
        how = _("You get this because you asked for it in the inbox, where you can also end it.")
    text = f"{words.format(biller=biller_name)}\n\n{url}\n\n{how}\n"
    sender = formataddr((biller_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    return EmailMultiAlternatives(subject, text, sender, [to.email], headers=dict(AUTOMATIC))


def send_email(mail: EmailMultiAlternatives) -> None:
    """Hand it to the mailer; NotSentError where it would not take it."""
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        permanent = all(500 <= code < 600 for code in codes)
        raise NotSentError("recipient refused", permanent=permanent) from error
    except smtplib.SMTPResponseException as error:
        permanent = 500 <= error.smtp_code < 600
        raise NotSentError(f"SMTP {error.smtp_code}", permanent=permanent) from error
    except Exception as error:
        # The mailer is a setting: whatever it raises, the letter was not sent.
        raise NotSentError(type(error).__name__, permanent=False) from error


def send_sms(to: str, text: str) -> None:
    """Hand it to the sender of text messages; NotSentError where it would not take it."""
    try:
        sms.send(to, text)
    except Exception as error:
        # The sender is a setting, as the mailer is.
        raise NotSentError(type(error).__name__, permanent=False) from error
