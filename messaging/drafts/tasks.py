"""Jobs that forget what was begun and never sent."""

from procrastinate.contrib.django import app

from invoices.history.actors import SYSTEM
from messaging.drafts.actions import forget_old_drafts


@app.periodic(cron="17 * * * *")
@app.task(queue="upkeep", queueing_lock="forget_drafts")
def forget_drafts(timestamp: int) -> None:
    """Forget drafts that are older than a week."""
    forget_old_drafts(actor=SYSTEM)
