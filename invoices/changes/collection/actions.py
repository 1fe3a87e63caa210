"""The only writer of who collects an invoice. Nota tells the customer, and not the agency."""

import uuid
from dataclasses import asdict

from django.db import transaction

from invoices.changes.actions import Asker, begin, check_staff, tell
from invoices.changes.policy import Action
from invoices.documents.actions import note_change
from invoices.documents.models import Handover
from invoices.documents.states import ChangeKind, Collector


@transaction.atomic
def hand_to_collection(
    invoice_id: int, to: Collector, *, actor: Asker, request_id: uuid.UUID, reason: str
) -> None:
    """Let somebody else collect what is overdue; records ``invoice.to_collection``.

    From then on nobody is reminded and nothing is drawn by us. In collection already: nothing.
    """
    invoice, standing, done = begin(invoice_id, request_id)
    if done or standing.marks.in_collection:
        return
    check_staff(actor, Action.COLLECT, standing)
    change = note_change(invoice, ChangeKind.TO_COLLECTION, actor, request_id)
    Handover.objects.create(change=change, **asdict(to))
    tell(
        "invoice.to_collection",
        invoice,
        actor,
        agency=to.agency,
        left_minor=standing.left,
        reason=reason,
    )


@transaction.atomic
def take_back_from_collection(
    invoice_id: int, *, actor: Asker, request_id: uuid.UUID, reason: str
) -> None:
    """Collect it ourselves again; records ``invoice.from_collection``. As it stands: nothing."""
    invoice, standing, done = begin(invoice_id, request_id)
    if done or not standing.marks.in_collection:
        return
    check_staff(actor, Action.COLLECT, standing)
    note_change(invoice, ChangeKind.FROM_COLLECTION, actor, request_id)
    tell("invoice.from_collection", invoice, actor, left_minor=standing.left, reason=reason)
