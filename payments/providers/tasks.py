"""Jobs that ask providers how payments stand. A webhook only makes that happen sooner."""

from contextlib import suppress
from datetime import timedelta
from typing import Final

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from invoices import clock
from invoices.history.actors import SYSTEM
from payments.providers import actions, work
from payments.providers.models import PaymentIntent
from payments.providers.states import IN_FLIGHT

OVERDUE: Final = timedelta(seconds=30)
RETRIES = RetryStrategy(max_attempts=8, exponential_wait=3)


@app.task(queue="payments", retry=RETRIES)
def look(intent_id: int) -> None:
    """Ask once, and not again."""
    work.look(intent_id)


@app.task(queue="payments", retry=RETRIES)
def follow(intent_id: int) -> None:
    """Ask, and come back while it is in flight: after 3 s, 6 s, ... and then each minute."""
    work.look(intent_id)
    wait = actions.note_look(intent_id, actor=SYSTEM)
    if wait is not None:
        follow_in(wait, intent_id)


def follow_in(seconds: int, intent_id: int) -> None:
    """Let it be followed from then on; one follower is enough."""
    job = follow.configure(queueing_lock=f"follow:{intent_id}", schedule_in={"seconds": seconds})
    with suppress(AlreadyEnqueued), transaction.atomic():  # a refusal must not spoil an outer one
        job.defer(intent_id=intent_id)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="sweep_payments")
def sweep(timestamp: int) -> None:
    """Take up payments whose follower was lost with its worker."""
    late = clock.now() - OVERDUE
    lost = PaymentIntent.objects.filter(state__in=sorted(IN_FLIGHT), look_at__lt=late)
    for intent_id in lost.values_list("pk", flat=True):
        follow_in(0, intent_id)
