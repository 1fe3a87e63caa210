"""What nobody owns yet is given out when somebody comes in, or is free again."""

from procrastinate.contrib.django import app

from invoices.history.actors import SYSTEM
from messaging.teams.actions import give_out
from messaging.teams.queries import unowned


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="give_out_threads")
def give_out_threads(timestamp: int) -> None:
    """Give out what waits, the longest first, while there are hands."""
    for thread_id in unowned():
        give_out(thread_id, actor=SYSTEM)
