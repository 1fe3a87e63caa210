"""The only writer of matches: leads received payments to invoices, a set at a time."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString, NamedTuple

from django.db import connection, transaction

from invoices import clock
from invoices.billers.models import Agreement
from invoices.bulk import array, copy_rows
from invoices.documents.queries import paid_of
from invoices.documents.references import bare
from invoices.history.actors import BANK
from invoices.history.record import Draft, record_many
from invoices.ledger.actions import (
    TransferDraft,
    biller_account,
    credit_accounts,
    post_transfers,
)
from invoices.ledger.codes import AccountKind, Code
from invoices.ledger.models import Account
from payments.bankfiles.models import BankFile, BankLine
from payments.formats import Kind
from payments.matching.engine import Verdict, judge
from payments.matching.models import Match, Waiting
from payments.matching.rules import Candidate, Received, Share

LINES_PER_TRANSACTION = 5_000


@dataclass(frozen=True, slots=True)
class _Invoice:
    """An invoice's ids while a set of lines is matched."""

    customer_id: int
    receivable_id: int


class Line(NamedTuple):
    """The columns of a bank line that matching needs; lines come by the hundred thousand."""

    pk: int
    account_id: int
    kind: str
    amount_minor: int
    currency: str
    booked_on: date
    reference: str
    parts: Sequence[tuple[str, int | None]]


@dataclass(frozen=True, slots=True)
class _Judged:
    """A line with its verdict, and what was left of each invoice after it."""

    line: Line
    verdict: Verdict
    left_after: dict[int, int]


def match_file(file: BankFile) -> None:
    """Look at every line of the file that was not looked at yet.

    Certain ones are booked from clearing to the invoice (what is more than is left: to credit on
    the customer's account) and recorded as ``payment.matched`` or ``payment.taken_back``; the
    others stay on clearing, as ``payment.unmatched``. Runs in transactions of
    LINES_PER_TRANSACTION lines; running it again, or twice at once, books nothing twice.
    """
    while match_lines(file):
        pass


@transaction.atomic
def match_lines(file: BankFile) -> int:
    """Match the next lines of the file; returns how many were looked at."""
    locked = BankFile.objects.select_for_update(no_key=True)
    judged_to = locked.values_list("judged_to", flat=True).get(pk=file.pk)
    new = BankLine.objects.filter(file=file, pk__gt=judged_to).order_by("pk")
    lines = [Line(*row) for row in new.values_list(*Line._fields)[:LINES_PER_TRANSACTION]]
    if not lines:
        return 0
    standing = _standing(lines, file)
    judged, unmatched = _judge_all(lines, standing)
    _book(judged, standing.known, file)
    _record(judged, unmatched, standing.known, file)
    copy_rows(Waiting, ("line_id", "biller_id"), ((line.pk, file.biller_id) for line in unmatched))
    BankFile.objects.filter(pk=file.pk).update(judged_to=lines[-1].pk)
    return len(lines)


def references_of(line: Line) -> list[tuple[str, int | None]]:
    """The bare references a line names, each with its amount where the file says one."""
    own = bare(line.reference)
    parts = [(bare(reference), amount) for reference, amount in line.parts]
    if not parts or (own and own not in {reference for reference, _ in parts}):
        return [(own, None), *parts]
    return parts


type _Key = tuple[int, str]  # payee account, bare reference


@dataclass(frozen=True, slots=True)
class _Standing:
    """How things stand, kept up to date from line to line. Credit is the customer's, so that
    several invoices of one customer share it.
    """

    candidates: dict[_Key, Candidate]
    known: dict[int, _Invoice]
    credit: Counter[int]


def _standing(lines: Sequence[Line], file: BankFile) -> _Standing:
    """The invoices that the lines name, locked in order of id, as they stand under the lock."""
    wanted = {reference for line in lines for reference, _ in references_of(line) if reference}
    invoices = _rows(
        "SELECT id, customer_id, agreement_id, reference FROM invoices_invoice"
        " WHERE biller_id = %s AND reference = ANY(%s::text[]) ORDER BY id FOR NO KEY UPDATE",
        file.biller_id,
        array(wanted),
    )
    ids = [pk for pk, *_ in invoices]
    agreements = Agreement.objects.filter(biller_id=file.biller_id)
    account_of = dict(agreements.values_list("pk", "account_id"))
    receivables = _receivables(ids)
    backs = any(line.amount_minor < 0 for line in lines)
    paid = paid_of(ids) if backs else {}
    credit = _credit_of([customer_id for _, customer_id, *_ in invoices]) if backs else Counter()
    known: dict[int, _Invoice] = {}
    candidates: dict[_Key, Candidate] = {}
    uses = Counter((account_of[agreement], reference) for *_, agreement, reference in invoices)
    for pk, customer_id, agreement_id, reference in invoices:
        receivable_id, left = receivables[pk]
        known[pk] = _Invoice(customer_id, receivable_id)
        key = (account_of[agreement_id], reference)
        if uses[key] > 1:  # two agreements on one account gave it out: a person must look
            continue
        candidates[key] = Candidate(pk, left, paid.get(pk, 0))
    return _Standing(candidates, known, credit)


def _receivables(invoice_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Invoice id -> (id of its receivable, what is left); read once the invoices are locked."""
    rows = _rows(
        "SELECT invoice_id, id, debit_minor - credit_minor FROM invoices_account"
        " WHERE invoice_id = ANY(%s::bigint[])",
        array(invoice_ids),
    )
    return {invoice_id: (pk, left) for invoice_id, pk, left in rows}


def _rows(statement: LiteralString, *values: int | str) -> list[tuple[Any, ...]]:
    """The rows of a statement whose arrays are one parameter each: sets are thousands here."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _credit_of(customer_ids: Sequence[int]) -> Counter[int]:
    """Customer id -> credit on account; locked, since it may be about to be taken back."""
    accounts = Account.objects.filter(customer_id__in=customer_ids).order_by("pk")
    return Counter(
        {
            account.customer_id: account.credit_minor - account.debit_minor
            for account in accounts.select_for_update(no_key=True)
            if account.customer_id
        }
    )


def _judge_all(lines: Sequence[Line], standing: _Standing) -> tuple[list[_Judged], list[Line]]:
    """Judge the lines in the order of the file; each sees what the ones before it have paid."""
    judged, unmatched = [], []
    for line in lines:
        parts = references_of(line)
        own = _own(line, parts, standing)
        deduction = line.kind == Kind.DEDUCTION
        verdict = judge(Received(line.amount_minor, parts, deduction), own)
        if verdict is None:
            unmatched.append(line)
            continue
        left_after = {}
        by_invoice = {share.invoice_id: share for share in verdict.shares}
        for reference, candidate in own.items():
            share = by_invoice[candidate.invoice_id]
            after = Candidate(
                candidate.invoice_id,
                candidate.left - share.to_invoice,
                candidate.paid + share.to_invoice,
            )
            standing.candidates[(line.account_id, reference)] = after
            standing.credit[standing.known[share.invoice_id].customer_id] += share.to_credit
            left_after[candidate.invoice_id] = after.left
        judged.append(_Judged(line, verdict, left_after))
    return judged, unmatched


def _own(
    line: Line, parts: Sequence[tuple[str, int | None]], standing: _Standing
) -> dict[str, Candidate]:
    """The invoices that the line's own references lead to, as they stand now."""
    found = {
        reference: standing.candidates[key]
        for reference, _ in parts
        if (key := (line.account_id, reference)) in standing.candidates
    }
    return {
        reference: Candidate(
            each.invoice_id,
            each.left,
            each.paid,
            standing.credit[standing.known[each.invoice_id].customer_id],
        )
        for reference, each in found.items()
    }


def _shares(judged: Iterable[_Judged]) -> Iterable[tuple[_Judged, Share]]:
    return ((each, share) for each in judged for share in each.verdict.shares)


def _book(judged: Sequence[_Judged], known: Mapping[int, _Invoice], file: BankFile) -> None:
    currency = file.biller.currency
    clearing = biller_account(file.biller_id, AccountKind.CLEARING, currency)
    customers = {
        known[share.invoice_id].customer_id for _, share in _shares(judged) if share.to_credit
    }
    held = credit_accounts(file.biller_id, currency, customers)
    drafts = []
    for each, share in _shares(judged):
        invoice = known[share.invoice_id]
        source = f"match:{each.line.pk}:{share.invoice_id}"
        if share.to_invoice:
            drafts.append(
                _led(clearing.pk, invoice.receivable_id, share.to_invoice, Code.PAYMENT, source)
            )
        if share.to_credit:
            account = held[invoice.customer_id]
            drafts.append(
                _led(clearing.pk, account.pk, share.to_credit, Code.OVERPAYMENT, f"{source}:over")
            )
    post_transfers(drafts, biller_id=file.biller_id)
    now = clock.now()
    copy_rows(
        Match,
        ("line_id", "invoice_id", "rule", "to_invoice_minor", "to_credit_minor", "at"),
        (
            (each.line.pk, share.invoice_id, each.verdict.rule)
            + (share.to_invoice, share.to_credit, now)
            for each, share in _shares(judged)
        ),
    )


def _led(clearing_id: int, account_id: int, amount: int, code: Code, source: str) -> TransferDraft:
    """From clearing to the account; back again where the amount is negative."""
    if amount > 0:
        return TransferDraft(clearing_id, account_id, amount, code, source)
    return TransferDraft(account_id, clearing_id, -amount, Code.PAYMENT_BACK, source)


def _record(
    judged: Sequence[_Judged],
    unmatched: Sequence[Line],
    known: Mapping[int, _Invoice],
    file: BankFile,
) -> None:
    received: list[Draft] = []
    back: list[Draft] = []
    for each, share in _shares(judged):
        data = {
            "amount_minor": abs(share.to_invoice + share.to_credit),
            "left_minor": each.left_after[share.invoice_id],
            "overpaid_minor": max(share.to_credit, 0),
            "booked_on": each.line.booked_on.isoformat(),
            "rule": each.verdict.rule,
            "received_reference": each.line.reference,
            "line": each.line.pk,
            "file": file.name,
        }
        draft = Draft(data, share.invoice_id, known[share.invoice_id].customer_id)
        (received if each.line.amount_minor > 0 else back).append(draft)
    stayed = [
        Draft(
            {
                "amount_minor": line.amount_minor,
                "currency": line.currency,
                "reference": line.reference,
                "line": line.pk,
                "file": file.name,
            }
        )
        for line in unmatched
    ]
    for kind, drafts in (
        ("payment.matched", received),
        ("payment.taken_back", back),
        ("payment.unmatched", stayed),
    ):
        record_many(kind, drafts, biller_id=file.biller_id, actor=BANK)
