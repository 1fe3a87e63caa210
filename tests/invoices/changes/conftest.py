"""What holds after every change, whatever the test was about."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from invoices.documents.models import Invoice
from invoices.ledger.queries import faults
from tests.build import a_link


@pytest.fixture(autouse=True)
def _the_books_add_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that had a database."""
    yield
    if request.node.get_closest_marker("django_db") and not connection.needs_rollback:
        assert faults() == []


@pytest.fixture
def anna(invoice: Invoice) -> Client:
    """The customer's browser, which reads English."""
    client = Client()
    client.cookies["nota_language"] = "en"
    assert client.get(a_link(invoice)).status_code == 302
    return client
