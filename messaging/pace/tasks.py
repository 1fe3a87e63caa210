"""Jobs that count how fast billers answer."""

from procrastinate.contrib.django import app

from invoices.billers.models import Biller
from invoices.history.actors import SYSTEM
from messaging.pace.actions import count_pace


@app.periodic(cron="*/10 * * * *")
@app.task(queue="upkeep", queueing_lock="count_paces")
def count_paces(timestamp: int) -> None:
    """Count for every biller; one that has written nothing costs a question."""
    for biller in Biller.objects.all():
        count_pace(biller, actor=SYSTEM)
