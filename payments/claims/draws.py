"""Tells the room of mandates what is drawn when: this room lies above that one."""

from django.utils.translation import gettext as _

from invoices.billers.models import Biller
from payments.claims.models import Claim
from payments.claims.states import IN_FLIGHT, LIVE, ClaimState
from payments.mandates.draws import FirstDraw, PlannedDraw, first_by, planned_by
from payments.schemes.drawing import first_draw


@planned_by
def planned(customer_id: int) -> list[PlannedDraw]:
    """The customer's draws to come. One query."""
    live = Claim.objects.filter(invoice__customer_id=customer_id, state__in=sorted(LIVE))
    return [
        PlannedDraw(claim.invoice.number, claim.amount_minor, claim.draw_on, _words(claim))
        for claim in live.select_related("invoice").order_by("draw_on", "pk")
    ]


def _words(claim: Claim) -> str:
    invoice = _("Invoice {number}").format(number=claim.invoice.number)
    if claim.state == ClaimState.RETRYING:
        return _("{invoice}, tried again").format(invoice=invoice)
    if claim.state in IN_FLIGHT:
        return _("{invoice}, the bank is asked").format(invoice=invoice)
    return invoice


@first_by
def first(biller: Biller, customer_id: int, scheme: str) -> FirstDraw:
    """What a mandate that is asked for now would draw first."""
    found = first_draw(biller, customer_id, scheme)
    number = found.invoice.number if found.invoice else ""
    return FirstDraw(found.ready_on, number, found.draw_on, found.amount_minor)
