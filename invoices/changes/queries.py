"""What the rules of change need to know, read once."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from invoices import clock
from invoices.billers.models import Biller
from invoices.changes.policy import Rules, Standing, payday_of
from invoices.documents import queries
from invoices.documents.models import Invoice
from invoices.documents.states import ChangeFact, Figures, Part, marks_of
from invoices.ledger.codes import Code
from invoices.ledger.models import Transfer

PAYMENTS_LOOKED_AT = 12


def rules_of(biller: Biller) -> Rules:
    """The biller's rules for its customers and its agents."""
    return Rules(
        country=biller.country,
        currency=biller.currency,
        move=biller.self_service_move,
        split=biller.self_service_split,
        move_days_max=biller.move_due_days_max,
        moves_max=biller.moves_max,
        instalments_max=biller.instalments_max,
        instalment_floor=biller.instalment_floor_minor,
        write_down_limit=biller.write_down_limit_minor,
    )


def standing_of(invoice: Invoice) -> Standing:
    """Where the invoice stands now, read afresh; under the invoice's lock, for certain."""
    figures = queries.figures(invoice)
    parts = queries.instalments(invoice, figures.left)
    return standing_from(invoice, figures, parts, queries.changes_of(invoice))


def standing_from(
    invoice: Invoice,
    figures: Figures,
    parts: Sequence[Part],
    changes: Sequence[ChangeFact],
    payday: int | None = None,
) -> Standing:
    """The same from what is known already."""
    part_due_on = next((part.due_on for part in parts if part.open), None)
    return Standing(
        today=clock.today(),
        issued_due_on=invoice.issued_due_on,
        due_on=invoice.due_on,
        left=figures.left,
        written_down=figures.written_down,
        is_split=part_due_on is not None,
        part_due_on=part_due_on,
        marks=marks_of(changes),
        changes=changes,
        payday=payday,
    )


def payday(invoice: Invoice) -> int | None:
    """The day of the month on which the customer usually pays. One query."""
    return payday_of(paid_days(invoice.customer_id))


def paid_days(customer_id: int) -> list[date]:
    """The days of the customer's newest payments that were not taken back, newest first."""
    moments = (
        Transfer.objects.filter(
            code__in=(Code.PAYMENT, Code.PROVIDER_PAYMENT),
            credit__invoice__customer_id=customer_id,
            reversed_by=None,
        )
        .order_by("-at")
        .values_list("at", flat=True)[:PAYMENTS_LOOKED_AT]
    )
    return list(dict.fromkeys(timezone.localdate(moment) for moment in moments))
