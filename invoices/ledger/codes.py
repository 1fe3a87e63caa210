"""The ledger's words: kinds of accounts and reasons for transfers. Pure."""

from enum import StrEnum


class AccountKind(StrEnum):
    """Debit-normal accounts grow by debits, credit-normal ones by credits."""

    RECEIVABLE = "receivable"  # per invoice, debit-normal: what is left to pay
    CREDIT = "credit"  # per customer, credit-normal: money we hold for the customer
    SALES = "sales"  # per biller, credit-normal: what was invoiced
    BANK = "bank"  # per biller, debit-normal: what the bank says it has received
    LOSSES = "losses"  # per biller, debit-normal: what was written down
    PROVIDER = "provider"  # per biller, debit-normal: paid to a provider, on its way to our bank
    CLEARING = "clearing"  # per biller, credit-normal: received, not yet led to an invoice
    PAYOUT = "payout"  # per biller, credit-normal: approved to be paid back, still on our account


class Code(StrEnum):
    """Why money moved; one code per transfer."""

    ISSUE = "issue"  # sales -> receivable
    CHARGE = "charge"  # debit document: sales -> receivable
    CREDIT_NOTE = "credit_note"  # credit document: receivable -> sales
    CREDIT_REFUNDABLE = "credit_refundable"  # the paid part of a credit: to credit on account
    WRITE_DOWN = "write_down"  # receivable -> losses: asked for no more
    RECEIPT = "receipt"  # bank file: clearing -> bank
    PAYMENT = "payment"  # clearing -> receivable
    OVERPAYMENT = "overpayment"  # clearing or provider -> credit on account
    CREDIT_USED = "credit_used"  # credit on account -> receivable
    PAYOUT_RESERVED = "payout_reserved"  # credit on account -> payout: approved to be paid back
    PAYOUT_RELEASED = "payout_released"  # payout -> credit on account: not paid back after all
    PAID_OUT = "paid_out"  # payout, or clearing, -> bank: paid back
    PAID_OUT_BACK = "paid_out_back"  # clearing or bank -> credit on account: it came back
    PROVIDER_PAYMENT = "provider_payment"  # paid on the page: receivable -> provider
    PAYMENT_BACK = "payment_back"  # the bank took a payment back
    REVERSAL = "reversal"  # undoes one earlier transfer


# Accounts whose running totals PostgreSQL itself keeps (see the trigger in the migration).
# The biller-wide accounts would be one hot row for every writer; they are summed when asked.
TOTALLED = frozenset({AccountKind.RECEIVABLE, AccountKind.CREDIT})
DEBIT_NORMAL = frozenset(
    {AccountKind.RECEIVABLE, AccountKind.BANK, AccountKind.LOSSES, AccountKind.PROVIDER}
)
BILLER_WIDE = frozenset(AccountKind) - TOTALLED
# What lowers an invoice because somebody paid, and what takes that back.
PAID = (Code.PAYMENT, Code.PROVIDER_PAYMENT, Code.CREDIT_USED, Code.PAYMENT_BACK)
