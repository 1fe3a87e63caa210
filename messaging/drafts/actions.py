"""Keeping what was begun, and forgetting it."""

import uuid
from datetime import timedelta
from typing import Final

from django.db import transaction

from invoices import clock
from invoices.documents.models import Invoice
from invoices.history.actors import Actor
from messaging.drafts.models import Draft

KEPT: Final = timedelta(days=7)
TEXT_MAX: Final = 4_000


@transaction.atomic
def keep_draft(
    invoice: Invoice, link_id: int, text: str, *, actor: Actor, message_id: uuid.UUID, about: str
) -> None:
    """Keep what the customer has written so far; nothing of it, once it is empty.

    The newest wins, whichever page of the link it comes from. Nobody is told.
    """
    kept = text.replace("\0", "")[:TEXT_MAX]
    if not kept.strip():
        Draft.objects.filter(invoice=invoice, link_id=link_id).delete()
        return
    values = {"text": kept, "about": about, "message_id": message_id, "at": clock.now()}
    Draft.objects.update_or_create(invoice=invoice, link_id=link_id, defaults=values)


@transaction.atomic
def drop_draft(message_id: uuid.UUID, *, actor: Actor) -> None:
    """Forget what has been sent under this id."""
    Draft.objects.filter(message_id=message_id).delete()


@transaction.atomic
def forget_old_drafts(*, actor: Actor) -> int:
    """Forget what nobody has come back to."""
    gone, _ = Draft.objects.filter(at__lt=clock.now() - KEPT).delete()
    return gone
