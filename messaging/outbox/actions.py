"""Keeping drafts, and sending answers a moment later so that they can be taken back.

An answer on its way is locked before its conversation. It leaves this room in the transaction
that posts it: a job that runs twice, a killed worker or two people at once send it once.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from invoices import clock
from invoices.errors import N_, Refused
from invoices.history.actors import Actor, staff
from messaging.files.checks import Checked
from messaging.outbox.models import AnswerDraft, Held
from messaging.sorting import actions as sorting
from messaging.threads import actions as threads
from messaging.threads import words
from messaging.threads.models import Thread
from messaging.threads.states import TEXT_MAX, Kind

SEND_HELD = "messaging.outbox.send_held"  # the job that does it, by name: it is made of this room


@dataclass(frozen=True, slots=True)
class Then:
    """What is done right after an answer was sent: the conversation is closed, or put aside."""

    closes: bool = False
    snooze_until: datetime | None = None


@transaction.atomic
def keep_draft(thread: Thread, text: str, kind: str, *, actor: Actor, seen_no: int) -> None:
    """Keep what the actor has written so far; nothing left is no draft. Nobody else is told."""
    assert actor.user_id, "drafts are written by people"
    mine = AnswerDraft.objects.filter(thread=thread, user_id=actor.user_id)
    if not text.strip():
        mine.delete()
        return
    if Held.objects.filter(thread=thread, user_id=actor.user_id, text=text.strip()).exists():
        return  # it was on its way here while the same words were sent
    AnswerDraft.objects.bulk_create(
        [
            AnswerDraft(
                thread=thread,
                user_id=actor.user_id,
                kind=Kind.NOTE if kind == Kind.NOTE else Kind.MESSAGE,
                text=text[: 2 * TEXT_MAX],
                begun_at=clock.now(),
                seen_no=seen_no,
            )
        ],
        update_conflicts=True,
        unique_fields=["thread", "user"],
        update_fields=["text", "kind"],
    )


@transaction.atomic
def drop_draft(thread: Thread, *, actor: Actor) -> None:
    """Forget the actor's draft: it was sent, or is no longer wanted."""
    AnswerDraft.objects.filter(thread=thread, user_id=actor.user_id or 0).delete()


@transaction.atomic
def answer(
    thread: Thread,
    text: str,
    *,
    actor: Actor,
    message_id: uuid.UUID,
    seen_no: int | None = None,
    also: Sequence[int] = (),
    then: Then | None = None,
    files: Sequence[Checked] = (),
) -> None:
    """Answer the customer in settings.UNDO_SEND_S seconds; twice under one id is once.

    Refused at once where it would be refused then. ``also`` are threads with the same lead that
    the same answer serves. An answer with files goes at once: a file is kept with its message.
    """
    assert actor.user_id, "answers are written by people"
    then = then or Then()
    if files:
        drop_draft(thread, actor=actor)
        threads.post(
            thread.invoice,
            text,
            actor=actor,
            message_id=message_id,
            seen_no=seen_no,
            files=files,
        )
        _afterwards(thread, then, actor=actor)
        return
    kept = words.clean(text)
    if seen_no is not None:
        threads.check_read(thread, seen_no)
    if threads.is_written(message_id):
        return  # it was sent before, and its answer was lost on the way
    wait_s = settings.UNDO_SEND_S
    held = Held(
        public_id=message_id,
        thread=thread,
        user_id=actor.user_id,
        text=kept,
        seen_no=seen_no,
        also=list(also),
        closes=then.closes,
        snooze_until=then.snooze_until,
        due_at=clock.now() + timedelta(seconds=wait_s),
    )
    Held.objects.bulk_create([held], ignore_conflicts=True)
    drop_draft(thread, actor=actor)
    mine = Held.objects.filter(public_id=message_id, user_id=actor.user_id).first()
    if mine is None:
        raise Refused(N_("This could not be sent. Load the page again and try once more."))
    if not wait_s:
        _post(mine)
        return
    app.configure_task(SEND_HELD, schedule_in={"seconds": wait_s}).defer(pk=mine.pk)
    threads.ring_queue(thread)


@transaction.atomic
def take_back(held_id: uuid.UUID, *, actor: Actor) -> bool:
    """Do not send the answer after all: it is a draft again. False where it has been sent."""
    mine = Held.objects.select_for_update().filter(public_id=held_id, user_id=actor.user_id or 0)
    held = mine.first()
    if held is None:
        return False
    _as_draft(held)
    threads.ring_queue(held.thread)
    return True


@transaction.atomic
def send_now(held_id: uuid.UUID, *, actor: Actor) -> None:
    """Send the actor's own answer without waiting any longer; one that is gone has been sent."""
    mine = Held.objects.filter(public_id=held_id, user_id=actor.user_id or 0)
    for pk in mine.values_list("pk", flat=True):
        send(pk, actor=actor)


@transaction.atomic
def send(pk: int, *, actor: Actor) -> None:
    """Send an answer whose time has come, in the name of who wrote it; once.

    Where the customer has written meanwhile it is not sent: it is a draft again, which says so.
    """
    assert actor.kind, "somebody, or the clock"
    held = Held.objects.select_for_update().filter(pk=pk).first()
    if held is None:
        return
    try:
        with transaction.atomic():
            _post(held)
    except Refused as refused:
        _as_draft(held, refused.template)
        threads.ring_queue(held.thread)


def _post(held: Held) -> None:
    actor = staff(held.user_id)
    thread = Thread.objects.select_related("invoice").get(pk=held.thread_id)
    for served in (thread, *_also(held, thread)):
        # The same answer in another thread is another message, and always the same one.
        own = served.pk == thread.pk
        threads.post(
            served.invoice,
            held.text,
            actor=actor,
            message_id=held.public_id if own else uuid.uuid5(held.public_id, str(served.pk)),
            seen_no=held.seen_no if own else None,
        )
        _afterwards(served, Then(held.closes, held.snooze_until), actor=actor)
    held.delete()


def _afterwards(thread: Thread, then: Then, *, actor: Actor) -> None:
    if then.closes:
        threads.close(thread, actor=actor)
    elif then.snooze_until and then.snooze_until > clock.now():
        sorting.snooze(thread, then.snooze_until, "", actor=actor)


def _also(held: Held, thread: Thread) -> Sequence[Thread]:
    together = Thread.objects.select_related("invoice").filter(
        pk__in=held.also, customer_id=thread.customer_id
    )
    return list(together.exclude(pk=thread.pk).order_by("pk"))


def _as_draft(held: Held, refused: str = "") -> None:
    AnswerDraft.objects.update_or_create(
        thread_id=held.thread_id,
        user_id=held.user_id,
        defaults={
            "text": held.text,
            "kind": Kind.MESSAGE,
            "begun_at": held.created_at,
            "seen_no": held.seen_no or 0,
            "refused": refused,
        },
    )
    held.delete()
