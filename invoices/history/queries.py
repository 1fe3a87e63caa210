"""How far the history has come."""

from collections.abc import Collection

from invoices import prepared
from invoices.history.models import HistoryEntry


def version(invoice_id: int) -> int:
    """The number of entries. The table only grows: an equal number means nothing is unseen."""
    ((count,),) = prepared.fetch(
        "SELECT count(*) FROM invoices_historyentry WHERE invoice_id = %s", [invoice_id]
    )
    return int(count)


def version_of_kinds(invoice_id: int, kinds: Collection[str]) -> int:
    """The number of entries of these kinds: for viewers who must not learn of the others."""
    return HistoryEntry.objects.filter(invoice_id=invoice_id, kind__in=kinds).count()


def newest_of_biller(biller_id: int) -> int:
    """The id of the biller's newest entry, 0 without one.

    Good enough to tell a desk that something has happened, and no more: ids are given before
    transactions commit, so two writers at once can show them out of order. A ring follows each.
    """
    newest = HistoryEntry.objects.filter(biller_id=biller_id).order_by("-pk")
    return newest.values_list("pk", flat=True).first() or 0
