"""``manage.py receive_mail``: take in answers by SMTP, until it is stopped."""

import asyncio
import signal
import ssl
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from messaging.mail.server import serve


class Command(BaseCommand):
    """Run the server."""

    help = "Take in e-mails that answer ours (NOTA_REPLY_DOMAIN), by SMTP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8025, help="on which port (8025)")
        parser.add_argument("--certificate", default="", help="a PEM file, to offer STARTTLS")
        parser.add_argument("--key", default="", help="the certificate's key, if apart")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.REPLY_DOMAIN:
            raise CommandError("Set NOTA_REPLY_DOMAIN, the domain of the addresses to answer to.")
        tls = None
        if options["certificate"]:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(options["certificate"], options["key"] or None)
        asyncio.run(self._run(options["host"], options["port"], tls))

    async def _run(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        asked_to_stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
        try:
            server = await serve(host, port, tls)
        except OSError as error:
            raise CommandError(f"Cannot listen on {host} port {port}: {error.strerror}.") from None
        async with server:
            self.stdout.write(f"Taking in mail for {settings.REPLY_DOMAIN} on {host} port {port}.")
            self.stdout.flush()
            await asked_to_stop.wait()
