"""Jobs of mandates: following services and signatures, orders to Bankgirot, what lapses."""

from contextlib import suppress
from datetime import timedelta
from typing import Final

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from invoices import clock
from invoices.history.actors import SYSTEM
from payments.mandates import actions, work
from payments.mandates.models import Mandate, MandateOrder, Signing
from payments.mandates.orders.actions import write_orders
from payments.mandates.signing import work as signing_work
from payments.mandates.states import MandateState

RETRIES = RetryStrategy(max_attempts=8, exponential_wait=3)
COLLECT_EVERY_S: Final = 5
SIGNED_WITHIN: Final = timedelta(minutes=10)
# A signature that nobody gives is left after a day, an agreement at the bank after sixty.
UNSIGNED_AFTER: Final = timedelta(days=1)
UNHEARD_AFTER: Final = timedelta(days=60)


@app.task(queue="payments", retry=RETRIES)
def follow_mandate(mandate_id: int) -> None:
    """Ask the service, and come back while there is something to hear."""
    wait = work.look(mandate_id)
    actions.note_look(mandate_id, again_in_s=wait, actor=SYSTEM)
    if wait is not None and wait <= work.LONGEST_WAIT_S:
        follow_mandate_in(wait, mandate_id)


def follow_mandate_in(seconds: int, mandate_id: int) -> None:
    """Let it be followed from then on; one follower is enough."""
    lock = f"follow_mandate:{mandate_id}"
    job = follow_mandate.configure(queueing_lock=lock, schedule_in={"seconds": seconds})
    with suppress(AlreadyEnqueued), transaction.atomic():  # a refusal must not spoil an outer one
        job.defer(mandate_id=mandate_id)


@app.task(queue="payments", retry=RETRIES)
def follow_signing(signing_id: int) -> None:
    """Collect the signature also when the page was closed before it came."""
    signing = signing_work.collect(signing_id)
    if signing.state == Signing.State.PENDING:
        if clock.now() - signing.asked_at > SIGNED_WITHIN:
            signing_work.call_off(signing_id)
        else:
            follow_signing_in(COLLECT_EVERY_S, signing_id)


def follow_signing_in(seconds: int, signing_id: int) -> None:
    """Let it be collected from then on."""
    lock = f"follow_signing:{signing_id}"
    job = follow_signing.configure(queueing_lock=lock, schedule_in={"seconds": seconds})
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(signing_id=signing_id)


@app.periodic(cron="30 14 * * 1-5")
@app.task(queue="upkeep", queueing_lock="write_mandate_orders")
def write_mandate_orders(timestamp: int) -> None:
    """The day's file for Bankgirot, in good time before its evening."""
    waiting = MandateOrder.objects.filter(file=None, withdrawn_at=None)
    for biller_id in waiting.order_by("biller").values_list("biller", flat=True).distinct():
        write_orders(biller_id, actor=SYSTEM)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="sweep_mandates")
def sweep_mandates(timestamp: int) -> None:
    """Take up what was lost with its worker, and leave what nobody will prove any more."""
    now = clock.now()
    for mandate_id in Mandate.objects.filter(look_at__lt=now).values_list("pk", flat=True):
        follow_mandate_in(0, mandate_id)
    open_ones = Signing.objects.filter(state=Signing.State.PENDING)
    late = open_ones.filter(asked_at__lt=now - timedelta(seconds=30))
    for signing_id in late.values_list("pk", flat=True):
        follow_signing_in(0, signing_id)
    lapsed = Mandate.objects.filter(
        scheme="autogiro", state=MandateState.REQUESTED, asked_at__lt=now - UNSIGNED_AFTER
    ) | Mandate.objects.filter(
        scheme="avtalegiro",
        state__in=[MandateState.REQUESTED, MandateState.PENDING],
        asked_at__lt=now - UNHEARD_AFTER,
    )
    for mandate_id in lapsed.values_list("pk", flat=True):
        actions.leave(mandate_id, "lapsed", actor=SYSTEM)
