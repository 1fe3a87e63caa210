"""Snoozing, tags, topics, mentions, and conversations of one customer that are answered together.

Each action locks the threads it changes, by their ids, and nothing above them.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from invoices import clock
from invoices.billers.models import Biller
from invoices.documents.models import Invoice
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import record
from messaging.files.checks import Checked
from messaging.sorting.mentions import Known, mentioned
from messaging.sorting.models import Mention, Tag, ThreadTag
from messaging.threads import actions as threads
from messaging.threads.models import Message, Thread
from messaging.threads.states import ThreadState
from messaging.threads.topics import About

SNOOZE_MOST = timedelta(days=180)
TAGS_MOST = 200  # of one biller; more are no help in finding anything


@transaction.atomic
def snooze(thread: Thread, until: datetime, reason: str, *, actor: Actor) -> Thread:
    """Put the conversation aside until then; it comes back by itself, or when the customer writes.

    The customer goes on waiting meanwhile: the time counts.
    """
    held = _locked(thread)
    now = clock.now()
    if not now < until <= now + SNOOZE_MOST:
        raise Refused(N_("Choose a time ahead, within half a year."))
    if held.state == ThreadState.CLOSED:
        raise Refused(N_("The conversation is closed. Open it before you snooze it."))
    held.snoozed_until, held.snooze_reason = until, " ".join(reason.split())[:200]
    held.save(update_fields=["snoozed_until", "snooze_reason"])
    _record("thread.snoozed", held, actor, until_on=clock.day_of(until).isoformat())
    return held


@transaction.atomic
def wake(thread: Thread, *, actor: Actor, only_due: bool = False) -> Thread:
    """Take the conversation back into the views; it waits, whether or not the customer does.

    With ``only_due`` one whose time has not come, by now, is left.
    """
    held = _locked(thread)
    if held.snoozed_until is None or (only_due and held.snoozed_until > clock.now()):
        return held
    held.snoozed_until, held.snooze_reason = None, ""
    held.waiting_since = held.waiting_since or clock.now()
    held.save(update_fields=["snoozed_until", "snooze_reason", "waiting_since"])
    _record("thread.woke", held, actor)
    return held


@transaction.atomic
def make_tag(biller: Biller, name: str, *, actor: Actor) -> Tag:
    """A tag of that name; one that is there, or was retired, is taken up again."""
    assert actor.user_id, "tags are made by people"
    kept = " ".join(name.split())
    if not kept or len(kept) > 40:
        raise Refused(N_("A tag is one to 40 characters long."))
    Biller.objects.select_for_update(no_key=True).get(pk=biller.pk)
    found = Tag.objects.filter(biller=biller, name__iexact=kept).first()
    if found is None:
        if Tag.objects.filter(biller=biller, retired=False).count() >= TAGS_MOST:
            raise Refused(N_("There are {most} tags. Retire one first."), most=TAGS_MOST)
        return Tag.objects.create(biller=biller, name=kept)
    if found.retired:
        found.retired = False
        found.save(update_fields=["retired"])
    return found


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, actor: Actor) -> Tag:
    """Call the tag something else, wherever it stands. Refused where another is called so."""
    assert actor.user_id, "tags are renamed by people"
    kept = " ".join(name.split())
    if not kept or len(kept) > 40:
        raise Refused(N_("A tag is one to 40 characters long."))
    others = Tag.objects.filter(biller_id=tag.biller_id, name__iexact=kept).exclude(pk=tag.pk)
    if others.exists():
        raise Refused(N_("There is a tag of that name already."))
    tag.name = kept
    tag.save(update_fields=["name"])
    return tag


@transaction.atomic
def retire_tag(tag: Tag, *, actor: Actor) -> None:
    """Let the tag be given no more. Where it stands it stays."""
    assert actor.user_id, "tags are retired by people"
    Tag.objects.filter(pk=tag.pk).update(retired=True)


@transaction.atomic
def tag_thread(thread: Thread, tag: Tag, *, actor: Actor) -> None:
    """Put a tag on the conversation; twice is once."""
    held = _locked(thread)
    assert tag.biller_id == held.biller_id, "a tag of its own biller"
    _row, new = ThreadTag.objects.get_or_create(thread=held, tag=tag)
    if new:
        _record("thread.tagged", held, actor, tag=tag.name)


@transaction.atomic
def untag_thread(thread: Thread, tag: Tag, *, actor: Actor) -> None:
    """Take a tag off the conversation."""
    held = _locked(thread)
    gone, _ = ThreadTag.objects.filter(thread=held, tag=tag).delete()
    if gone:
        _record("thread.untagged", held, actor, tag=tag.name)


@transaction.atomic
def set_topic(thread: Thread, topic: About | None, *, actor: Actor) -> Thread:
    """Say what the conversation is about; what its words tell no longer matters."""
    held = _locked(thread)
    held.topic, held.topic_by_hand = topic or "", True
    held.save(update_fields=["topic", "topic_by_hand"])
    _record("thread.sorted", held, actor, topic=held.topic)
    return held


@transaction.atomic
def note(
    invoice: Invoice,
    text: str,
    known: Sequence[Known],
    *,
    actor: Actor,
    message_id: uuid.UUID,
    files: Sequence[Checked] = (),
) -> Message:
    """Write for staff alone, and tell those of ``known`` whom the note names by @."""
    named = mentioned(text, known) - {actor.user_id}
    message = threads.note(invoice, text, actor=actor, message_id=message_id, files=files)
    Mention.objects.bulk_create(
        [Mention(message=message, thread_id=message.thread_id, user_id=pk) for pk in sorted(named)],
        ignore_conflicts=True,
    )
    return message


@transaction.atomic
def settle_mentions(thread: Thread, *, actor: Actor) -> None:
    """What the actor was named for here is dealt with."""
    assert actor.user_id, "people are named"
    open_ones = Mention.objects.filter(thread=thread, user_id=actor.user_id, done_at=None)
    if open_ones.update(done_at=clock.now()):
        threads.ring_queue(thread)


def _locked(thread: Thread) -> Thread:
    return Thread.objects.select_for_update().get(pk=thread.pk)


def _record(kind: str, thread: Thread, actor: Actor, **data: Any) -> None:
    record(
        kind,
        biller_id=thread.biller_id,
        actor=actor,
        invoice_id=thread.invoice_id,
        customer_id=thread.customer_id,
        thread_id=thread.pk,
        **data,
    )
