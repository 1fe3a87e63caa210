"""Counting how fast a biller answers."""

from datetime import timedelta
from typing import Final

from django.db import transaction

from invoices import clock
from invoices.billers.models import Biller
from invoices.history.actors import Actor
from messaging.hours.queries import hours_of
from messaging.pace.estimate import counted_of, quiet_hours
from messaging.pace.models import Pace
from messaging.pace.queries import waits_of

RECENT: Final = timedelta(days=14)
SEASON: Final = timedelta(days=56)


@transaction.atomic
def count_pace(biller: Biller, *, actor: Actor) -> Pace:
    """Count the biller's answers of the last fortnight, and its quiet hours of the last weeks.

    Nothing has happened, so nothing is recorded: it is what others have done, summed up.
    """
    now, hours = clock.now(), hours_of(biller)
    answered = waits_of(biller.pk, now - SEASON)
    waits = [(began, hours.open_seconds_between(began, ended)) for began, ended in answered]
    recent = [w for w, (_, ended) in zip(waits, answered, strict=True) if ended >= now - RECENT]
    counted = counted_of(recent, hours, now - RECENT, now)
    values = {
        "answers": counted.answers,
        "low_s": counted.low_s,
        "high_s": counted.high_s,
        "per_hour": counted.per_hour,
        "quiet": quiet_hours(waits, hours),
        "counted_at": now,
    }
    pace, _ = Pace.objects.update_or_create(biller=biller, defaults=values)
    return pace
