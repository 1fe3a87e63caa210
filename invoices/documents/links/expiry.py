"""How long a link opens: from the invoice's facts as they are now, never frozen. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

AFTER_DUE = timedelta(days=30)
AFTER_SETTLED = timedelta(days=90)
# A link to an old invoice, made today, must open too.
AFTER_MADE = timedelta(days=30)
AT_MOST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Facts:
    """The last due date in force, and the day nothing was left (None while something is)."""

    due_on: date
    settled_on: date | None = None


def open_through(made_on: date, facts: Facts) -> date:
    """The last day a link opens: by the latest of its reasons, at most a year after it was made."""
    reasons = [facts.due_on + AFTER_DUE, made_on + AFTER_MADE]
    if facts.settled_on is not None:
        reasons.append(facts.settled_on + AFTER_SETTLED)
    return min(max(reasons), made_on + AT_MOST)
