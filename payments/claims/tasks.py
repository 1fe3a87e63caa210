"""Jobs that give notice, ask the bank and take note of its silence, by the clock."""

from contextlib import suppress
from typing import Final

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from invoices import clock
from invoices.history.actors import SYSTEM
from payments.claims.answers.actions import presume_unpaid
from payments.claims.charging import work
from payments.claims.models import Claim
from payments.claims.plan.actions import plan_everybody
from payments.claims.sending.actions import give_up_missed, notify_due, send_claims
from payments.claims.states import BEFORE

CHARGES_AT_ONCE: Final = 500
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
    waiting = Claim.objects.filter(state__in=sorted(BEFORE))
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


@app.task(queue="payments", retry=RETRIES)
def follow_charge(claim_id: int) -> None:
    """Ask for a draw over the scheme's API, take it back, or hear how it stands."""
    work.look(claim_id)


def follow_charge_soon(claim_id: int) -> None:
    """Let it be followed at once; one follower is enough."""
    job = follow_charge.configure(queueing_lock=f"charge:{claim_id}", lock=f"charge:{claim_id}")
    with suppress(AlreadyEnqueued), transaction.atomic():  # a refusal must not spoil an outer one
        job.defer(claim_id=claim_id)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="sweep_charges")
def sweep_charges(timestamp: int) -> None:
    """Follow what it is time for, and what was lost with its worker."""
    due = Claim.objects.filter(look_at__lte=clock.now()).order_by("look_at")
    for claim_id in due.values_list("pk", flat=True)[:CHARGES_AT_ONCE]:
        follow_charge_soon(claim_id)
