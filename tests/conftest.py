"""What every test may lean on."""

import os

import pytest

from config import database


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded PostgreSQL, unless DATABASE_URL names another."""
    os.environ.setdefault("NOTA_PG_FAST", "1")
    database.start()
