"""Working out the aims of conversations."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from invoices.billers.models import Biller
from invoices.history.actors import Actor
from messaging.clocks.models import Clock
from messaging.clocks.queries import answered, asked_at
from messaging.hours.calendar import Hours
from messaging.hours.queries import hours_of
from messaging.teams.models import InboxRules
from messaging.teams.queries import rules_of
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from messaging.threads.states import ThreadState


@transaction.atomic
def work_out(thread_ids: Iterable[int], *, actor: Actor) -> None:
    """Work out when these conversations should be answered and solved. The same twice is the same.

    Under the thread's lock: of two at once the later one sees what the earlier one saw, or more.
    """
    assert actor.kind, "somebody, or the clock"
    known: dict[int, tuple[InboxRules, Hours]] = {}
    for thread in Thread.objects.select_for_update().filter(pk__in=set(thread_ids)).order_by("pk"):
        if thread.biller_id not in known:
            biller = Biller.objects.get(pk=thread.biller_id)
            known[biller.pk] = (rules_of(biller.pk), hours_of(biller))
        before = Clock.objects.filter(pk=thread.pk).first()
        now = _clock(thread, *known[thread.biller_id])
        if before is None or _facts(before) != _facts(now):
            now.save()
            threads.ring_queue(thread)


def _facts(clock: Clock) -> tuple[object, ...]:
    return (clock.waiting_since, clock.is_first, clock.answer_due_at, clock.solve_due_at)


def _clock(thread: Thread, rules: InboxRules, hours: Hours) -> Clock:
    is_first = not answered(thread)
    minutes = rules.first_answer_min if is_first else rules.next_answer_min
    begun = asked_at(thread) if thread.state == ThreadState.OPEN else None
    return Clock(
        thread=thread,
        waiting_since=thread.waiting_since,
        is_first=is_first,
        answer_due_at=_due(thread.waiting_since, minutes, hours),
        solve_due_at=_due(begun, rules.solved_min, hours),
    )


def _due(begun: datetime | None, minutes: int | None, hours: Hours) -> datetime | None:
    if begun is None or minutes is None:
        return None
    return hours.add_open_seconds(begun, 60 * minutes)
