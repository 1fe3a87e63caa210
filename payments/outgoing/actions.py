"""The only writer of files for banks."""

import hashlib

from django.db import connection, transaction

from invoices import clock
from invoices.billers.models import Biller
from invoices.history.actors import Actor
from invoices.history.record import record
from payments.formats.base import Outgoing
from payments.outgoing.models import SEALED_FOR, OutgoingFile, Series
from payments.sealing import seal_bytes


def take_number(biller_id: int, series: str) -> int:
    """The next number of a series of the biller, from 1; taken back by a rollback.

    Whoever else wants one of the same series waits until this transaction ends.
    """
    assert connection.in_atomic_block
    Series.objects.get_or_create(biller_id=biller_id, name=series)
    row = Series.objects.select_for_update().get(biller_id=biller_id, name=series)
    Series.objects.filter(pk=row.pk).update(next=row.next + 1)
    return row.next


@transaction.atomic
def store_file(
    biller: Biller,
    *,
    scheme: str,
    kind: OutgoingFile.Kind,
    outgoing: Outgoing,
    actor: Actor,
) -> OutgoingFile:
    """Keep a file for the bank in the transaction that marks its orders as sent.

    Records ``outgoing.written``. Its own number is of the series ``file.SCHEME.KIND``; numbers
    that stand in the file are taken by its writer before.
    """
    number = take_number(biller.pk, f"file.{scheme}.{kind}")
    file = OutgoingFile.objects.create(
        biller=biller,
        scheme=scheme,
        kind=kind,
        number=number,
        name=f"{scheme}-{kind}-{number:05d}.txt",
        sealed=seal_bytes(outgoing.raw, SEALED_FOR),
        sha256=hashlib.sha256(outgoing.raw).digest(),
        count=outgoing.count,
        sum_minor=outgoing.sum_minor,
        created_at=clock.now(),
    )
    record(
        "outgoing.written",
        biller_id=biller.pk,
        actor=actor,
        file=file.name,
        file_id=file.pk,
        count=file.count,
        amount_minor=file.sum_minor,
        currency=biller.currency,
    )
    return file


@transaction.atomic
def note_fetched(file_id: int, *, user_id: int, actor: Actor) -> OutgoingFile:
    """Somebody takes the file to the bank; the first time records ``outgoing.fetched``."""
    file = OutgoingFile.objects.select_for_update().get(pk=file_id)
    if file.fetched_at is None:
        file.fetched_at, file.fetched_by_id = clock.now(), user_id
        file.save(update_fields=["fetched_at", "fetched_by"])
        record(
            "outgoing.fetched",
            biller_id=file.biller_id,
            actor=actor,
            file=file.name,
            file_id=file.pk,
        )
    return file
