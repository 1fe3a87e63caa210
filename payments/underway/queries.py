"""What is on its way."""

from payments.underway.models import Underway


def underway(invoice_id: int) -> Underway | None:
    """What is on its way to the invoice now. One query."""
    return Underway.objects.filter(invoice_id=invoice_id, until=None).first()
