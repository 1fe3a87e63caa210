"""Which invoices staff may see, and how an invoice is read with its neighbours.

A stranger and an unknown id look alike: None. How a customer comes in is ``links.access``.
"""

import uuid
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any, Final

from django.db import connection
from django.db.models import Model

from invoices import prepared
from invoices.billers.models import Agreement, Biller, Membership, PayeeAccount
from invoices.billers.roles import SEES_INVOICES
from invoices.customers.models import Customer
from invoices.documents.models import Invoice


def access_invoice_as_staff(public_id: uuid.UUID, membership: Membership) -> Invoice | None:
    """The biller's invoice, if the role at that biller lets the member see invoices."""
    if membership.role not in SEES_INVOICES:
        return None
    return read_invoice("i.public_id = %s AND i.biller_id = %s", [public_id, membership.biller_id])


# An invoice and its neighbours, in the order of invoice_columns.
PARTS: Final = (
    ("i", Invoice),
    ("b", Biller),
    ("c", Customer),
    ("g", Agreement),
    ("a", PayeeAccount),
)


def read_invoice(condition: str, values: list[Any]) -> Invoice | None:
    """The invoice with all that its page needs of its neighbours."""
    sql = f"SELECT {invoice_columns()} FROM {INVOICE_TABLES} WHERE {condition}"  # noqa: S608
    rows = prepared.fetch(sql, values)
    return invoice_of(iter(rows[0])) if rows else None


def invoice_of(values: Iterator[Any]) -> Invoice:
    """The invoice with its neighbours from the values of ``invoice_columns``; takes just those.

    What ``select_related`` would do, by hand: putting that SQL together anew for each page costs
    more than all the rest of the page.
    """
    found: list[Any] = [_part(model, values) for _, model in PARTS]
    invoice, biller, customer, agreement, account = found
    agreement.account, agreement.biller = account, biller
    customer.biller = account.biller = biller
    invoice.biller, invoice.customer, invoice.agreement = biller, customer, agreement
    return invoice  # type: ignore[no-any-return]


INVOICE_TABLES: Final = (
    "invoices_invoice i"
    " JOIN invoices_biller b ON b.id = i.biller_id"
    " JOIN invoices_customer c ON c.id = i.customer_id"
    " JOIN invoices_agreement g ON g.id = i.agreement_id"
    " JOIN invoices_payeeaccount a ON a.id = g.account_id"
)


@cache
def invoice_columns() -> str:
    """The columns of PARTS, for a SELECT from INVOICE_TABLES."""
    return ", ".join(
        f"{alias}.{field.column}" for alias, model in PARTS for field in model._meta.concrete_fields
    )


def _part(model: type[Model], values: Iterator[Any]) -> Model:
    """One model's share of a row. None of its fields needs converting on PostgreSQL."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, list(islice(values, len(names))))
