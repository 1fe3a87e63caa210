"""The rows of documents, written in sets by COPY, and what is booked when they are issued."""

from collections.abc import Sequence

from invoices import clock
from invoices.billers.models import Agreement, Biller
from invoices.bulk import copy_rows, reserve_ids
from invoices.documents.amounts import LineDraft
from invoices.documents.drafts import InvoiceDraft
from invoices.documents.models import Invoice, InvoiceLine
from invoices.ledger.actions import TransferDraft, biller_account, post_transfers
from invoices.ledger.codes import AccountKind, Code
from invoices.ledger.models import Account


def copy_documents(
    invoice_ids: Sequence[int],
    drafts: Sequence[InvoiceDraft],
    biller: Biller,
    agreement: Agreement,
) -> None:
    """The invoices and their lines."""
    now = clock.now()
    copy_rows(
        Invoice,
        ("id", "biller_id", "customer_id", "agreement_id", "number", "reference", "currency")
        + ("issued_on", "issued_due_on", "due_on", "total_minor", "vat_minor", "created_at"),
        (
            (invoice_id, biller.pk, draft.customer_id, agreement.pk, draft.number)
            + (draft.reference, biller.currency, draft.issued_on, draft.due_on, draft.due_on)
            + (draft.total_minor, draft.vat_minor, now)
            for invoice_id, draft in zip(invoice_ids, drafts, strict=True)
        ),
    )
    copy_lines(
        [
            (invoice_id, None, draft.lines)
            for invoice_id, draft in zip(invoice_ids, drafts, strict=True)
        ]
    )


def copy_lines(documents: Sequence[tuple[int, int | None, Sequence[LineDraft]]]) -> None:
    """Lines, each of an (invoice, adjustment or None)."""
    copy_rows(
        InvoiceLine,
        ("invoice_id", "adjustment_id", "position", "text", "detail", "nature", "quantity_milli")
        + ("unit_price_minor", "vat_basis_points", "net_minor", "vat_minor", "credits_id"),
        (
            (invoice_id, adjustment_id, position, line.text, line.detail, line.nature)
            + (line.quantity_milli, line.unit_price_minor, line.vat_basis_points)
            + (line.net_minor, line.vat_minor, line.credits_id)
            for invoice_id, adjustment_id, lines in documents
            for position, line in enumerate(lines, start=1)
        ),
    )


def book_issued(invoice_ids: Sequence[int], drafts: Sequence[InvoiceDraft], biller: Biller) -> None:
    """Open the receivables and post sales -> receivable."""
    sales = biller_account(biller.pk, AccountKind.SALES, biller.currency)
    account_ids = reserve_ids(Account, len(drafts))
    copy_rows(
        Account,
        ("id", "biller_id", "kind", "currency", "invoice_id"),
        (
            (account_id, biller.pk, AccountKind.RECEIVABLE.value, biller.currency, invoice_id)
            for account_id, invoice_id in zip(account_ids, invoice_ids, strict=True)
        ),
    )
    post_transfers(
        [
            TransferDraft(
                account_id, sales.pk, draft.total_minor, Code.ISSUE, f"issue:{invoice_id}"
            )
            for account_id, invoice_id, draft in zip(account_ids, invoice_ids, drafts, strict=True)
        ],
        biller_id=biller.pk,
    )
