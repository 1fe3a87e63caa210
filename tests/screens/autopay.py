"""What can have become of automatic payment before a picture is taken."""

from django.urls import reverse

from invoices.documents.models import Invoice
from invoices.history.actors import BANK, CUSTOMER, SYSTEM
from payments.mandates import actions
from payments.mandates.models import Mandate
from payments.mandates.queries import wording_of
from payments.mandates.signing import actions as signing
from payments.schemes.bankid import Order
from payments.schemes.models import SchemeAccount
from tests.payments.mandates.house import (
    WHERE,
    active,
    enrolled,
    pending,
    sent_orders,
    with_direct_debit,
)
from tests.screens.house import House, Shot
from tests.screens.steps import Build, invoice_with


def offered(house: House, invoice: Invoice) -> None:
    """The biller offers its country's scheme."""
    if not SchemeAccount.objects.filter(biller=house.biller).exists():
        with_direct_debit(house.biller)


def asked(house: House, invoice: Invoice) -> None:
    """The customer has said yes; the bank is asked now."""
    offered(house, invoice)
    pending(invoice, language=invoice.customer.language)


def in_force(house: House, invoice: Invoice) -> None:
    """The bank has said yes too."""
    offered(house, invoice)
    active(invoice, language=invoice.customer.language)


def paused(house: House, invoice: Invoice) -> None:
    in_force(house, invoice)
    actions.pause(_mandate(invoice).pk, by=Mandate.PausedBy.CUSTOMER, actor=CUSTOMER)


def stopped(house: House, invoice: Invoice) -> None:
    in_force(house, invoice)
    actions.stop(_mandate(invoice).pk, actor=CUSTOMER)


def refused(house: House, invoice: Invoice) -> None:
    asked(house, invoice)
    actions.refuse(_mandate(invoice).pk, "mandate.05", actor=BANK)


def _mandate(invoice: Invoice) -> Mandate:
    return Mandate.objects.get(customer=invoice.customer)


def signs(house: House) -> Shot:
    """On the page of signing (Sweden); in Norway the panel waits for the bank."""
    invoice = invoice_with(house, offered)
    mandate = enrolled(invoice, language=invoice.customer.language)
    if mandate.scheme != "autogiro":
        return house.customer(invoice)
    said = wording_of(mandate)
    tried = signing.begin_signing(mandate.pk, said=said, pdf=b"", where=WHERE, actor=SYSTEM)
    order = Order("ref", "auto", "67df3917-fa0d-44e5-b327-edcc928297f8", "secret")
    signing.note_started(tried.pk, order, actor=SYSTEM)
    return house.customer(invoice, "autopay/sign/")


def account_form(house: House) -> Shot:
    """The form that asks for the account (Sweden)."""
    return house.customer(invoice_with(house, offered), "autopay/")


def mandates_desk(house: House) -> Shot:
    """Finance's desk with mandates in several states, and a file for the bank."""
    invoice_with(house, in_force)
    invoice_with(house, asked)
    if house.biller.country == "SE":
        sent_orders(house.biller)
        invoice_with(house, asked)
    return house.at_desk()


def elsewhere(house: House) -> Shot:
    """Back from the bank in a browser that never opened the invoice."""
    invoice = invoice_with(house, asked)
    args = [invoice.public_id, _mandate(invoice).public_id]
    return Shot(reverse("autopay_back", args=args))


def beside(build: Build, slug: str) -> Build:
    """The same at a biller of its own, so that no other picture changes."""
    return lambda house: build(house.beside(slug, "Nordlys Nett"))
