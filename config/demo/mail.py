"""The demo's e-mails: printed, kept in its data folder, and shown in the control room.

There they can be answered: the answer goes by real SMTP to the server that takes answers in.
"""

import smtplib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage as DjangoEmail
from django.core.mail.backends.console import EmailBackend

FOLDER = "mail"
SHOWN = 3
KEPT = 200


class Kept(EmailBackend):
    """Prints as the console's does, and keeps the newest as files."""

    def send_messages(self, email_messages: Sequence[DjangoEmail]) -> int:
        """Keep and print them; nothing leaves the machine."""
        folder = _folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        numbers = [int(file.stem) for file in folder.glob("*.eml")]
        for number, message in enumerate(email_messages, start=max(numbers, default=0) + 1):
            file = folder / f"{number:06d}.eml"
            file.write_bytes(message.message().as_bytes())
        for old in sorted(folder.glob("*.eml"))[:-KEPT]:
            old.unlink()
        return super().send_messages(email_messages) or 0


@dataclass(frozen=True, slots=True)
class Sent:
    """An e-mail as the control room shows it. ``reply_to`` is "" where it cannot be answered."""

    number: str
    to: str
    subject: str
    text: str
    html: str
    reply_to: str
    message_id: str


def latest() -> list[Sent]:
    """The newest few, the newest first."""
    files = sorted(_folder().glob("*.eml"))[-SHOWN:]
    return [_read(file) for file in reversed(files)]


def sent(number: str) -> Sent | None:
    """One of them."""
    file = _folder() / f"{number}.eml"
    return _read(file) if number.isdecimal() and file.exists() else None


def answer(mail: Sent, text: str) -> str:
    """Answer it as the customer's program would; what the server said, "" where it took it."""
    message = EmailMessage()
    message["From"] = mail.to
    message["To"] = mail.reply_to
    message["Subject"] = f"Re: {mail.subject}"
    message["Message-ID"] = f"<{uuid.uuid4()}@demo.example>"
    message["In-Reply-To"] = mail.message_id
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    message.set_content(f"{text}\n\nDen 1. jan. kl. 12:00 skrev <{mail.reply_to}>:\n\n{quoted}\n")
    try:
        with smtplib.SMTP("127.0.0.1", settings.DEMO_MAIL_PORT, timeout=10) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        return " ".join(said.decode() for _code, said in refused.recipients.values())
    except (smtplib.SMTPException, OSError) as error:
        return str(error)
    return ""


def _read(file: Path) -> Sent:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    reply_to = parseaddr(str(message["Reply-To"] or ""))[1]
    domain = reply_to.rpartition("@")[2]
    return Sent(
        number=file.stem,
        to=parseaddr(str(message["To"]))[1],
        subject=str(message["Subject"]),
        text=plain.get_content() if plain else "",
        html=html.get_content() if html else "",
        reply_to=reply_to if domain == settings.REPLY_DOMAIN else "",
        message_id=str(message["Message-ID"]),
    )


def _folder() -> Path:
    return Path(settings.DATA_DIR) / FOLDER
