"""Leads the payments of a bank file to invoices, a set at a time."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from invoices.bulk import copy_rows
from invoices.history.actors import BANK
from invoices.history.record import Draft, record_many
from payments.bankfiles.models import BankFile, BankLine
from payments.formats import Kind
from payments.matching.booking.actions import Judged, book
from payments.matching.engine import Verdict, judge, weigh_up
from payments.matching.facts import together_key
from payments.matching.models import Waiting
from payments.matching.reading import Line, references_of
from payments.matching.rules import Candidate, Received
from payments.matching.standing import Standing, find, lock

LINES_PER_TRANSACTION = 5_000


def match_file(file: BankFile) -> None:
    """Look at every line of the file that was not looked at yet.

    Certain ones are booked from clearing to the invoice (what is more than is left: to credit on
    the customer's account) and recorded as ``payment.matched`` or ``payment.taken_back``; the
    others stay on clearing, as ``payment.unmatched``. Runs in transactions of
    LINES_PER_TRANSACTION lines; running it again, or twice at once, books nothing twice.
    """
    while match_lines(file):
        pass


@contextmanager
def _no_collector() -> Iterator[None]:
    """Python does not look for cycles meanwhile: a set of payments makes hundreds of thousands of
    objects and no cycles, and the looking takes a seventh of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_no_collector()
@transaction.atomic
def match_lines(file: BankFile) -> int:
    """Match the next lines of the file; returns how many were looked at."""
    locked = BankFile.objects.select_for_update(no_key=True)
    judged_to = locked.values_list("judged_to", flat=True).get(pk=file.pk)
    new = BankLine.objects.filter(file=file, pk__gt=judged_to).order_by("pk")
    lines = [Line(*row) for row in new.values_list(*Line._fields)[:LINES_PER_TRANSACTION]]
    if not lines:
        return 0
    standing = find(lines, file.biller_id)
    lock(standing, backs=any(line.amount_minor < 0 for line in lines))
    judged, unmatched = judge_all(lines, standing, file.name)
    book(judged, standing.facts.invoices, biller=file.biller)
    let_wait(unmatched, file)
    BankFile.objects.filter(pk=file.pk).update(judged_to=lines[-1].pk)
    return len(lines)


def judge_all(
    lines: Sequence[Line], standing: Standing, file: str
) -> tuple[list[Judged], list[Line]]:
    """Judge the lines in the order of the file; each sees what the ones before it have paid."""
    judged, unmatched = [], []
    for line in lines:
        verdict = _verdict(line, standing)
        if verdict is None:
            unmatched.append(line)
            continue
        judged.append(Judged(line, verdict, take(line, verdict, standing), file))
    return judged, unmatched


def _verdict(line: Line, standing: Standing) -> Verdict | None:
    parts = references_of(line)
    deduction = line.kind == Kind.DEDUCTION
    exact = judge(Received(line.amount_minor, parts, deduction), _own(line, parts, standing))
    if line.pk not in standing.loose:
        return exact
    return weigh_up(line, standing.facts, exact)


def _own(
    line: Line, parts: Sequence[tuple[str, int | None]], standing: Standing
) -> dict[str, Candidate]:
    """The invoices that the line's own references lead to, as they stand now."""
    found = {}
    for reference, _ in parts:
        if invoice := standing.facts.by_reference.get((line.account_id, reference)):
            credit = standing.credit[invoice.customer_id]
            found[reference] = Candidate(invoice.id, invoice.left, invoice.paid, credit)
    return found


def take(line: Line, verdict: Verdict, standing: Standing) -> dict[int, int]:
    """Let the verdict count for the lines after it; what is left then of each of its invoices."""
    facts = standing.facts
    left_after = {}
    for share in verdict.shares:
        invoice = facts.invoices[share.invoice_id]
        invoice.left -= share.to_invoice
        invoice.paid += share.to_invoice
        standing.credit[invoice.customer_id] += share.to_credit
        left_after[invoice.id] = invoice.left
    if line.pk in standing.loose:
        facts.together[together_key(line)] -= line.amount_minor
    return left_after


def let_wait(lines: Sequence[Line], file: BankFile) -> None:
    """Let the lines wait for a person; their money stays on clearing."""
    copy_rows(Waiting, ("line_id", "biller_id"), ((line.pk, file.biller_id) for line in lines))
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
        for line in lines
    ]
    record_many("payment.unmatched", stayed, biller_id=file.biller_id, actor=BANK)
