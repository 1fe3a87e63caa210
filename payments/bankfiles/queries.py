"""Reading bank files and the payments that found no invoice."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from invoices.billers.models import Biller, PayeeAccount
from payments.bankfiles.models import BankFile, BankLine


def accounts_by_name(biller_id: int) -> dict[str, PayeeAccount]:
    """The biller's accounts under every name a bank file may give them."""
    names = {}
    for account in PayeeAccount.objects.filter(biller_id=biller_id):
        names[account.number] = account
        if account.iban:
            names[account.iban] = account
    return names


def biller_of_accounts(names: tuple[str, ...]) -> Biller | None:
    """The biller whose accounts a file speaks of; None where there is none or more than one."""
    found = Biller.objects.filter(
        Q(accounts__number__in=names) | Q(accounts__iban__in=names)
    ).distinct()
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of a file's own lines were led to invoices, and how many were not."""

    matched: int
    unmatched: int


def outcome(file: BankFile) -> Outcome:
    """The verdicts on the file's lines. One query."""
    counts = BankLine.objects.filter(file=file).aggregate(
        matched=Count("pk", filter=Q(verdict=BankLine.Verdict.MATCHED)),
        all=Count("pk"),
    )
    return Outcome(counts["matched"], counts["all"] - counts["matched"])


def unmatched_lines(biller_id: int) -> QuerySet[BankLine]:
    """Payments whose money waits on clearing, newest first."""
    return (
        BankLine.objects.filter(biller_id=biller_id, verdict=BankLine.Verdict.UNMATCHED)
        .select_related("file")
        .order_by("-pk")
    )
