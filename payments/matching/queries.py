"""Reading what came of payments, and those that found no invoice."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from payments.bankfiles.models import BankFile, BankLine
from payments.matching.ranking import Ranked, rank
from payments.matching.reading import Line
from payments.matching.standing import find


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
    """Payments whose money waits on clearing for its invoice, newest first."""
    return (
        BankLine.objects.filter(waiting__biller_id=biller_id, waiting__aside_at=None)
        .select_related("file")
        .order_by("-waiting__line_id")
    )


def ranked_for(biller_id: int, line_ids: Sequence[int]) -> dict[int, list[Ranked]]:
    """Line id -> where it may belong, the best first, as things stand now. Sets at once.

    They are worked out when they are asked for and kept nowhere: an invoice that was paid
    meanwhile is never proposed as open.
    """
    rows = BankLine.objects.filter(biller_id=biller_id, pk__in=line_ids).order_by("pk")
    lines = [Line(*row) for row in rows.values_list(*Line._fields)]
    facts = find(lines, biller_id, for_review=True).facts
    return {line.pk: rank(line, facts) if line.pk in facts.readings else [] for line in lines}
