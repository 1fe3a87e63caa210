"""The SMTP server for answers: aiosmtpd, for our reply domain alone.

It stands behind the house's own mail server or alone on its port; it never sends, never relays and
knows no users. Each mail is kept before it is acknowledged, so that none is lost after a 250.
"""

import asyncio
import logging
import ssl
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connections

from messaging.mail.door import (
    LARGEST_MAIL_BYTES,
    Recipient,
    RefusedMailError,
    receive,
    recipient_of,
)
from messaging.mail.states import Via

log = logging.getLogger(__name__)

RECIPIENTS_MAX: Final = 5
SILENCE_S: Final = 60
TROUBLE: Final = "451 4.3.0 It cannot be taken in just now. Please try again later."


class Handler:
    """What the server asks: whether a recipient is ours, and to take the mail."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse an address before the mail is sent, with a sentence that says what to do."""
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return "452 4.5.3 Too many recipients."
        try:
            await asyncio.to_thread(_alone, recipient_of, address)
        except RefusedMailError as refused:
            return refused.answer
        except Exception:
            log.exception("an address could not be looked up")
            return TROUBLE  # our own bug or the database: the sender's server tries again
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail; only then is it acknowledged."""
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        null_sender = not (envelope.mail_from or "").strip("<> ")
        try:
            for address in envelope.rcpt_tos:
                await asyncio.to_thread(_alone, _take, raw, address, null_sender)
        except RefusedMailError as refused:
            return refused.answer
        except Exception:
            log.exception("a mail could not be kept")
            return TROUBLE
        return "250 2.0.0 It is in the conversation."


def _take(raw: bytes, address: str, null_sender: bool) -> None:
    recipient: Recipient = recipient_of(address)
    receive(raw, recipient, via=Via.SMTP, null_sender=null_sender)


def _alone(work: object, *args: object) -> None:
    """Work with the database from a thread that keeps no connection."""
    try:
        work(*args)  # type: ignore[operator]
    finally:
        connections.close_all()


def protocol(tls: ssl.SSLContext | None = None) -> SMTP:
    """One connection's server."""
    return SMTP(
        Handler(),
        data_size_limit=LARGEST_MAIL_BYTES,
        enable_SMTPUTF8=True,
        hostname="nota",
        ident="Nota",
        tls_context=tls,
        timeout=SILENCE_S,
        auth_require_tls=True,
    )


async def serve(host: str, port: int, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    """Listen; the server is running when this returns."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: protocol(tls), host, port)
