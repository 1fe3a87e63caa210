"""What is on its way."""

from collections.abc import Collection

from payments.underway.models import Underway


def underway(invoice_id: int) -> Underway | None:
    """What is on its way to the invoice now. One query."""
    return Underway.objects.filter(invoice_id=invoice_id, until=None).first()


def moving_to(invoice_ids: Collection[int]) -> set[int]:
    """Those of the invoices to which something is on its way now. One query."""
    moving = Underway.objects.filter(invoice_id__in=invoice_ids, until=None)
    return set(moving.values_list("invoice_id", flat=True))
