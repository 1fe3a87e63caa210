"""The only writer of the funnel: steps on the way to automatic payment, each counted once."""

from django.db import transaction

from invoices import clock
from invoices.documents.models import Invoice
from invoices.history.actors import Actor
from payments.mandates.models import FunnelStep, Mandate


def note_step(step: FunnelStep.Step, *, mandate: Mandate) -> None:
    """A step of a mandate, in the transaction that takes it."""
    FunnelStep.objects.get_or_create(
        mandate=mandate,
        step=step,
        defaults={
            "biller_id": mandate.biller_id,
            "customer_id": mandate.customer_id,
            "invoice_id": mandate.invoice_id,
            "scheme": mandate.scheme,
            "moment": mandate.moment or FunnelStep.Moment.BANK,
            "at": clock.now(),
        },
    )


@transaction.atomic
def note_before(
    invoice: Invoice, step: FunnelStep.Step, moment: str, scheme: str, *, actor: Actor
) -> bool:
    """A step before there is a mandate: seen, not wanted, clicked. False where it was known."""
    _step, made = FunnelStep.objects.get_or_create(
        customer_id=invoice.customer_id,
        invoice=invoice,
        moment=moment,
        step=step,
        mandate=None,
        defaults={"biller_id": invoice.biller_id, "scheme": scheme, "at": clock.now()},
    )
    return made
