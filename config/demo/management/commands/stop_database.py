"""``manage.py stop_database``: stop the embedded PostgreSQL, which otherwise stays up."""

from typing import Any

from django.core.management.base import BaseCommand

from config import database


class Command(BaseCommand):
    """Stop the embedded PostgreSQL."""

    help = "Stop the embedded PostgreSQL. The next command starts it again."

    def handle(self, *args: Any, **options: Any) -> None:
        database.stop()
        self.stdout.write("The embedded PostgreSQL is stopped.")
