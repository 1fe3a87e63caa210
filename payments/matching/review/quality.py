"""How good the matcher is, week by week and rule by rule, from what people decided afterwards.

An automatic booking that was undone was wrong. A payment counts once: as booked by itself where it
ever was, else as booked by hand, else as waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from invoices import clock

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Count:
    """Payments, by what came of them. ``by_itself`` counts also those undone since."""

    by_itself: int = 0
    undone: int = 0
    by_hand: int = 0
    among_three: int = 0  # of those by hand
    waits: int = 0

    @property
    def all(self) -> int:
        return self.by_itself + self.by_hand + self.waits

    @property
    def precision(self) -> float | None:
        """Of those booked by themselves, how many still stand; None where there are none."""
        return _percent(self.by_itself - self.undone, self.by_itself)

    @property
    def rate(self) -> float | None:
        """Of all, how many were booked by themselves."""
        return _percent(self.by_itself, self.all)

    @property
    def first_three(self) -> float | None:
        """Of those by hand, for how many the right one was among the first three."""
        return _percent(self.among_three, self.by_hand)

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.by_itself + other.by_itself,
            self.undone + other.undone,
            self.by_hand + other.by_hand,
            self.among_three + other.among_three,
            self.waits + other.waits,
        )


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its Monday."""

    monday: date
    count: Count


@dataclass(frozen=True, slots=True)
class OfRule:
    """A rule by its name."""

    rule: str
    count: Count


def weeks(biller_id: int, count: int = WEEKS) -> list[Week]:
    """The last weeks, the present one last, those in which nothing came too. One query."""
    this = clock.today() - timedelta(days=clock.today().weekday())
    mondays = [this - timedelta(weeks=back) for back in reversed(range(count))]
    rows = {row[0]: Count(*row[1:]) for row in _rows(_BY_WEEK, biller_id, mondays[0])}
    return [Week(monday, rows.get(monday, Count())) for monday in mondays]


def rules(biller_id: int, count: int = WEEKS) -> list[OfRule]:
    """The same weeks by the rule that led to the invoice, the busiest first. One query."""
    monday = clock.today() - timedelta(days=clock.today().weekday())
    found = _rows(_BY_RULE, biller_id, monday - timedelta(weeks=count - 1))
    return [OfRule(rule, Count(by_itself, undone)) for rule, by_itself, undone in found]


def _rows(statement: str, biller_id: int, since: date) -> Sequence[tuple[Any, ...]]:
    start = timezone.make_aware(datetime.combine(since, time()))
    zone: str = settings.TIME_ZONE
    values = {"biller": str(biller_id), "since": start.isoformat(), "zone": zone}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


# A payment counts once in the week it was led to its invoices, however many they were.
_AUTOMATIC = (
    "SELECT m.line_id, min(m.at) AS at, min(m.rule) AS rule,"
    " bool_or(u.match_id IS NOT NULL) AS undone"
    " FROM payments_match m JOIN payments_bankline l ON l.id = m.line_id"
    " LEFT JOIN payments_undone u ON u.match_id = m.id"
    ""
    " WHERE l.biller_id = %(biller)s::bigint AND m.automatic AND m.at >= %(since)s::timestamptz"
    " GROUP BY m.line_id"
)
_BY_WEEK = (
    f"WITH automatic AS ({_AUTOMATIC}), hand AS ("  # noqa: S608  # a constant above
    " SELECT DISTINCT ON (line_id) line_id, at, coalesce(rank, 99) <= 3 AS three"
    "  FROM payments_decision d WHERE biller_id = %(biller)s::bigint AND kind = 'booked'"
    "  AND NOT automatic AND at >= %(since)s::timestamptz AND NOT EXISTS"
    "  (SELECT FROM payments_match m WHERE m.line_id = d.line_id AND m.automatic)"
    "  ORDER BY line_id, id DESC), seen AS ("
    " SELECT at, 1 AS auto, undone::int AS undone, 0 AS hand, 0 AS three, 0 AS waits FROM automatic"
    " UNION ALL SELECT at, 0, 0, 1, three::int, 0 FROM hand"
    " UNION ALL SELECT f.received_at, 0, 0, 0, 0, 1 FROM payments_waiting w"
    "  JOIN payments_bankline l ON l.id = w.line_id JOIN payments_bankfile f ON f.id = l.file_id"
    "  WHERE w.biller_id = %(biller)s::bigint AND f.received_at >= %(since)s::timestamptz"
    "  AND NOT EXISTS (SELECT FROM payments_match m WHERE m.line_id = w.line_id))"
    " SELECT date_trunc('week', at AT TIME ZONE %(zone)s)::date, sum(auto)::int, sum(undone)::int,"
    " sum(hand)::int, sum(three)::int, sum(waits)::int FROM seen GROUP BY 1"
)
_BY_RULE = (
    f"WITH automatic AS ({_AUTOMATIC})"  # noqa: S608  # a constant above
    " SELECT rule, count(*)::int, sum(undone::int)::int FROM automatic GROUP BY 1"
    " ORDER BY 2 DESC, 1"
)
