"""Sending what was held back. The page that holds it back sends too; whoever comes first does."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from invoices import clock
from invoices.history.actors import SYSTEM
from messaging.outbox.actions import SEND_HELD, send
from messaging.outbox.queries import overdue

RETRIES = RetryStrategy(max_attempts=8, exponential_wait=3)


@app.task(name=SEND_HELD, queue="messages", retry=RETRIES)
def send_held(pk: int) -> None:
    """Send one answer; see ``actions.send``."""
    send(pk, actor=SYSTEM)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="sweep_held")
def sweep_held(timestamp: int) -> None:
    """Send what was left behind by a job that is gone."""
    for pk in overdue(clock.now()):
        send_held.defer(pk=pk)
