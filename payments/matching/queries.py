"""Reading what came of payments, and those that found no invoice."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from payments.bankfiles.models import BankFile, BankLine


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of a file's own lines were led to invoices, and how many were not."""

    matched: int
    unmatched: int


def outcome(file: BankFile) -> Outcome:
    """What came of the file's lines, those not looked at yet among the unmatched. One query."""
    counts = BankLine.objects.filter(file=file).aggregate(
        every=Count("pk"),
        judged=Count("pk", filter=Q(pk__lte=F("file__judged_to"))),
        waiting=Count("waiting"),
    )
    matched = counts["judged"] - counts["waiting"]
    return Outcome(matched, counts["every"] - matched)


def unmatched_lines(biller_id: int) -> QuerySet[BankLine]:
    """Payments whose money waits on clearing, newest first."""
    return (
        BankLine.objects.filter(waiting__biller_id=biller_id)
        .select_related("file")
        .order_by("-waiting__line_id")
    )
