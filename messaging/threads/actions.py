"""Writing in threads, and looking after them. Each action locks the thread and nothing above it.

What is written twice under the same id stands there once, also when both come at the same moment.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from invoices import clock
from invoices.billers.models import Membership, User
from invoices.billers.roles import ANSWERS
from invoices.documents.models import Invoice, InvoiceLine
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.kinds import KINDS, Audience
from invoices.history.models import HistoryEntry
from invoices.history.record import record
from invoices.live.ring import ring
from messaging.drafts.actions import drop_draft
from messaging.files.actions import attach
from messaging.files.checks import Checked
from messaging.threads import words
from messaging.threads.models import Message, Thread
from messaging.threads.states import Kind, Side, ThreadState
from messaging.threads.topics import topic_of

# Where marks are shown; nothing has happened, so nothing is recorded.
_MARKED = ("messages", "history", "talk")


@transaction.atomic
def post(
    invoice: Invoice,
    text: str,
    *,
    actor: Actor,
    message_id: uuid.UUID,
    about: str = "",
    seen_no: int | None = None,
    files: Sequence[Checked] = (),
) -> Message:
    """Write to the other side. The customer begins to wait; an answer ends that.

    ``about`` is "line-3" or "event-<id>". With ``seen_no``, the last message the writer had before
    the eyes, it is refused where the customer has written since. Whoever answers first owns it.
    ``files`` (``files.checks.check_all`` makes them) stand with it or not at all.
    """
    kept = words.clean(text, alone=not files)
    thread = _locked(invoice)
    if (before := _written(thread, message_id, actor)) is not None:
        return before
    if actor.kind == Side.STAFF and seen_no is not None:
        check_read(thread, seen_no)
    message = _append(thread, Kind.MESSAGE, kept, actor, message_id, about)
    attach(message.pk, files, biller_id=thread.biller_id, actor=actor)
    if actor.kind == Side.CUSTOMER:
        drop_draft(message_id, actor=actor)
        thread.waiting_since = thread.waiting_since or message.at
        thread.snoozed_until, thread.snooze_reason = None, ""
        if not thread.topic_by_hand:
            thread.topic = thread.topic or _topic(message)
        thread.customer_got_no = thread.customer_read_no = message.no
    else:
        thread.waiting_since = None
        thread.owner_id = thread.owner_id or actor.user_id
        thread.staff_got_no = thread.staff_read_no = message.no
    thread.state = ThreadState.OPEN
    thread.save()
    _record("message.sent", thread, actor, message_id=message.pk, side=message.side)
    return message


@transaction.atomic
def note(
    invoice: Invoice,
    text: str,
    *,
    actor: Actor,
    message_id: uuid.UUID,
    files: Sequence[Checked] = (),
) -> Message:
    """Write for staff alone. The customer goes on waiting, and is told of nothing."""
    assert actor.kind == Side.STAFF, "notes are staff's"
    kept = words.clean(text, alone=not files)
    thread = _locked(invoice)
    if (before := _written(thread, message_id, actor)) is not None:
        return before
    message = _append(thread, Kind.NOTE, kept, actor, message_id, "")
    attach(message.pk, files, biller_id=thread.biller_id, actor=actor)
    thread.save()
    _record("message.noted", thread, actor, message_id=message.pk)
    return message


@transaction.atomic
def begin(invoice: Invoice, *, actor: Actor) -> Thread:
    """The invoice's thread; where there is none yet, one of the actor's own. Nobody is told."""
    assert actor.kind == Side.STAFF, "customers begin by writing"
    thread = _locked(invoice)
    if not thread.last_no and thread.owner_id is None:
        thread.owner_id = actor.user_id
        thread.save(update_fields=["owner"])
    return thread


@transaction.atomic
def assign(thread: Thread, to: User | None, *, actor: Actor, expected_id: int | None) -> Thread:
    """Give the thread to a colleague, to oneself, or (None) back to all.

    Refused where it has another owner than the one who was ``expected`` when it was asked for, so
    that of two who take it at once one gets it and the other is told; and for whoever does not
    answer this biller's customers.
    """
    held = Thread.objects.select_for_update().get(pk=thread.pk)
    to_id = to.pk if to else None
    if held.owner_id == to_id:
        return held
    if held.owner_id != expected_id:
        owner = User.objects.get(pk=held.owner_id) if held.owner_id else None
        raise Refused(
            N_("{name} has the conversation by now.") if owner else N_("It was given back to all."),
            name=owner.get_short_name() if owner else "",
        )
    if (
        to
        and not Membership.objects.filter(
            user=to, biller_id=held.biller_id, role__in=ANSWERS
        ).exists()
    ):
        raise Refused(N_("Choose somebody who answers customers here."))
    held.owner_id = to_id
    held.save(update_fields=["owner"])
    how = "released" if to is None else "taken" if to_id == actor.user_id else "given"
    _record("thread.assigned", held, actor, how=how, owner_id=to_id)
    return held


@transaction.atomic
def close(thread: Thread, *, actor: Actor) -> Thread:
    """Close the thread: nobody waits any more. The customer opens it again by writing."""
    held = Thread.objects.select_for_update().get(pk=thread.pk)
    if held.state == ThreadState.CLOSED:
        return held
    held.state, held.waiting_since = ThreadState.CLOSED, None
    held.snoozed_until, held.snooze_reason = None, ""
    held.save(update_fields=["state", "waiting_since", "snoozed_until", "snooze_reason"])
    _record("thread.closed", held, actor)
    return held


@transaction.atomic
def reopen(thread: Thread, *, actor: Actor) -> Thread:
    """Open a closed thread again; nobody waits in it until the customer writes."""
    held = Thread.objects.select_for_update().get(pk=thread.pk)
    if held.state == ThreadState.OPEN:
        return held
    held.state = ThreadState.OPEN
    held.save(update_fields=["state"])
    _record("thread.reopened", held, actor)
    return held


@transaction.atomic
def settle(thread: Thread, *, actor: Actor) -> Thread:
    """The customer's last words need no answer: nobody waits any more."""
    held = Thread.objects.select_for_update().get(pk=thread.pk)
    if held.waiting_since is None:
        return held
    held.waiting_since = None
    held.save(update_fields=["waiting_since"])
    _record("thread.settled", held, actor)
    return held


@transaction.atomic
def wait_again(thread: Thread, *, actor: Actor) -> Thread:
    """Let the thread wait for an answer after all; a closed one is opened, a snoozed one woken."""
    held = Thread.objects.select_for_update().get(pk=thread.pk)
    if held.waiting_since is not None and held.snoozed_until is None:
        return held
    held.waiting_since, held.state = held.waiting_since or clock.now(), ThreadState.OPEN
    held.snoozed_until, held.snooze_reason = None, ""
    held.save(update_fields=["waiting_since", "state", "snoozed_until", "snooze_reason"])
    _record("thread.waits", held, actor)
    return held


@transaction.atomic
def mark(invoice: Invoice, *, actor: Actor, got_no: int, read_no: int) -> None:
    """A page of the actor's side has shown messages to ``got_no``; somebody saw to ``read_no``.

    Marks only grow, and never beyond what was written. Answering is not reading: who waits goes
    on waiting.
    """
    thread = Thread.objects.select_for_update().filter(invoice=invoice).first()
    if thread is None:
        return
    side = Side(actor.kind)
    read_no = min(read_no, thread.last_no)
    got_no = max(min(got_no, thread.last_no), read_no)
    moved = []
    for name, no in ((f"{side}_got_no", got_no), (f"{side}_read_no", read_no)):
        if no > getattr(thread, name):
            setattr(thread, name, no)
            moved.append(name)
    if moved:
        thread.save(update_fields=moved)
        ring({f"i{invoice.pk}": 0}, _MARKED)


def ring_queue(thread: Thread) -> None:
    """Let open inboxes draw the list anew: for what is sorted otherwise though nothing happened."""
    ring({f"b{thread.biller_id}": 0}, ("queue", "talk", "heed"))


def _locked(invoice: Invoice) -> Thread:
    thread = Thread(
        biller_id=invoice.biller_id, customer_id=invoice.customer_id, invoice_id=invoice.pk
    )
    Thread.objects.bulk_create([thread], ignore_conflicts=True)
    return Thread.objects.select_for_update().get(invoice=invoice)


def _written(thread: Thread, message_id: uuid.UUID, actor: Actor) -> Message | None:
    """What was written under this id before; Refused where that was not the actor, here."""
    before = Message.objects.filter(public_id=message_id).first()
    if before is None:
        return None
    if (before.thread_id, before.side, before.user_id) != (thread.pk, actor.kind, actor.user_id):
        raise Refused(N_("This could not be sent. Load the page again and try once more."))
    return before


def check_read(thread: Thread, seen_no: int) -> None:
    """Refuse an answer to whoever has not had the customer's last message before the eyes."""
    newer = Message.objects.filter(thread=thread, side=Side.CUSTOMER, no__gt=seen_no)
    if newer.exists():
        raise Refused(N_("The customer wrote meanwhile. Read it, then send your answer again."))


def is_written(message_id: uuid.UUID) -> bool:
    """Whether a message stands under this id."""
    return Message.objects.filter(public_id=message_id).exists()


def _append(
    thread: Thread, kind: Kind, text: str, actor: Actor, message_id: uuid.UUID, about: str
) -> Message:
    at = clock.now()
    thread.last_no += 1
    thread.last_at = at
    line, entry = _about(thread, about)
    return Message.objects.create(
        biller_id=thread.biller_id,
        public_id=message_id,
        thread=thread,
        no=thread.last_no,
        kind=kind,
        side=actor.kind,
        user_id=actor.user_id,
        text=text,
        line=line,
        entry=entry,
        at=at,
    )


def _about(thread: Thread, about: str) -> tuple[InvoiceLine | None, HistoryEntry | None]:
    """What is asked about, if it is this invoice's and the customer may see it."""
    what, _, which = about.partition("-")
    if what == "line" and which.isdecimal() and len(which) < 6:
        lines = InvoiceLine.objects.filter(invoice_id=thread.invoice_id, adjustment=None)
        return lines.filter(position=int(which)).first(), None
    if what == "event":
        try:
            public_id = uuid.UUID(which)
        except ValueError:
            return None, None
        entries = HistoryEntry.objects.filter(invoice_id=thread.invoice_id, kind__in=_told())
        return None, entries.filter(public_id=public_id).first()
    return None, None


def _topic(message: Message) -> str:
    event = message.entry.kind if message.entry else ""
    return topic_of(message.text, line=message.line_id is not None, event=event) or ""


def _told() -> Sequence[str]:
    return [name for name, kind in KINDS.items() if kind.audience == Audience.CUSTOMER]


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
