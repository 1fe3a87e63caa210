"""Django looks for models here; they live in their rooms."""

from invoices.billers.models import Agreement, Biller, Membership, PayeeAccount, User
from invoices.customers.models import ContactPoint, Customer
from invoices.documents.links.models import SecretLink, StepUpCode, Tally
from invoices.documents.models import (
    Adjustment,
    Change,
    Handover,
    Instalment,
    Invoice,
    InvoiceLine,
)
from invoices.documents.pdf.models import StoredPdf
from invoices.history.models import HistoryEntry
from invoices.intake.models import IntakeFile
from invoices.ledger.models import Account, Transfer
from invoices.live.models import ClosedTopic

__all__ = [
    "Account",
    "Adjustment",
    "Agreement",
    "Biller",
    "Change",
    "ClosedTopic",
    "ContactPoint",
    "Customer",
    "Handover",
    "HistoryEntry",
    "Instalment",
    "IntakeFile",
    "Invoice",
    "InvoiceLine",
    "Membership",
    "PayeeAccount",
    "SecretLink",
    "StepUpCode",
    "StoredPdf",
    "Tally",
    "Transfer",
    "User",
]
