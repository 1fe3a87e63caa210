"""What stands beside the field the customer writes in, read by one statement.

When an answer can be expected, and what was begun and not sent.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from invoices import clock, prepared
from invoices.billers.models import Biller
from messaging.drafts.actions import KEPT
from messaging.hours.calendar import HORIZON_DAYS, Hours, Period
from messaging.pace.estimate import Counted, Expectation, expected

_BESIDE = """
SELECT
    (SELECT json_agg(json_build_array(weekday, opens, closes))
        FROM messaging_openingperiod WHERE biller_id = %(biller)s)::text,
    (SELECT json_agg(json_build_array("on", opens, closes))
        FROM messaging_specialday WHERE biller_id = %(biller)s
        AND "on" BETWEEN %(first)s AND %(last)s)::text,
    (SELECT json_build_array(answers, low_s, high_s, per_hour, quiet)
        FROM messaging_pace WHERE biller_id = %(biller)s)::text,
    (SELECT count(*) FROM messaging_thread
        WHERE biller_id = %(biller)s AND waiting_since IS NOT NULL
        AND invoice_id <> %(invoice)s),
    (SELECT json_build_array(message_id, about, text) FROM messaging_draft
        WHERE invoice_id = %(invoice)s AND link_id = %(link)s AND at > %(kept)s
        AND NOT EXISTS (SELECT 1 FROM messaging_message WHERE public_id = message_id))::text
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was begun: under which id it will be sent, what it asks about, and its words."""

    message_id: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """``quiet`` holds (weekday, from, to) of hours in which few write."""

    hours: Hours
    expectation: Expectation
    quiet: list[tuple[int, int, int]]
    draft: Draft | None


def beside(biller: Biller, invoice_id: int, link_id: int, now: datetime) -> Beside:
    """Read it, and estimate what may be said; ``link_id`` is the link the reader came by."""
    today = clock.day_of(now)
    values = {
        "biller": biller.pk,
        "invoice": invoice_id,
        "link": link_id,
        "first": today,
        "last": today + timedelta(days=HORIZON_DAYS),
        "kept": now - KEPT,
    }
    ((week, days, pace, ahead, draft),) = prepared.fetch(_BESIDE, values)
    hours = _hours(biller.country, json.loads(week or "[]"), json.loads(days or "[]"))
    *figures, quiet = json.loads(pace or "[0, 0, 0, 0, []]")
    return Beside(
        hours=hours,
        expectation=expected(now, hours, Counted(*figures), ahead),
        quiet=[(day, first, last) for day, first, last in quiet],
        draft=Draft(*json.loads(draft)) if draft else None,
    )


def _hours(country: str, week: list[list[str]], days: list[list[str]]) -> Hours:
    by_weekday: dict[int, list[Period]] = {}
    for weekday, opens, closes in week:
        period = Period(time.fromisoformat(opens), time.fromisoformat(closes))
        by_weekday.setdefault(int(weekday), []).append(period)
    special = {
        date.fromisoformat(on): [Period(time.fromisoformat(opens), time.fromisoformat(closes))]
        if opens
        else []
        for on, opens, closes in days
    }
    return Hours(country, by_weekday, special)
