"""The job that notices that no payment has come."""

from procrastinate.contrib.django import app

from invoices import clock
from payments.matching.expected.actions import give_up
from payments.matching.models import Expected


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="lapse_expected")
def lapse(timestamp: int) -> None:
    """Give up what was looked out for until yesterday: each in a transaction of its own."""
    late = Expected.objects.open().filter(until__lt=clock.today()).order_by("until")
    for expected_id in late.values_list("pk", flat=True):
        give_up(expected_id)
