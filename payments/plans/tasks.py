"""The job that notices that a promised day has passed."""

from procrastinate.contrib.django import app

from payments.plans.actions import look_at_late


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="late_promises")
def late_promises(timestamp: int) -> None:
    """Look at the promises whose last day is over: each in a transaction of its own."""
    look_at_late()
