"""Who may see which invoice. A stranger, an unknown id and a dead link all look alike: None."""

import uuid
from collections.abc import Collection
from functools import cache
from itertools import islice
from typing import Any, Final

from django.db import connection
from django.db.models import Model, QuerySet

from invoices import clock, prepared
from invoices.billers.models import Agreement, Biller, Membership, PayeeAccount
from invoices.billers.roles import SEES_INVOICES
from invoices.customers.models import Customer
from invoices.documents.links import token_hash
from invoices.documents.models import Invoice, SecretLink


def access_link(token: str) -> SecretLink | None:
    """The live link behind a token. One query by hash, the same for every outcome."""
    return _live_links().filter(token_sha256=token_hash(token)).select_related("invoice").first()


def access_invoice_by_links(public_id: uuid.UUID, link_ids: Collection[int]) -> Invoice | None:
    """The invoice, if one of the links opened in this browser is for it and still lives."""
    if not link_ids:
        return None
    return _invoice(
        "i.public_id = %s AND EXISTS (SELECT FROM invoices_secretlink l WHERE l.invoice_id = i.id"
        " AND l.id = ANY(%s) AND l.revoked_at IS NULL AND l.expires_at > %s)",
        [public_id, list(link_ids), clock.now()],
    )


def access_invoice_as_staff(public_id: uuid.UUID, membership: Membership) -> Invoice | None:
    """The biller's invoice, if the role at that biller lets the member see invoices."""
    if membership.role not in SEES_INVOICES:
        return None
    return _invoice("i.public_id = %s AND i.biller_id = %s", [public_id, membership.biller_id])


def _live_links() -> QuerySet[SecretLink]:
    return SecretLink.objects.filter(revoked_at=None, expires_at__gt=clock.now())


# An invoice and its neighbours, in the order of the columns of _select.
PARTS: Final = (
    ("i", Invoice),
    ("b", Biller),
    ("c", Customer),
    ("g", Agreement),
    ("a", PayeeAccount),
)


def _invoice(condition: str, values: list[Any]) -> Invoice | None:
    """The invoice with all that its page needs of its neighbours.

    What ``select_related`` would do, by hand: putting that SQL together anew for each page costs
    more than all the rest of the page.
    """
    rows = prepared.fetch(f"{_select()} WHERE {condition}", values)
    if not rows:
        return None
    rest = iter(rows[0])
    found: list[Any] = [_part(model, rest) for _, model in PARTS]
    invoice, biller, customer, agreement, account = found
    agreement.account, agreement.biller = account, biller
    customer.biller = account.biller = biller
    invoice.biller, invoice.customer, invoice.agreement = biller, customer, agreement
    return invoice  # type: ignore[no-any-return]


@cache
def _select() -> str:
    columns = (f"{alias}.{f.column}" for alias, model in PARTS for f in model._meta.concrete_fields)
    return (
        f"SELECT {', '.join(columns)} FROM invoices_invoice i"  # noqa: S608 - names of our models
        " JOIN invoices_biller b ON b.id = i.biller_id"
        " JOIN invoices_customer c ON c.id = i.customer_id"
        " JOIN invoices_agreement g ON g.id = i.agreement_id"
        " JOIN invoices_payeeaccount a ON a.id = g.account_id"
    )


def _part(model: type[Model], values: Any) -> Model:
    """One model's share of a row. None of its fields needs converting on PostgreSQL."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, list(islice(values, len(names))))
