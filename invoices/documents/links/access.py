"""Who comes in by which link, and how far. A stranger, an unknown id and a dead link all look
alike: None.
"""

import uuid
from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.http import HttpRequest

from invoices import prepared
from invoices.documents.access import INVOICE_TABLES, invoice_columns, invoice_of, read_invoice
from invoices.documents.links.levels import Level
from invoices.documents.links.models import SecretLink
from invoices.documents.links.queries import has_expired, is_open
from invoices.documents.links.session import LinkSession, session_of
from invoices.documents.links.tokens import token_hash
from invoices.documents.models import Invoice
from invoices.panels import CUSTOMER, PAYER


@dataclass(frozen=True, slots=True)
class Visit:
    """An invoice as a link opens it in this browser.

    ``viewer`` is CUSTOMER or PAYER; ``proved`` says that a code was entered in the last half
    hour. ``link`` is the one that leads in: with a code, it may be one to another invoice of the
    same customer.
    """

    invoice: Invoice
    link: SecretLink
    proved: bool = False

    @property
    def viewer(self) -> str:
        return CUSTOMER if self.link.level == Level.OWN else PAYER

    @property
    def locked(self) -> frozenset[str]:
        """The areas that the biller asks a code for, and for which none was entered."""
        return frozenset() if self.proved else frozenset(self.invoice.biller.link_code_for)

    @property
    def topic(self) -> str:
        """What a page opened by this link listens to besides: it is closed with the link."""
        return topic_of(self.link)


def topic_of(link: SecretLink) -> str:
    """The live topic that is closed when the link is."""
    return f"l{link.pk}"


def find_link(token: str) -> SecretLink | None:
    """The link behind a token, living or not. One query by hash, whatever comes of it."""
    found = SecretLink.objects.filter(token_sha256=token_hash(token))
    return found.select_related("invoice").first()


def access_link(token: str) -> SecretLink | None:
    """The living link behind a token."""
    link = find_link(token)
    return link if link is not None and is_open(link) else None


def may_renew(link: SecretLink) -> bool:
    """Whether a dead link's holder is told so and may ask for a new one.

    Whoever has the true token had the invoice. A link that somebody revoked is silent for good;
    a pay-only link has no recipient on file to send a new one to.
    """
    dead = link.replaced_by_id is not None or has_expired(link)
    return dead and link.revoked_at is None and link.level == Level.OWN


def visit_of(request: HttpRequest, public_id: uuid.UUID) -> Visit | None:
    """How this browser may see the invoice: by the most that its living links give.

    A link of the customer's own to this invoice; else, with a code entered, one to another
    invoice of the same customer; else a pay-only link to this invoice.
    """
    session = session_of(request)
    if session is None:
        return None
    links = _living(session, public_id)
    here = [link for link in links if link.invoice.public_id == public_id]
    prover = next((x for x in links if x.pk == session.proof and x.level == Level.OWN), None)
    own = next((link for link in here if link.level == Level.OWN), None)
    if own is not None:
        same = prover is not None and prover.invoice.customer_id == own.invoice.customer_id
        return Visit(own.invoice, own, proved=same)
    if prover is not None:
        whose = [public_id, prover.invoice.customer_id]
        invoice = read_invoice("i.public_id = %s AND i.customer_id = %s", whose)
        if invoice is not None:
            return Visit(invoice, prover, proved=True)
    return Visit(here[0].invoice, here[0]) if here else None


def own_links_of_session(request: HttpRequest) -> list[SecretLink]:
    """The customer's own links opened in this browser, living or expired, the newest first."""
    session = session_of(request)
    if session is None:
        return []
    found = SecretLink.objects.filter(pk__in=session.links, level=Level.OWN, revoked_at=None)
    links = list(found.select_related("invoice__biller", "invoice__customer"))
    return sorted(links, key=lambda link: session.links.index(link.pk))


@cache
def _select() -> str:
    """What ``visit_of`` reads: the browser's links to an invoice, and the one it proved itself by,
    each with its invoice. One statement, since it stands before every page and every panel."""
    link = ", ".join(f"l.{field.column}" for field in SecretLink._meta.concrete_fields)
    return (
        f"SELECT {invoice_columns()}, {link} FROM {INVOICE_TABLES}"  # noqa: S608 - our own names
        " JOIN invoices_secretlink l ON l.invoice_id = i.id"
        " WHERE l.id = ANY(%s) AND l.revoked_at IS NULL AND l.replaced_by_id IS NULL"
        " AND (i.public_id = %s OR l.id = %s)"
        " ORDER BY array_position(%s::bigint[], l.id)"
    )


def _living(session: LinkSession, public_id: uuid.UUID) -> list[SecretLink]:
    ids = list(session.links)
    names = [field.attname for field in SecretLink._meta.concrete_fields]
    links = []
    for row in prepared.fetch(_select(), [ids, public_id, session.proof, ids]):
        values = iter(row)
        invoice = invoice_of(values)
        link = SecretLink.from_db(connection.alias, names, list(values))
        link.invoice = invoice
        if not has_expired(link):
            links.append(link)
    return links
