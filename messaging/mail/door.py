"""The one door for mail that comes in, by whichever way: who may, how much, kept, and read later.

What is refused is told in English, in plain letters: a mail server passes it on to the sender.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from invoices.billers.areas import Area
from invoices.customers.models import ContactPoint
from invoices.documents.links import limits
from invoices.documents.links.limits import Limit
from invoices.history.actors import CUSTOMER
from messaging.mail import actions
from messaging.mail.address import BadTokenError, token_in
from messaging.mail.keys import reply_behind
from messaging.mail.models import IncomingMail
from messaging.mail.states import Via
from messaging.mail.tasks import take_in
from messaging.threads.models import Thread

LARGEST_MAIL_BYTES = 25 * 1024 * 1024
MAILS_OF_THREAD = Limit("mail-thread", 30, timedelta(hours=1))


class RefusedMailError(Exception):
    """The mail is not taken. ``code`` is SMTP's; the sentence says what to do instead."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence

    @property
    def answer(self) -> str:
        return f"{self.code} {self.sentence}"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a mail goes: the thread, and the contact point whose address it answers."""

    thread: Thread
    point_id: int


def recipient_of(address: str) -> Recipient:
    """Whom the address names. RefusedMailError with a sentence for everything else."""
    token = token_in(address, settings.REPLY_DOMAIN)
    if token is None:
        raise RefusedMailError(550, "5.7.1 Only answers to our own e-mails are taken here.")
    try:
        reply = reply_behind(token)
    except BadTokenError as bad:
        raise RefusedMailError(550, _EXPIRED if bad.expired else _UNKNOWN) from None
    thread = Thread.objects.select_related("invoice__biller").filter(pk=reply.thread_id).first()
    points = ContactPoint.objects.filter(pk=reply.point_id)
    if thread is None or not points.filter(customer=thread.customer_id).exists():
        raise RefusedMailError(550, _UNKNOWN)
    if Area.MESSAGES in thread.invoice.biller.link_code_for:
        raise RefusedMailError(550, "5.7.1 Please answer on the page: open the link in our e-mail.")
    return Recipient(thread, reply.point_id)


_UNKNOWN = (
    "5.1.1 This reply address is not known or no longer used."
    " Please open the link in our e-mail and write on the page."
)
_EXPIRED = (
    "5.7.1 This reply address is too old."
    " Please open the link in our newest e-mail and write on the page."
)


@transaction.atomic
def receive(
    raw: bytes, recipient: Recipient, *, via: Via, null_sender: bool
) -> IncomingMail | None:
    """Take a mail in: kept at once, read by a job. None where it was here before."""
    if len(raw) > LARGEST_MAIL_BYTES:
        raise RefusedMailError(552, "5.3.4 The e-mail is too large. Please send less at a time.")
    if not limits.count(MAILS_OF_THREAD, recipient.thread.pk):
        raise RefusedMailError(452, "4.7.1 Too many e-mails in this hour. Please write later.")
    mail = actions.keep_mail(
        raw,
        recipient.thread,
        recipient.point_id,
        via=via,
        null_sender=null_sender,
        actor=CUSTOMER,
    )
    if mail is not None:
        take_in.defer(mail_id=mail.pk)
    return mail
