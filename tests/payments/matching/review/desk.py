"""What the tests of finance's decisions have in common."""

from uuid import UUID, uuid4

from invoices.billers.models import Biller
from invoices.customers.models import Customer
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.history.actors import Actor
from invoices.history.kinds import KINDS
from invoices.history.models import HistoryEntry
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.models import Account
from invoices.ledger.queries import balance
from payments.bankfiles.models import BankLine
from payments.formats.camt import CamtPayment
from payments.matching.models import Waiting
from payments.matching.review.actions import Choice, book_payment
from payments.matching.review.plan import Portion
from payments.matching.review.reasons import Reason
from payments.matching.review.undoing.actions import undo_booking
from tests.build import (
    a_camt_file,
    receive,
)


def received(biller: Biller, payment: CamtPayment, number: int = 1) -> BankLine:
    """The payment as it arrived, and was looked at by the matcher."""
    receipt = receive(biller, a_camt_file(biller, payment, number=number))
    return BankLine.objects.select_related("file", "biller").get(file=receipt.file)


def left(*invoices: Invoice) -> list[int]:
    return [figures(invoice).left for invoice in invoices]


def credit_of(customer: Customer) -> int:
    account = Account.objects.filter(customer=customer).first()
    return balance(account) if account else 0


def on_clearing(biller: Biller) -> int:
    return balance(biller_account(biller.pk, AccountKind.CLEARING, biller.currency))


def waits(line: BankLine) -> bool:
    return Waiting.objects.filter(line=line, aside_at=None).exists()


def book(
    line: BankLine, *portions: tuple[Invoice, int], by: Actor, request_id: UUID | None = None
) -> None:
    parts = [Portion(invoice.pk, amount) for invoice, amount in portions]
    book_payment(Choice(line, parts, request_id or uuid4()), actor=by)


def undo(line: BankLine, by: Actor, reason: Reason = Reason.WRONG_CUSTOMER) -> None:
    undo_booking(line, reason=reason, actor=by, request_id=uuid4(), note="Ringte")


def said(kind: str) -> list[str]:
    entries = HistoryEntry.objects.filter(kind=kind).order_by("pk")
    return [KINDS[kind].say(entry.data) for entry in entries]
