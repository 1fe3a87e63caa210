"""Jobs: cards that nobody answered in time."""

from procrastinate.contrib.django import app

from invoices.history.actors import SYSTEM
from messaging.cards import actions


@app.periodic(cron="5 * * * *")
@app.task(queue="upkeep", queueing_lock="expire_cards")
def expire_cards(timestamp: int) -> None:
    """End cards whose last day is past. They say so themselves from midnight on."""
    actions.expire_all(actor=SYSTEM)
