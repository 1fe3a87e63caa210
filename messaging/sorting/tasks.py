"""Snoozed conversations come back by themselves."""

from procrastinate.contrib.django import app

from invoices import clock
from invoices.history.actors import SYSTEM
from messaging.sorting.actions import wake
from messaging.sorting.queries import due_to_wake


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="wake_threads")
def wake_threads(timestamp: int) -> None:
    """Wake what is due. A thread that was snoozed anew meanwhile sleeps on."""
    for thread in due_to_wake(clock.now()):
        wake(thread, actor=SYSTEM, only_due=True)
