"""Reading credit on account: what is free, what is asked for, what has been used and paid back."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import QuerySet, Sum
from django.utils import timezone

from invoices import prepared
from invoices.billers.models import Biller
from invoices.documents.models import Invoice
from invoices.ledger.codes import Code
from invoices.ledger.models import Account, Transfer
from invoices.ledger.queries import prove_too
from payments.bankfiles.models import BankLine
from payments.formats import Kind
from payments.refunds.accounts import Destination, PayTo
from payments.refunds.models import CreditTerms, PayoutFile, Refund
from payments.refunds.states import WAITING, RefundState

DONE_SHOWN = 20


def terms_of(biller_id: int) -> CreditTerms:
    """The biller's terms for credit, stored or not."""
    return CreditTerms.objects.filter(biller_id=biller_id).first() or CreditTerms(
        biller_id=biller_id
    )


def asked_minor(customer_id: int) -> int:
    """How much of the customer's credit is asked for and not decided: nothing else may use it."""
    waiting = Refund.objects.filter(customer_id=customer_id, state__in=sorted(WAITING))
    return waiting.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def free_minor(account: Account | None) -> int:
    """What of a credit account can be used; certain under the account's lock."""
    if account is None or account.customer_id is None:
        return 0
    held = account.credit_minor - account.debit_minor
    return max(held - asked_minor(account.customer_id), 0)


def credit_of(customer_id: int) -> int:
    """The customer's credit that can be used now."""
    return free_minor(Account.objects.filter(customer_id=customer_id).first())


@dataclass(frozen=True, slots=True)
class Payback:
    """A payback as the invoice page tells of it."""

    public_id: str
    state: RefundState
    amount_minor: int
    destination: Destination
    asked_by_customer: bool
    reason: str
    changed_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer's credit, as the page of one of the invoices shows it.

    ``open_elsewhere`` is how many other invoices of the customer have something left to pay;
    ``used_id`` is the newest use of credit on this invoice that can be taken back.
    """

    held_minor: int
    asked_minor: int
    paybacks: list[Payback]
    open_elsewhere: int
    used_id: int | None
    used_minor: int
    ask_back: bool
    moving: bool

    @property
    def free_minor(self) -> int:
        return max(self.held_minor - self.asked_minor, 0)


# One statement, since it stands on every page of an invoice. Of paybacks those that are under way,
# and those that ended in the last month.
_STANDING: Final = """
SELECT
    coalesce((SELECT credit_minor - debit_minor FROM invoices_account
        WHERE customer_id = %(customer)s), 0),
    coalesce((SELECT sum(amount_minor) FROM payments_refund
        WHERE customer_id = %(customer)s AND state = 'asked'), 0),
    (SELECT json_agg(r ORDER BY r.id DESC)::text FROM (
        SELECT id, public_id, state, amount_minor, pay_to, number, clearing,
            asked_by_id IS NULL AS asked_by_customer, reason, changed_at
        FROM payments_refund WHERE customer_id = %(customer)s
        AND (state IN ('asked', 'approved', 'in_file')
            OR (state <> 'withdrawn' AND changed_at > %(since)s)) LIMIT 20) r),
    (SELECT count(*) FROM invoices_invoice i JOIN invoices_account a ON a.invoice_id = i.id
        WHERE i.customer_id = %(customer)s AND i.id <> %(invoice)s
        AND a.debit_minor > a.credit_minor),
    (SELECT json_build_array(t.id, t.amount_minor)::text FROM invoices_transfer t
        JOIN invoices_account a ON a.id = t.credit_id
        WHERE a.invoice_id = %(invoice)s AND t.code = 'credit_used'
        AND NOT EXISTS (SELECT FROM invoices_transfer u WHERE u.reverses_id = t.id)
        ORDER BY t.id DESC LIMIT 1),
    coalesce((SELECT ask_back FROM payments_creditterms WHERE biller_id = %(biller)s), true),
    EXISTS (SELECT FROM payments_underway WHERE invoice_id = %(invoice)s AND until IS NULL)
"""


def standing_of(invoice: Invoice, since: datetime) -> Standing:
    """The credit of the invoice's customer, and what is under way with it. One query."""
    values = {
        "customer": invoice.customer_id,
        "invoice": invoice.pk,
        "biller": invoice.biller_id,
        "since": since,
    }
    ((held, asked, paybacks, elsewhere, used, ask_back, moving),) = prepared.fetch(
        _STANDING, values
    )
    used_id, used_minor = json.loads(used) if used else (None, 0)
    return Standing(
        held_minor=int(held),
        asked_minor=int(asked),
        paybacks=[_payback(row) for row in json.loads(paybacks or "[]")],
        open_elsewhere=elsewhere,
        used_id=used_id,
        used_minor=used_minor,
        ask_back=ask_back,
        moving=moving,
    )


def _payback(row: dict[str, Any]) -> Payback:
    changed = datetime.fromisoformat(row["changed_at"])
    return Payback(
        public_id=row["public_id"],
        state=RefundState(row["state"]),
        amount_minor=row["amount_minor"],
        destination=Destination(PayTo(row["pay_to"]), row["number"], row["clearing"]),
        asked_by_customer=row["asked_by_customer"],
        reason=row["reason"],
        changed_on=timezone.localdate(changed),
    )


def usable(invoice: Invoice, transfer_id: int) -> Transfer | None:
    """A use of credit on the invoice, for taking it back."""
    return Transfer.objects.filter(
        pk=transfer_id, code=Code.CREDIT_USED, credit__invoice=invoice
    ).first()


def refunds_of(biller: Biller) -> QuerySet[Refund]:
    """The biller's paybacks with whom and what they are of, the oldest first."""
    found = Refund.objects.filter(biller=biller)
    named = found.select_related("customer", "invoice", "asked_by", "account_by", "approved_by")
    return named.order_by("asked_at", "pk")


def files_of(biller: Biller) -> list[PayoutFile]:
    """The newest files for the bank, without their bytes."""
    return list(
        PayoutFile.objects.filter(biller=biller).select_related("made_by").defer("raw")[:DONE_SHOWN]
    )


def come_back(refund: Refund) -> list[BankLine]:
    """Payments that have arrived and wait, of exactly the amount that was paid back."""
    return list(
        BankLine.objects.filter(
            waiting__biller_id=refund.biller_id,
            amount_minor=refund.amount_minor,
            currency=refund.currency,
            kind=Kind.PAYMENT,
        ).order_by("pk")[:DONE_SHOWN]
    )


prove_too(
    # What is set aside is exactly what approved paybacks will take.
    (
        "SELECT a.id FROM invoices_account a WHERE a.kind = 'payout' AND"
        " (SELECT coalesce(sum(amount_minor), 0) FROM invoices_transfer WHERE credit_id = a.id)"
        " - (SELECT coalesce(sum(amount_minor), 0) FROM invoices_transfer WHERE debit_id = a.id)"
        " <> (SELECT coalesce(sum(r.amount_minor), 0) FROM payments_refund r"
        "  WHERE r.biller_id = a.biller_id AND r.state IN ('approved', 'in_file'))",
        "what is set aside is not what approved paybacks will take",
    ),
)
