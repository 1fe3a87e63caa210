"""One world for all of these tests, asked for everything once; each test leaves it as it was."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.invoices.documents.pdf.papers import record_of
from tests.people import World, the_world
from tests.security.walk import SAFE, UNSAFE, Walked, rows, walk


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Tests that ask for it are marked ``django_db``: each is rolled back within it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield the_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def walked(world: World) -> Walked:
    """Every URL, every actor, every method; what each got, and what reading alone has changed."""
    for invoice in (world.annas, world.bos, world.namesakes):
        record_of(invoice, invoice.customer.language)  # made by whoever asks first, and never again
    before = rows()
    read = walk(world, SAFE, undo=False)
    after = rows()
    return Walked([*read, *walk(world, UNSAFE, undo=True)], before, after)
