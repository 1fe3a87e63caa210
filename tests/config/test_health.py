"""/readyz: it says what is missing, and asks the database little."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def test_it_is_ready_when_all_is_there() -> None:
    answer = Client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"database": True, "migrations": True, "jobs": True}


def test_a_migration_that_has_not_run_makes_it_wait() -> None:
    newest = MigrationRecorder.Migration.objects.filter(app="invoices").order_by("-name").first()
    assert newest is not None
    newest.delete()

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["migrations"] is False


def test_a_look_asks_three_questions_at_most() -> None:
    Client().get("/readyz")

    with CaptureQueriesContext(connection) as asked:
        Client().get("/readyz")

    assert len(asked) <= 3
