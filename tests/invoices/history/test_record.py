"""History: the entry, the jobs it causes and the doorbell are one with the action."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices import clock
from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.history import reactions
from invoices.history.actors import BANK, CUSTOMER, SYSTEM, Actor, staff
from invoices.history.kinds import KINDS
from invoices.history.models import HistoryEntry
from invoices.history.queries import version
from invoices.history.record import Draft, record, record_many
from invoices.live.ring import CHANNEL
from tests.build import a_member, an_invoice

MONEY_MOVED = {"amount_minor": 100, "left_minor": 0}


@pytest.fixture
def invoice(db: None) -> Invoice:
    return an_invoice()


@pytest.fixture
def reacts_to_links() -> Iterator[str]:
    """Two reactions to link.revoked, for the time of the test; yields what their names end on."""
    before = reactions._by_kind.pop("link.revoked", None)

    @reactions.on("link.revoked")
    def first(entry_ids: object) -> None: ...

    @reactions.on("link.revoked")
    def second(entry_ids: object) -> None: ...

    reactions.on("link.revoked")(second)  # registering twice is once
    yield "reacts_to_links.<locals>"
    del reactions._by_kind["link.revoked"]
    if before is not None:
        reactions._by_kind["link.revoked"] = before


def test_an_entry_says_what_happened_to_whom_by_whom_and_when(invoice: Invoice) -> None:
    user = a_member(invoice.biller, Role.AGENT)
    before = clock.now()

    with transaction.atomic():
        entry_id = record(
            "invoice.charged",
            biller_id=invoice.biller_id,
            actor=staff(user.pk),
            invoice_id=invoice.pk,
            customer_id=invoice.customer_id,
            amount_minor=100,
            reason="Late",
        )

    entry = HistoryEntry.objects.get(pk=entry_id)
    assert (entry.kind, entry.biller, entry.invoice) == (
        "invoice.charged",
        invoice.biller,
        invoice,
    )
    assert (entry.actor_kind, entry.actor_user, entry.customer) == (
        "staff",
        user,
        invoice.customer,
    )
    assert entry.data == {"amount_minor": 100, "reason": "Late"}
    assert before <= entry.at <= clock.now()


@pytest.mark.parametrize("actor", [SYSTEM, BANK, CUSTOMER])
def test_every_actor_that_is_no_user_is_a_kind_the_model_knows(
    invoice: Invoice, actor: Actor
) -> None:
    with transaction.atomic():
        record("link.revoked", biller_id=invoice.biller_id, actor=actor)

    entry = HistoryEntry.objects.latest("pk")
    assert entry.actor_kind in HistoryEntry.ActorKind.values
    assert entry.actor_user is None


def test_things_past_are_recorded_at_their_own_time(invoice: Invoice) -> None:
    long_ago = datetime(2020, 2, 29, 12, tzinfo=UTC)

    with transaction.atomic():
        pk = record("link.revoked", biller_id=invoice.biller_id, actor=SYSTEM, at=long_ago)

    assert HistoryEntry.objects.get(pk=pk).at == long_ago


def test_a_kind_that_is_not_in_the_vocabulary_is_our_bug(invoice: Invoice) -> None:
    with pytest.raises(AssertionError, match=r"invoice\.eaten"), transaction.atomic():
        record("invoice.eaten", biller_id=invoice.biller_id, actor=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_history_is_written_in_a_transaction_or_not_at_all() -> None:
    with pytest.raises(AssertionError, match="own transaction"):
        record("link.revoked", biller_id=1, actor=SYSTEM)


def test_nothing_to_record_does_nothing(invoice: Invoice) -> None:
    with transaction.atomic():
        assert record_many("link.revoked", [], biller_id=invoice.biller_id, actor=SYSTEM) == []

    assert HistoryEntry.objects.count() == 1


def test_each_reaction_gets_a_job_for_so_many_entries(
    invoice: Invoice, reacts_to_links: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invoices.history.record.ENTRIES_PER_JOB", 2)

    with transaction.atomic():
        drafts = [Draft({"n": n}, invoice.pk) for n in range(5)]
        ids = record_many("link.revoked", drafts, biller_id=invoice.biller_id, actor=SYSTEM)

    assert [
        entry.data["n"] for entry in HistoryEntry.objects.filter(pk__in=ids).order_by("pk")
    ] == [
        0,
        1,
        2,
        3,
        4,
    ]
    jobs = ProcrastinateJob.objects.order_by("pk")
    assert {(job.queue_name, job.task_name, job.status) for job in jobs} == {
        ("reactions", "invoices.history.tasks.run_reaction", "todo")
    }
    for name in ("first", "second"):
        chunks = [j.args["entry_ids"] for j in jobs if j.args["reaction"].endswith(f".{name}")]
        assert chunks == [ids[:2], ids[2:4], ids[4:]]
    assert all(reactions.by_name(job.args["reaction"]) for job in jobs)


def test_a_kind_without_reactions_defers_no_job(invoice: Invoice) -> None:
    assert not reactions.names_for("contact.preferred")
    before = ProcrastinateJob.objects.count()
    with transaction.atomic():
        record("contact.preferred", biller_id=invoice.biller_id, actor=SYSTEM)

    assert ProcrastinateJob.objects.count() == before


@pytest.fixture
def doorbell(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection that hears the doorbell, as every web process has one."""
    with psycopg.connect(
        **{
            name: value
            for name, value in connection.get_connection_params().items()
            if name in ("host", "port", "dbname", "user", "password")
        },
        autocommit=True,
    ) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        yield listening


def rung(doorbell: psycopg.Connection) -> list[dict[str, object]]:
    return [json.loads(ring.payload) for ring in doorbell.notifies(timeout=0.3)]


def test_a_commit_rings_for_the_invoice_with_its_version_and_for_the_biller(
    doorbell: psycopg.Connection,
) -> None:
    invoice = an_invoice()
    rung(doorbell)

    with transaction.atomic():
        drafts = [Draft(MONEY_MOVED, invoice.pk)] * 2
        record_many("payment.matched", drafts, biller_id=invoice.biller_id, actor=BANK)
        assert rung(doorbell) == []

    assert rung(doorbell) == [
        {
            "p": sorted(KINDS["payment.matched"].panels),
            "t": {f"b{invoice.biller_id}": 0, f"i{invoice.pk}": 3},
        }
    ]
    assert version(invoice.pk) == 3


def test_a_kind_that_changes_no_page_rings_for_the_desk_alone(doorbell: psycopg.Connection) -> None:
    invoice = an_invoice()

    assert rung(doorbell) == [{"p": ["invoices"], "t": {f"b{invoice.biller_id}": 0}}]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_takes_back_the_entry_the_jobs_and_the_ring(
    doorbell: psycopg.Connection, reacts_to_links: str
) -> None:
    invoice = an_invoice()
    rung(doorbell)
    before = ProcrastinateJob.objects.count()

    with transaction.atomic():
        record("link.revoked", biller_id=invoice.biller_id, actor=SYSTEM, invoice_id=invoice.pk)
        assert ProcrastinateJob.objects.count() == before + 2
        transaction.set_rollback(True)

    assert version(invoice.pk) == 1
    assert ProcrastinateJob.objects.count() == before
    assert rung(doorbell) == []
