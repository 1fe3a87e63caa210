"""Jobs run, are tried again when they fail, and are taken up when their worker died."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import pytest
from django.db import connection, connections, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from invoices.documents.queries import figures
from invoices.history import reactions
from invoices.history.actors import SYSTEM
from invoices.history.record import record
from invoices.history.tasks import STALLED_AFTER_S, requeue_stalled
from invoices.ledger.queries import faults
from payments.bankfiles.actions import receive_file
from payments.matching.models import Match
from tests.build import a_biller, a_customer, an_invoice, an_ocr_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _worker_threads_keep_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


def work(*queues: str) -> None:
    """Run a worker on the test's database until no job is left that can be run now."""

    async def until_idle() -> None:
        async with app.open_async():
            await app.run_worker_async(
                wait=False, queues=["reactions", *queues], install_signal_handlers=False
            )

    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()):
        asyncio.run(until_idle())


def jobs() -> QuerySet[ProcrastinateJob]:
    """The reactions' jobs; a worker adds some of its own for upkeep."""
    return ProcrastinateJob.objects.filter(queue_name="reactions").order_by("pk")


def statuses() -> list[str]:
    return list(jobs().values_list("status", flat=True))


@pytest.fixture
def reaction() -> Iterator[Callable[..., None]]:
    """Sets what is done when a link is revoked, for the time of the test."""
    before = reactions._by_kind.pop("link.revoked", None)

    def set_(what: Callable[[Sequence[int]], None]) -> None:
        what.__module__, what.__qualname__ = __name__, "what"
        reactions.on("link.revoked")(what)

    yield set_
    reactions._by_kind.pop("link.revoked", None)
    if before is not None:
        reactions._by_kind["link.revoked"] = before


def test_a_received_file_is_matched_by_a_worker() -> None:
    invoice = an_invoice(a_customer(a_biller()))
    receive_file(invoice.biller, "bank.txt", an_ocr_file((invoice, 20_000)), actor=SYSTEM)
    assert figures(invoice).paid == 0

    work()

    assert set(statuses()) == {"succeeded"}
    assert figures(invoice).paid == 20_000
    assert Match.objects.count() == 1


def test_a_job_that_runs_twice_books_once() -> None:
    invoice = an_invoice(a_customer(a_biller()))
    receive_file(invoice.biller, "bank.txt", an_ocr_file((invoice, 20_000)), actor=SYSTEM)
    work()
    job = jobs().get(args__reaction="payments.reactions.match_received")

    reactions.by_name(job.args["reaction"])(job.args["entry_ids"])

    assert figures(invoice).paid == 20_000
    assert faults() == []


def test_a_reaction_gets_the_entries_it_was_deferred_for(reaction: Callable[..., None]) -> None:
    seen: list[Sequence[int]] = []
    reaction(lambda entry_ids: seen.append(entry_ids))
    with transaction.atomic():
        entry_id = record("link.revoked", biller_id=a_biller().pk, actor=SYSTEM)

    work()

    assert seen == [[entry_id]]


def test_a_reaction_that_fails_is_tried_again_later(reaction: Callable[..., None]) -> None:
    def fails(entry_ids: Sequence[int]) -> None:
        raise RuntimeError("the database went away")

    reaction(fails)
    with transaction.atomic():
        record("link.revoked", biller_id=a_biller().pk, actor=SYSTEM)

    work()

    job = jobs().get()
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at is not None


def test_what_a_reaction_records_is_one_with_its_transaction_too(
    reaction: Callable[..., None],
) -> None:
    biller = a_biller()
    seen: list[Sequence[int]] = []

    def records_another_and_thinks_better_of_it(entry_ids: Sequence[int]) -> None:
        seen.append(entry_ids)
        if len(seen) == 1:
            with transaction.atomic():
                record("link.revoked", biller_id=biller.pk, actor=SYSTEM)
                transaction.set_rollback(True)

    reaction(records_another_and_thinks_better_of_it)
    with transaction.atomic():
        entry_id = record("link.revoked", biller_id=biller.pk, actor=SYSTEM)

    work()

    assert seen == [[entry_id]]
    assert statuses() == ["succeeded"]


def test_what_a_reaction_records_causes_jobs_of_its_own(reaction: Callable[..., None]) -> None:
    biller = a_biller()
    seen: list[Sequence[int]] = []

    def records_another(entry_ids: Sequence[int]) -> None:
        seen.append(entry_ids)
        if len(seen) == 1:
            with transaction.atomic():
                record("link.revoked", biller_id=biller.pk, actor=SYSTEM)

    reaction(records_another)
    with transaction.atomic():
        record("link.revoked", biller_id=biller.pk, actor=SYSTEM)

    work()

    assert len(seen) == 2
    assert seen[0] != seen[1]


def left_by_a_worker(heartbeat_s_ago: int | None) -> None:
    """Leave the jobs as a worker does that was killed while it did them."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        if heartbeat_s_ago is not None:
            cursor.execute(
                "WITH w AS (INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - make_interval(secs => %s)) RETURNING id)"
                " UPDATE procrastinate_jobs SET worker_id = (SELECT id FROM w)",
                [heartbeat_s_ago],
            )


def take_up_stalled() -> None:
    with suppress(AlreadyEnqueued):  # the worker that came before may have done so
        requeue_stalled.configure(task_kwargs={"timestamp": int(time.time())}).defer()
    work("upkeep")


@pytest.mark.parametrize("heartbeat_s_ago", [STALLED_AFTER_S + 5, None])
def test_the_job_of_a_worker_that_was_killed_is_done_by_another(
    heartbeat_s_ago: int | None,
) -> None:
    invoice = an_invoice(a_customer(a_biller()))
    receive_file(invoice.biller, "bank.txt", an_ocr_file((invoice, 20_000)), actor=SYSTEM)
    left_by_a_worker(heartbeat_s_ago)
    work()
    assert figures(invoice).paid == 0

    take_up_stalled()

    assert set(statuses()) == {"succeeded"}
    assert figures(invoice).paid == 20_000


def test_the_job_of_a_worker_that_lives_is_left_to_it() -> None:
    invoice = an_invoice(a_customer(a_biller()))
    receive_file(invoice.biller, "bank.txt", an_ocr_file((invoice, 20_000)), actor=SYSTEM)
    left_by_a_worker(5)

    take_up_stalled()

    assert set(statuses()) == {"doing"}
    assert figures(invoice).paid == 0
