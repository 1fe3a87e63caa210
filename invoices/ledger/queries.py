"""Reading the ledger: balances, and the proof that it adds up."""

from dataclasses import dataclass
from typing import LiteralString

from django.db import connection
from django.db.models import Sum

from invoices.ledger.codes import DEBIT_NORMAL, TOTALLED
from invoices.ledger.models import Account, Transfer


def balance(account: Account) -> int:
    """The account's balance in minor units, positive on its normal side."""
    debit, credit = account.debit_minor, account.credit_minor
    if account.kind not in TOTALLED:
        debit = _sum(Transfer.objects.filter(debit=account).aggregate(s=Sum("amount_minor")))
        credit = _sum(Transfer.objects.filter(credit=account).aggregate(s=Sum("amount_minor")))
    return debit - credit if account.kind in DEBIT_NORMAL else credit - debit


def _sum(aggregate: dict[str, int | None]) -> int:
    return aggregate["s"] or 0


@dataclass(frozen=True, slots=True)
class KindSum:
    """What all accounts of a kind hold together at one biller, positive on their normal side."""

    biller: str
    kind: str
    currency: str
    sum_minor: int


def sums() -> list[KindSum]:
    """The sums per biller and kind of account, from the transfers themselves. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.slug, a.kind, a.currency, sum(side.amount) FROM ("
            "  SELECT debit_id AS account, amount_minor AS amount FROM invoices_transfer"
            "  UNION ALL SELECT credit_id, -amount_minor FROM invoices_transfer) side"
            " JOIN invoices_account a ON a.id = side.account"
            " JOIN invoices_biller b ON b.id = a.biller_id"
            " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
        return [
            KindSum(biller, kind, currency, int(debit if kind in DEBIT_NORMAL else -debit))
            for biller, kind, currency, debit in cursor.fetchall()
        ]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the books that cannot be."""

    account_id: int
    what: str


def faults() -> list[Fault]:
    """Prove the ledger: running totals equal their transfers, owners and currencies agree,
    all receivables stand at or above zero, and issued documents equal what was booked for them.
    An empty list is the proof.
    """
    return [
        Fault(account_id, what)
        for sql, what in (*_PROOFS, *_more_proofs)
        for account_id in _ids(sql)
    ]


def prove_too(*proofs: tuple[LiteralString, str]) -> None:
    """Let an upper floor that moves money prove more: SQL that finds ids of accounts that are
    wrong, and what is wrong with them. It names tables, and no code of that floor.
    """
    _more_proofs.extend(proof for proof in proofs if proof not in _more_proofs)


_more_proofs: list[tuple[LiteralString, str]] = []


def _ids(sql: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


_PROOFS = (
    (
        "SELECT a.id FROM invoices_account a LEFT JOIN ("
        "  SELECT account, sum(d) AS d, sum(c) AS c FROM ("
        "    SELECT debit_id AS account, amount_minor AS d, 0 AS c FROM invoices_transfer"
        "    UNION ALL SELECT credit_id, 0, amount_minor FROM invoices_transfer) x"
        "  GROUP BY account) t ON t.account = a.id"
        " WHERE a.kind IN ('receivable', 'credit') AND"
        " (a.debit_minor <> coalesce(t.d, 0) OR a.credit_minor <> coalesce(t.c, 0))",
        "the running total differs from the sum of its transfers",
    ),
    (
        "SELECT DISTINCT a.id FROM invoices_transfer t"
        " JOIN invoices_account a ON a.id = t.debit_id OR a.id = t.credit_id"
        " WHERE a.biller_id <> t.biller_id",
        "a transfer of another biller touches it",
    ),
    (
        "SELECT d.id FROM invoices_transfer t JOIN invoices_account d ON d.id = t.debit_id"
        " JOIN invoices_account c ON c.id = t.credit_id WHERE d.currency <> c.currency",
        "a transfer mixes currencies",
    ),
    (
        "SELECT id FROM invoices_account WHERE kind = 'receivable' AND debit_minor < credit_minor",
        "more was paid on the invoice than it asked for",
    ),
    (
        "SELECT a.id FROM invoices_account a JOIN invoices_invoice i ON i.id = a.invoice_id"
        " WHERE a.kind = 'receivable' AND NOT EXISTS (SELECT 1 FROM invoices_transfer t"
        "  WHERE t.debit_id = a.id AND t.code = 'issue' AND t.amount_minor = i.total_minor)",
        "the invoice's total is not what was booked when it was issued",
    ),
    (
        "SELECT a.id FROM invoices_account a WHERE a.kind = 'payout' AND"
        " (SELECT coalesce(sum(amount_minor), 0) FROM invoices_transfer WHERE credit_id = a.id)"
        " < (SELECT coalesce(sum(amount_minor), 0) FROM invoices_transfer WHERE debit_id = a.id)",
        "more was paid back than was set aside for it",
    ),
    (
        "SELECT i.id FROM invoices_invoice i WHERE NOT EXISTS ("
        " SELECT 1 FROM invoices_account a WHERE a.invoice_id = i.id AND a.kind = 'receivable')",
        "the invoice of this id has no receivable account",
    ),
    (
        "SELECT a.id FROM invoices_adjustment n JOIN invoices_account a"
        " ON a.invoice_id = n.invoice_id"
        " WHERE n.total_minor <> coalesce(("
        "  SELECT sum(t.amount_minor) FROM invoices_transfer t WHERE t.source IN"
        "  ('adjustment:' || n.id, 'adjustment:' || n.id || ':paid')), 0)",
        "a credit or debit document is not what was booked for it",
    ),
)
