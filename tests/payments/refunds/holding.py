"""A customer who holds credit, and people who deal with it."""

import uuid
from dataclasses import dataclass, field

from invoices.billers.models import Biller
from invoices.billers.roles import Role
from invoices.customers.models import Customer
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, Actor, staff
from invoices.history.models import HistoryEntry
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.models import Account
from invoices.ledger.queries import balance
from payments.formats.bgmax import BgPayment
from payments.refunds.accounts import Destination, PayTo, destination
from payments.refunds.actions import approve, ask
from payments.refunds.models import Refund
from tests.build import (
    a_bgmax_file,
    a_biller,
    a_customer,
    a_member,
    an_invoice,
    an_ocr_file,
    receive,
)

HOME = Destination(PayTo.KONTONR, "86011117947")
ELSEWHERE = Destination(PayTo.KONTONR, "12340012346")


@dataclass
class Holding:
    """A paid invoice of 500 kr, of which so much more was paid."""

    credit_minor: int = 20_000
    country: str = "NO"
    biller: Biller = field(init=False)
    customer: Customer = field(init=False)
    invoice: Invoice = field(init=False)

    def __post_init__(self) -> None:
        self.biller = a_biller(f"biller{uuid.uuid4().hex[:6]}", self.country)
        self.customer = a_customer(self.biller)
        self.invoice = an_invoice(self.customer)
        self.comes(50_000 + self.credit_minor)

    def comes(self, minor: int, number: int = 1) -> None:
        """The bank brings so much for the invoice."""
        raw = an_ocr_file((self.invoice, minor), number=number) if self.country == "NO" else None
        paid = BgPayment(minor, self.invoice.reference)
        receive(self.biller, raw or a_bgmax_file(self.biller, paid, number=number))

    def staff(self, role: Role = Role.FINANCE) -> Actor:
        return staff(a_member(self.biller, role).pk)

    @property
    def to(self) -> Destination:
        return HOME if self.country == "NO" else destination("SE", "bankgiro", "58056201")

    def asks(self, minor: int = 20_000, actor: Actor = CUSTOMER) -> Refund:
        return ask(self.invoice.pk, minor, self.to, request_id=uuid.uuid4(), actor=actor)

    def approved(self, minor: int = 20_000, by: Actor | None = None) -> Refund:
        return approve(self.asks(minor).pk, self.to, actor=by or self.staff())

    @property
    def held(self) -> int:
        account = Account.objects.filter(customer=self.customer).first()
        return balance(account) if account else 0

    def on(self, kind: AccountKind) -> int:
        return balance(biller_account(self.biller.pk, kind, self.biller.currency))

    def told(self, prefix: str = "") -> list[str]:
        entries = HistoryEntry.objects.filter(biller=self.biller, kind__startswith=prefix)
        return list(entries.order_by("pk").values_list("kind", flat=True))


def state(refund: Refund) -> str:
    return Refund.objects.get(pk=refund.pk).state
