"""Saying one thing in many conversations, some at a time."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from messaging.incidents.actions import SAY_ALL, say_next
from messaging.incidents.models import IncidentAnswer

RETRIES = RetryStrategy(max_attempts=8, exponential_wait=3)


@app.task(name=SAY_ALL, queue="messages", retry=RETRIES)
def say_all(answer_id: int) -> None:
    """Go on until nobody is left; whoever was told before a worker died is not told again."""
    answer = IncidentAnswer.objects.select_related("user").get(pk=answer_id)
    if say_next(answer):
        say_all.defer(answer_id=answer_id)
