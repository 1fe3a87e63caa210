"""The only writer of the ledger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

from invoices import clock
from invoices.bulk import array
from invoices.errors import N_, Refused
from invoices.ledger.codes import AccountKind, Code
from invoices.ledger.models import Account, Transfer


@dataclass(frozen=True, slots=True)
class TransferDraft:
    """A transfer to be: ``amount_minor`` > 0 moves from the credited to the debited account."""

    debit_id: int
    credit_id: int
    amount_minor: int
    code: Code
    source: str


def post_transfers(drafts: Sequence[TransferDraft], *, biller_id: int) -> set[str]:
    """Post transfers in one statement; returns the sources that were posted now.

    A source that was posted before moves nothing again and is left out of the answer.
    PostgreSQL keeps the running totals and refuses (IntegrityError) a receivable or a credit
    account that would go below zero: callers decide amounts under the invoice's lock.
    """
    assert connection.in_atomic_block
    if not drafts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO invoices_transfer"
            " (biller_id, debit_id, credit_id, amount_minor, code, source, at)"
            " SELECT %s, t.*, %s"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS t"
            " ON CONFLICT (source) DO NOTHING RETURNING source",
            [
                biller_id,
                clock.now(),
                array(draft.debit_id for draft in drafts),
                array(draft.credit_id for draft in drafts),
                array(draft.amount_minor for draft in drafts),
                array(draft.code.value for draft in drafts),
                array(draft.source for draft in drafts),
            ],
        )
        return {row[0] for row in cursor.fetchall()}


def reverse_transfer(transfer: Transfer) -> Transfer:
    """Undo a transfer by its mirror image; the first stays. Refuses a second reversal."""
    assert connection.in_atomic_block
    if transfer.reverses_id is not None:
        raise Refused(N_("A reversal cannot be reversed; book the payment again instead."))
    mirror, made = Transfer.objects.get_or_create(
        source=f"reverse:{transfer.pk}",
        defaults={
            "biller_id": transfer.biller_id,
            "debit_id": transfer.credit_id,
            "credit_id": transfer.debit_id,
            "amount_minor": transfer.amount_minor,
            "code": Code.REVERSAL,
            "reverses": transfer,
            "at": clock.now(),
        },
    )
    if not made:
        raise Refused(N_("This booking was undone already."))
    return mirror


def biller_account(biller_id: int, kind: AccountKind, currency: str) -> Account:
    """The biller-wide account of a kind, opened when first asked for."""
    account, _ = Account.objects.get_or_create(
        biller_id=biller_id, kind=kind, currency=currency, invoice=None, customer=None
    )
    return account


def credit_accounts(
    biller_id: int, currency: str, customer_ids: Collection[int]
) -> dict[int, Account]:
    """Customer id -> that customer's credit account, opened where missing."""
    Account.objects.bulk_create(
        [
            Account(
                biller_id=biller_id,
                kind=AccountKind.CREDIT,
                currency=currency,
                customer_id=customer_id,
            )
            for customer_id in sorted(customer_ids)
        ],
        ignore_conflicts=True,
    )
    found = Account.objects.filter(customer_id__in=customer_ids)
    return {account.customer_id: account for account in found if account.customer_id}
