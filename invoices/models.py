"""Django looks for models here; they live in their rooms."""

from invoices.billers.models import Agreement, Biller, Membership, PayeeAccount, User
from invoices.customers.models import ContactPoint, Customer
from invoices.documents.models import (
    Adjustment,
    Change,
    Instalment,
    Invoice,
    InvoiceLine,
    SecretLink,
)
from invoices.documents.pdf.models import StoredPdf
from invoices.history.models import HistoryEntry
from invoices.intake.models import IntakeFile
from invoices.ledger.models import Account, Transfer

__all__ = [
    "Account",
    "Adjustment",
    "Agreement",
    "Biller",
    "Change",
    "ContactPoint",
    "Customer",
    "HistoryEntry",
    "Instalment",
    "IntakeFile",
    "Invoice",
    "InvoiceLine",
    "Membership",
    "PayeeAccount",
    "SecretLink",
    "StoredPdf",
    "Transfer",
    "User",
]
