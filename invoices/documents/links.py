"""Secret links: 192 random bits, kept only as a hash, each for one recipient."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from invoices import clock
from invoices.documents.models import Invoice, SecretLink
from invoices.history.actors import Actor
from invoices.history.record import record

TOKEN_BYTES = 24
OPEN_FOR = timedelta(days=120)


def token_hash(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def make_link(invoice: Invoice, *, made_for: str, actor: Actor) -> str:
    """Make a link for one recipient and return its token, which is kept nowhere.

    The link opens until OPEN_FOR after the due date (at the least after today).
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    from_on = max(invoice.due_on, clock.today())
    SecretLink.objects.create(
        invoice=invoice,
        token_sha256=token_hash(token),
        made_for=made_for,
        created_at=clock.now(),
        expires_at=clock.now() + (from_on - clock.today()) + OPEN_FOR,
    )
    record(
        "link.made",
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        made_for=made_for,
    )
    return token


@transaction.atomic
def revoke_link(link: SecretLink, *, actor: Actor) -> None:
    """Close a link at once, also for those who are inside. Revoking twice is once."""
    link = SecretLink.objects.select_for_update().select_related("invoice").get(pk=link.pk)
    if link.revoked_at is not None:
        return
    link.revoked_at = clock.now()
    link.save(update_fields=["revoked_at"])
    record(
        "link.revoked",
        biller_id=link.invoice.biller_id,
        actor=actor,
        invoice_id=link.invoice_id,
        customer_id=link.invoice.customer_id,
    )
