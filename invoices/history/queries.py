"""Reading the history of an invoice."""

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from invoices.history.kinds import FOR_CUSTOMERS
from invoices.history.models import HistoryEntry

PER_PAGE = 40


def version(invoice_id: int) -> int:
    """The number of entries. The table only grows: an equal number means nothing is unseen."""
    return HistoryEntry.objects.filter(invoice_id=invoice_id).count()


def timeline(
    invoice_id: int, *, for_staff: bool, before: uuid.UUID | None = None
) -> Sequence[HistoryEntry]:
    """The newest PER_PAGE + 1 entries the reader may see, newest first, or those before one.

    The one too many tells that there are earlier ones. One query, however long the history.
    """
    entries: QuerySet[HistoryEntry] = HistoryEntry.objects.filter(invoice_id=invoice_id)
    if not for_staff:
        entries = entries.filter(kind__in=FOR_CUSTOMERS)
    if before is not None:
        older_than = HistoryEntry.objects.filter(invoice_id=invoice_id, public_id=before)
        entries = entries.filter(pk__lt=older_than.values("pk"))
    return list(entries.select_related("actor_user").order_by("-pk")[: PER_PAGE + 1])
