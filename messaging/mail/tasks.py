"""Jobs: looking whether somebody is to be told, and reading what came in."""

from contextlib import suppress
from datetime import timedelta
from math import ceil

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from invoices.history.actors import SYSTEM
from messaging.mail import actions
from messaging.mail.states import Verdict

RETRIES = RetryStrategy(max_attempts=8, exponential_wait=3)


@app.task(queue="letters", retry=RETRIES)
def tell_customer(thread_id: int) -> None:
    """Look once, and come back as long as there is something to wait for."""
    if (wait := actions.tell_customer(thread_id, actor=SYSTEM)) is not None:
        tell_customer_in(wait, thread_id)


@app.task(queue="letters", retry=RETRIES)
def tell_staff(thread_id: int) -> None:
    """The same for whoever answers."""
    if (wait := actions.tell_staff(thread_id, actor=SYSTEM)) is not None:
        tell_staff_in(wait, thread_id)


@app.task(queue="mail", retry=RETRIES)
def take_in(mail_id: int) -> None:
    """Read a mail that came in."""
    outcome = actions.take_in(mail_id, actor=SYSTEM)
    if outcome.verdict == Verdict.BOUNCED:
        tell_customer_in(timedelta(), outcome.mail.thread_id)


def tell_customer_in(wait: timedelta, thread_id: int) -> None:
    """Let it be looked at by then; one look that waits is enough."""
    seconds = ceil(wait.total_seconds())
    lock = f"tell:{thread_id}"
    job = tell_customer.configure(queueing_lock=lock, schedule_in={"seconds": seconds})
    with suppress(AlreadyEnqueued), transaction.atomic():  # a refusal must not spoil an outer one
        job.defer(thread_id=thread_id)


def tell_staff_in(wait: timedelta, thread_id: int) -> None:
    """The same for staff."""
    seconds = ceil(wait.total_seconds())
    lock = f"tell_staff:{thread_id}"
    job = tell_staff.configure(queueing_lock=lock, schedule_in={"seconds": seconds})
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(thread_id=thread_id)
