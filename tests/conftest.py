"""What every test may lean on."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations

from config import database

_STARTED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded PostgreSQL, unless DATABASE_URL names another."""
    os.environ.setdefault("NOTA_PG_FAST", "1")
    config.stash[_STARTED] = database.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that was started here."""
    if config.stash.get(_STARTED, False):
        connections.close_all()
        database.stop()


@pytest.fixture(scope="session", autouse=True)
def _committed_rows_can_be_emptied() -> Iterator[None]:
    """Let Django empty the tables after a test that commits.

    The append-only tables refuse TRUNCATE, so the guards sleep in that one transaction; and
    the queue and the cache are emptied with the rest, which Django does not know of.
    """
    real = DatabaseOperations.sql_flush
    own = "TRUNCATE procrastinate_jobs, procrastinate_periodic_defers, procrastinate_workers,"

    def sql_flush(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        return [
            "SET LOCAL session_replication_role = replica",
            f"{own} procrastinate_events, nota_cache CASCADE",
            *real(self, *args, **kwargs),
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield
