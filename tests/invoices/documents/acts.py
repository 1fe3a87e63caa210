"""Documents as tests make them."""

from datetime import date, timedelta

from invoices import clock
from invoices.documents.amounts import LineDraft
from invoices.documents.drafts import InvoiceDraft
from invoices.documents.models import Invoice
from invoices.history.models import HistoryEntry
from invoices.ledger.models import Account
from invoices.ledger.queries import balance
from tests.build import an_ocr_file, receive


def a_draft(invoice: Invoice, *lines: LineDraft, due_in: int = 14, **named: str) -> InvoiceDraft:
    """Another invoice for the same customer."""
    return InvoiceDraft(
        customer_id=invoice.customer_id,
        customer_no=invoice.customer.reference_no,
        issued_on=clock.today(),
        due_on=clock.today() + timedelta(days=due_in),
        lines=lines,
        **named,
    )


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def the_entry(kind: str) -> HistoryEntry:
    return HistoryEntry.objects.get(kind=kind)


def credit_of(invoice: Invoice) -> int:
    account = Account.objects.filter(customer_id=invoice.customer_id).first()
    return balance(account) if account else 0


def pay(invoice: Invoice, amount: int) -> None:
    receive(invoice.biller, an_ocr_file((invoice, amount), number=amount % 10**6))
