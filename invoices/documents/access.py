"""Who may see which invoice. A stranger, an unknown id and a dead link all look alike: None."""

import uuid
from collections.abc import Collection

from django.db.models import QuerySet

from invoices import clock
from invoices.billers.models import Membership
from invoices.billers.roles import SEES_INVOICES
from invoices.documents.links import token_hash
from invoices.documents.models import Invoice, SecretLink


def access_link(token: str) -> SecretLink | None:
    """The live link behind a token. One query by hash, the same for every outcome."""
    return _live_links().filter(token_sha256=token_hash(token)).select_related("invoice").first()


def access_invoice_by_links(public_id: uuid.UUID, link_ids: Collection[int]) -> Invoice | None:
    """The invoice, if one of the links opened in this browser is for it and still lives."""
    if not link_ids:
        return None
    links = _live_links().filter(pk__in=list(link_ids)).values("invoice_id")
    return _for_page().filter(public_id=public_id, pk__in=links).first()


def access_invoice_as_staff(public_id: uuid.UUID, membership: Membership) -> Invoice | None:
    """The biller's invoice, if the role at that biller lets the member see invoices."""
    if membership.role not in SEES_INVOICES:
        return None
    return _for_page().filter(public_id=public_id, biller_id=membership.biller_id).first()


def _live_links() -> QuerySet[SecretLink]:
    return SecretLink.objects.filter(revoked_at=None, expires_at__gt=clock.now())


def _for_page() -> QuerySet[Invoice]:
    """Invoices with all that the page needs of their neighbours, in the one query."""
    return Invoice.objects.select_related(
        "biller", "customer__credit_account", "agreement__account"
    )
