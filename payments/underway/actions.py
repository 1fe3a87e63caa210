"""The only writer of money on its way: whoever begins to move some comes here first."""

from collections.abc import Sequence

from django.db import connection

from invoices import clock
from invoices.documents.models import Invoice
from invoices.documents.queries import collector
from invoices.errors import N_, Refused
from payments.underway.models import Underway
from payments.underway.queries import underway

_TAKEN = {
    Underway.By.PROVIDER: N_(
        "A payment of {amount} is already under way. Wait until it has arrived, or cancel it first."
    ),
    Underway.By.CLAIM: N_(
        "{amount} is already being drawn by direct debit. There is nothing more to do."
    ),
}


def begin(invoice: Invoice, amount_minor: int, *, by: Underway.By, reference: str) -> Underway:
    """Set an amount moving to an invoice that the caller has locked (``lock_invoice``).

    The same ``by`` and ``reference`` again is the same row. Refused while something else is on
    its way, in words fit for the customer.
    """
    assert connection.in_atomic_block
    now = underway(invoice.pk)
    if now is None:
        if who := collector(invoice):
            raise Refused(
                N_("{agency} collects this invoice now. The invoice page says how to pay them."),
                agency=who.agency,
            )
        return Underway.objects.create(
            invoice=invoice,
            amount_minor=amount_minor,
            by=by,
            reference=reference,
            since=clock.now(),
        )
    if (now.by, now.reference) == (by, reference):
        return now
    raise Refused(
        _TAKEN[Underway.By(now.by)], amount_minor=now.amount_minor, currency=invoice.currency
    )


def begin_all(rows: Sequence[tuple[int, int, str]], *, by: Underway.By) -> None:
    """Set amounts moving to many invoices at once: (invoice, minor units, reference) each.

    The caller has locked the invoices and left out those to which something moves already
    (``queries.moving_to``): nothing is refused in here.
    """
    assert connection.in_atomic_block
    now = clock.now()
    Underway.objects.bulk_create(
        [
            Underway(
                invoice_id=invoice_id,
                amount_minor=amount_minor,
                by=by,
                reference=reference,
                since=now,
            )
            for invoice_id, amount_minor, reference in rows
        ]
    )


def end(*, by: Underway.By, reference: str) -> bool:
    """It has arrived, or never will; False where it had ended before."""
    assert connection.in_atomic_block
    moving = Underway.objects.filter(by=by, reference=reference, until=None)
    return moving.update(until=clock.now()) == 1
