"""Jobs that give notice, ask the bank and take note of its silence, by the clock."""

from typing import Final

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from invoices.history.actors import SYSTEM
from payments.claims.answers.actions import presume_unpaid
from payments.claims.models import Claim
from payments.claims.plan.actions import plan_everybody
from payments.claims.sending.actions import give_up_missed, notify_due, send_claims
from payments.claims.states import BEFORE
from payments.schemes.base import Transport
from payments.schemes.registry import SCHEMES

RETRIES: Final = RetryStrategy(max_attempts=8, exponential_wait=3)


def run_round() -> None:
    """All that the clock may have made due, in the order in which one leads to the next. Each step
    is done once, however often it is run.
    """
    presume_unpaid(actor=SYSTEM)
    notify_due(actor=SYSTEM)
    for biller_id, scheme in _to_send():
        send_claims(biller_id, scheme, actor=SYSTEM)
    give_up_missed(actor=SYSTEM)


def _to_send() -> list[tuple[int, str]]:
    by_file = [name for name, kind in SCHEMES.items() if kind.transport == Transport.FILES]
    waiting = Claim.objects.filter(state__in=sorted(BEFORE), scheme__in=by_file)
    return sorted(set(waiting.values_list("biller_id", "scheme").distinct().order_by()))


@app.periodic(cron="*/10 * * * *")
@app.task(queue="payments", queueing_lock="claims_round", retry=RETRIES)
def claims_round(timestamp: int) -> None:
    """Every ten minutes, so that no cut-off is missed and whoever was held back is tried again."""
    run_round()


@app.periodic(cron="20 3 * * *")
@app.task(queue="payments", queueing_lock="claims_plan", retry=RETRIES)
def claims_plan(timestamp: int) -> None:
    """Every night: plan what a lost job left unplanned."""
    plan_everybody(actor=SYSTEM)
