"""Writing history: the entry, the jobs it causes and the doorbell, in the action's transaction."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import connection
from procrastinate.types import JSONDict

from invoices import clock
from invoices.bulk import array, copy_rows, reserve_ids
from invoices.history import reactions
from invoices.history.actors import Actor
from invoices.history.kinds import KINDS
from invoices.history.models import HistoryEntry
from invoices.history.tasks import run_reaction
from invoices.live.ring import ring

ENTRIES_PER_JOB = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be. ``data`` is JSON: ids, amounts in minor units, ISO days; no personal data."""

    data: dict[str, Any]
    invoice_id: int | None = None
    customer_id: int | None = None


def record(
    kind: str,
    *,
    biller_id: int,
    actor: Actor,
    invoice_id: int | None = None,
    customer_id: int | None = None,
    at: datetime | None = None,
    **data: Any,
) -> int:
    """Record that one thing happened; returns the entry's id. See ``record_many``."""
    draft = Draft(data, invoice_id, customer_id)
    return record_many(kind, [draft], biller_id=biller_id, actor=actor, at=at)[0]


def record_many(
    kind: str,
    drafts: Sequence[Draft],
    *,
    biller_id: int,
    actor: Actor,
    at: datetime | None = None,
) -> list[int]:
    """Record that many things of one kind happened, in the caller's transaction.

    Inserts the entries, defers a job per reaction registered for the kind and per
    ENTRIES_PER_JOB entries, and rings the doorbell of the pages that show something else now.
    A rollback takes all of it back. ``at`` (aware) is for imports of things past.
    """
    assert connection.in_atomic_block, "history is written in the action's own transaction"
    assert kind in KINDS, kind
    if not drafts:
        return []
    entry_ids = _insert(kind, drafts, biller_id, actor, at or clock.now())
    jobs: list[JSONDict] = [
        {"reaction": name, "entry_ids": list(chunk)}
        for name in reactions.names_for(kind)
        for chunk in batched(entry_ids, ENTRIES_PER_JOB, strict=False)
    ]
    if jobs:
        run_reaction.batch_defer(*jobs)
    _ring_pages(kind, drafts, biller_id)
    return entry_ids


def _insert(
    kind: str, drafts: Sequence[Draft], biller_id: int, actor: Actor, at: datetime
) -> list[int]:
    ids = reserve_ids(HistoryEntry, len(drafts))
    copy_rows(
        HistoryEntry,
        ("id", "biller_id", "kind", "actor_kind", "actor_user_id", "at")
        + ("invoice_id", "customer_id", "data"),
        (
            (entry_id, biller_id, kind, actor.kind, actor.user_id, at)
            + (draft.invoice_id, draft.customer_id, json.dumps(draft.data))
            for entry_id, draft in zip(ids, drafts, strict=True)
        ),
    )
    return ids


def _ring_pages(kind: str, drafts: Sequence[Draft], biller_id: int) -> None:
    panels = KINDS[kind].panels
    topics = {f"b{biller_id}": 0}
    if "history" in panels:
        topics |= _versions({d.invoice_id for d in drafts if d.invoice_id is not None})
    ring(topics, panels)


def _versions(invoice_ids: Iterable[int]) -> dict[str, int]:
    """Topic -> number of entries, as this transaction sees it: a hint for the pages."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT invoice_id, count(*) FROM invoices_historyentry"
            " WHERE invoice_id = ANY(%s::bigint[]) GROUP BY invoice_id",
            [array(invoice_ids)],
        )
        return {f"i{invoice_id}": count for invoice_id, count in cursor.fetchall()}
