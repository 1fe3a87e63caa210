"""The only writer of uses of credit: from the customer's account to an open invoice, and back."""

import uuid
from collections.abc import Collection

from django.db import connection, transaction

from invoices import clock
from invoices.bulk import array
from invoices.documents.actions import lock_invoice
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.errors import N_, Refused
from invoices.history.actors import SYSTEM, Actor
from invoices.history.record import record
from invoices.ledger.actions import TransferDraft, post_transfers, reverse_transfer
from invoices.ledger.codes import Code
from invoices.ledger.models import Account, Transfer
from payments.matching.expected.actions import Arrived, meet
from payments.refunds.queries import free_minor, usable
from payments.underway.queries import underway


def lock_credit(customer_id: int) -> Account | None:
    """The customer's credit account, locked until the transaction ends; after the invoice."""
    assert connection.in_atomic_block
    accounts = Account.objects.select_for_update(of=("self",), no_key=True)
    return accounts.filter(customer_id=customer_id).first()


@transaction.atomic
def use_credit(invoice_id: int, amount_minor: int, *, request_id: uuid.UUID, actor: Actor) -> int:
    """Lower an invoice by credit of its own customer: credit -> receivable, ``credit.used``.

    Refused for more than is free or left, and while a payment is on its way. The same
    ``request_id`` uses it once; returns what was used now.
    """
    invoice = lock_invoice(invoice_id)
    source = f"credit:use:{request_id}"
    if known := Transfer.objects.filter(source=source).select_related("credit").first():
        if known.credit.invoice_id != invoice.pk:
            raise Refused(N_("This form belongs to another invoice. Please open it again."))
        return 0
    account = lock_credit(invoice.customer_id)
    left, free = figures(invoice).left, free_minor(account)
    money = {"left_minor": left, "free_minor": free, "currency": invoice.currency}
    if amount_minor <= 0:
        raise Refused(N_("Write an amount of more than nothing."))
    if underway(invoice.pk) is not None:
        raise Refused(N_("A payment of this invoice is on its way. Wait until it has arrived."))
    if amount_minor > free:
        raise Refused(N_("{free} of the credit can be used now."), **money)
    if amount_minor > left:
        raise Refused(N_("Only {left} is left to pay."), **money)
    assert account is not None
    _use(invoice, account, amount_minor, left, source, actor)
    return amount_minor


@transaction.atomic
def use_at_issue(invoice_id: int, *, actor: Actor = SYSTEM) -> int:
    """Lower a new invoice by what credit its customer has free; what was used, 0 for nothing.

    Once for each invoice, however often it is asked for.
    """
    invoice = lock_invoice(invoice_id)
    source = f"credit:issue:{invoice.pk}"
    if Transfer.objects.filter(source=source).exists() or underway(invoice.pk) is not None:
        return 0
    account = lock_credit(invoice.customer_id)
    left = figures(invoice).left
    amount = min(left, free_minor(account))
    if amount <= 0:
        return 0
    assert account is not None
    _use(invoice, account, amount, left, source, actor, automatic=True)
    return amount


def use_at_issue_of(invoice_ids: Collection[int]) -> None:
    """The same for new invoices: those whose customers have credit, and whose billers use it."""
    with_credit = """
        SELECT i.id FROM invoices_invoice i JOIN invoices_account a ON a.customer_id = i.customer_id
        LEFT JOIN payments_creditterms t ON t.biller_id = i.biller_id
        WHERE i.id = ANY(%s::bigint[]) AND a.credit_minor > a.debit_minor
        AND coalesce(t.use_at_issue, true) ORDER BY i.id
    """
    with connection.cursor() as cursor:
        cursor.execute(with_credit, [array(invoice_ids)])
        found = [row[0] for row in cursor.fetchall()]
    for invoice_id in found:
        use_at_issue(invoice_id)


def _use(
    invoice: Invoice,
    account: Account,
    amount: int,
    left: int,
    source: str,
    actor: Actor,
    *,
    automatic: bool = False,
) -> None:
    receivable = Account.objects.get(invoice=invoice)
    draft = TransferDraft(account.pk, receivable.pk, amount, Code.CREDIT_USED, source)
    posted = post_transfers([draft], biller_id=invoice.biller_id)
    assert posted == {source}
    record(
        "credit.used",
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        amount_minor=amount,
        left_minor=left - amount,
        booked_on=clock.today().isoformat(),
        automatic=automatic,
        source=source,
    )
    if left == amount:
        settled = Arrived(invoice.customer_id, 0, 0)
        meet({invoice.pk: settled}, biller_id=invoice.biller_id, actor=actor)


@transaction.atomic
def take_back_use(invoice_id: int, transfer_id: int, *, actor: Actor) -> int:
    """Put used credit back on the customer's account: a reversing transfer, ``credit.unused``.

    Once; a second time changes nothing. Returns what was put back now.
    """
    invoice = lock_invoice(invoice_id)
    used = usable(invoice, transfer_id)
    if used is None:
        raise Refused(N_("This use of credit is not on the invoice."))
    if Transfer.objects.filter(reverses=used).exists():
        return 0
    reverse_transfer(used)
    record(
        "credit.unused",
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        amount_minor=used.amount_minor,
        left_minor=figures(invoice).left,
        source=used.source,
    )
    return used.amount_minor
