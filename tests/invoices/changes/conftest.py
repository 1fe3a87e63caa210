"""What holds after every change, whatever the test was about."""

from collections.abc import Iterator

import pytest
from django.db import connection

from invoices.ledger.queries import faults


@pytest.fixture(autouse=True)
def _the_books_add_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that had a database."""
    yield
    if request.node.get_closest_marker("django_db") and not connection.needs_rollback:
        assert faults() == []
