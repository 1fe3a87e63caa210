"""Text messages of this room: one seam, ``settings.SMS_SENDER``, as the mailer's for e-mail.

The setting names a class whose objects have ``send(to, text)``, where ``to`` is a number with
country code. Without one nothing is sent, and phone numbers are not counted among what codes can
go to. The channels of the upper floor bring senders of their own.
"""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from invoices.errors import N_, Refused


class Sender(Protocol):
    """What sends a text message; it raises whatever should let the job try again."""

    def send(self, to: str, text: str) -> None: ...


def configured() -> bool:
    """Whether text messages can be sent at all."""
    return bool(settings.SMS_SENDER)


def send(to: str, text: str) -> None:
    """Send a text message, or refuse in one sentence where nothing is there to send it."""
    if not configured():
        raise Refused(N_("Text messages cannot be sent: no sender is configured (NOTA_SMS)."))
    sender: Sender = import_string(settings.SMS_SENDER)()
    sender.send(to, text)
