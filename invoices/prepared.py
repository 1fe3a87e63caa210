"""Statements that PostgreSQL plans once per connection instead of once per request.

Django puts the values into the text of a statement, so that PostgreSQL has to read and plan it
anew each time: for the statements of the invoice page that costs ten times what running them
does. Behind a pooler that knows no prepared statements, set PREPARE_AFTER to None.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import connection
from django.db.backends.postgresql import base

PREPARE_AFTER: Final[int | None] = 2  # times a connection has run it


def fetch(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of one statement. It is counted and logged like every other query of Django's."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.connection.prepare_threshold = PREPARE_AFTER
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    bare: Any = base.ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    with wrap(bare) as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
