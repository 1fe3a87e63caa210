"""Joining conversations of one customer, and parting them again.

Nothing that was written moves: each stands on its own invoice, for the customer too. What joins
them is one place in the list, one owner, and one answer, which is written into each that waits.
The threads are locked by their ids.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import record
from messaging.threads.models import Thread
from messaging.threads.states import ThreadState


@transaction.atomic
def join(thread: Thread, other: Thread, *, actor: Actor) -> Thread:
    """Answer ``other`` together with ``thread`` from now on; who waits longest counts for both.

    Joined already is no error. Refused for another customer's conversation.
    """
    held = _locked([thread.pk, other.pk, thread.lead_id])
    lead = held.get(held[thread.pk].lead_id or 0, held[thread.pk])
    follower = held[other.pk]
    if follower.pk == lead.pk or follower.lead_id == lead.pk:
        return lead
    if follower.customer_id != lead.customer_id or follower.biller_id != lead.biller_id:
        raise Refused(N_("Only conversations of one customer are answered together."))
    if follower.lead_id or follower.followers.exists():
        raise Refused(N_("It is answered together with another one. Part them first."))
    follower.lead, follower.owner_id = lead, lead.owner_id or follower.owner_id
    lead.owner_id = follower.owner_id
    follower.save(update_fields=["lead", "owner"])
    _bring_forward(lead, follower)
    lead.save()
    _record("thread.joined", follower, actor, other=lead.invoice.number)
    _record("thread.joined", lead, actor, other=follower.invoice.number)
    return lead


@transaction.atomic
def part(thread: Thread, *, actor: Actor) -> Thread:
    """Let a conversation stand alone again. It keeps its owner, and waits if it waited."""
    held = _locked([thread.pk, thread.lead_id])
    follower = held[thread.pk]
    if follower.lead_id is None:
        return follower
    lead = Thread.objects.get(pk=follower.lead_id)
    follower.lead = None
    follower.save(update_fields=["lead"])
    _record("thread.parted", follower, actor, other=lead.invoice.number)
    _record("thread.parted", lead, actor, other=follower.invoice.number)
    return follower


@transaction.atomic
def bring_forward(thread_ids: Iterable[int], *, actor: Actor) -> None:
    """Let the leads of these conversations wait as they do: somebody wrote in one that follows."""
    assert actor.kind, "somebody, or the clock"
    for thread in Thread.objects.filter(pk__in=set(thread_ids), lead__isnull=False):
        held = _locked([thread.pk, thread.lead_id])
        follower, lead = held[thread.pk], held.get(thread.lead_id or 0)
        if lead is None or follower.lead_id != lead.pk or follower.waiting_since is None:
            continue  # parted or answered meanwhile
        _bring_forward(lead, follower)
        lead.save()
        _record("thread.waits", lead, actor)


def _bring_forward(lead: Thread, follower: Thread) -> None:
    if follower.waiting_since is None:
        return
    waits = [at for at in (lead.waiting_since, follower.waiting_since) if at]
    lead.waiting_since, lead.state = min(waits), ThreadState.OPEN
    lead.snoozed_until, lead.snooze_reason = None, ""


def _locked(ids: Iterable[int | None]) -> dict[int, Thread]:
    wanted = [pk for pk in ids if pk]
    # The threads alone: locking their invoices too would cross the order of everything else.
    found = Thread.objects.select_for_update(of=("self",)).select_related("invoice")
    return {thread.pk: thread for thread in found.filter(pk__in=wanted).order_by("pk")}


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
