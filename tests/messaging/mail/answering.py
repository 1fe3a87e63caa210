"""Customers who answer by e-mail, as the tests of taking it in know them."""

import asyncio
import smtplib
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from invoices.customers.models import ContactPoint
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from messaging.mail import actions, server
from messaging.mail.door import receive, recipient_of
from messaging.mail.keys import reply_address
from messaging.mail.models import Outcome
from messaging.mail.states import Via
from messaging.threads.models import Message, Thread

DOMAIN = "svar.example.com"
SECRET = "a-secret-of-the-provider"


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


@contextmanager
def a_mail_server() -> Iterator[smtplib.SMTP]:
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
