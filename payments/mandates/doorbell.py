"""Rings at all open invoices of a customer: automatic payment is the customer's, not one invoice's.

``record()`` rings where something was recorded. What a mandate or a draw changes stands on the
customer's other invoices too: their pages hear it here, without a version, since nothing was added
to their history.
"""

from collections.abc import Collection
from typing import Final

from invoices.documents.models import Invoice
from invoices.documents.queries import with_left
from invoices.live.ring import ring

PANELS: Final = ("autopay", "balance", "pay")


def ring_elsewhere(customer_ids: Collection[int], *, heard: Collection[int]) -> None:
    """Ring at the open invoices of the customers, but for those that have ``heard`` it already.

    Runs in the caller's transaction, and is heard when that commits.
    """
    open_ones = with_left(Invoice.objects.filter(customer_id__in=customer_ids))
    elsewhere = open_ones.filter(left_minor__gt=0).exclude(pk__in=heard)
    ids = elsewhere.values_list("pk", flat=True).order_by("pk")
    ring({f"i{invoice_id}": 0 for invoice_id in ids}, PANELS)
