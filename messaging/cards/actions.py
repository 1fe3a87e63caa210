"""Proposing, accepting, declining: the invoice changes through ``invoices.changes`` alone.

Automatic payment is not changed here at all: the customer chooses it by the form of the floor that
draws, and what proposed it is accepted by that.

The policy of staff holds twice: for whoever proposes, when it is proposed, and for the same person
again when it is accepted. Each action locks the invoice, then the card, then the thread.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from invoices import clock
from invoices.billers.models import Membership
from invoices.billers.roles import ANSWERS
from invoices.changes import actions as changes
from invoices.changes import policy
from invoices.changes.actions import Asker, Outcome
from invoices.changes.policy import Action
from invoices.changes.queries import standing_of
from invoices.documents.actions import lock_invoice
from invoices.documents.models import Invoice
from invoices.errors import N_, Refused
from invoices.history.actors import CUSTOMER, SYSTEM, Actor
from invoices.history.record import record
from invoices.page.enrolling import names_on
from messaging.cards.models import Card
from messaging.cards.queries import expired_cards, open_cards
from messaging.cards.states import CHANGES, EDGES, OPEN_FOR, CardState, Promise, What
from messaging.cards.titles import schemes_of
from messaging.threads import actions as threads
from messaging.threads.models import Thread

# Why an answer comes too late, by what the card is by then.
_TOO_LATE = {
    CardState.ACCEPTED: N_("The proposal was accepted already."),
    CardState.DECLINED: N_("The proposal was declined already."),
    CardState.WITHDRAWN: N_("The proposal was taken back meanwhile. Write to us if you need it."),
    CardState.EXPIRED: N_("The proposal is too old to be answered. Write to us if you need it."),
    CardState.OUTDATED: N_(
        "The invoice has changed, so the proposal no longer fits. Write to us if you need another."
    ),
}

NOTHING_TO_CHOOSE = N_(
    "There is nothing to choose: automatic payment is not offered here, or the customer has it."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A card to be. ``terms`` by ``what``: to_on; parts; schemes; or text with line_ids or
    amount_minor.

    ``words`` go to the customer with it, and stand as the reason where the change is told.
    """

    what: What
    terms: dict[str, Any]
    words: str


def may_propose(role: str, what: What) -> bool:
    """Whether the role answers customers, and may make such a change itself."""
    return role in ANSWERS and (what not in CHANGES or policy.staff_may(role, Action(what.value)))


@transaction.atomic
def propose(
    thread: Thread,
    draft: Draft,
    *,
    actor: Asker,
    card_id: uuid.UUID,
    seen_no: int | None = None,
) -> Card:
    """Propose a change in the thread; it answers the customer as a message does.

    Refused where the actor could not make the change now. An open proposal of the same kind is
    taken back: the newest one holds. Records ``card.proposed`` after the message's own entry.
    """
    assert may_propose(actor.by, draft.what), (actor.by, draft.what)
    assert actor.user_id is not None, "staff propose"
    invoice = lock_invoice(thread.invoice_id)
    if (before := Card.objects.filter(public_id=card_id).first()) is not None:
        if (before.thread_id, before.proposed_by_id) != (thread.pk, actor.user_id):
            raise Refused(N_("This could not be sent. Load the page again and try once more."))
        return before
    promise = promised(invoice, draft, actor=actor)
    for older in _locked(thread=thread, what=draft.what, state=CardState.PROPOSED):
        _end(older, CardState.WITHDRAWN, actor)
    message = threads.post(
        invoice,
        draft.words,
        actor=actor,
        message_id=uuid.uuid5(card_id, "words"),
        seen_no=seen_no,
    )
    now = clock.now()
    card = Card.objects.create(
        public_id=card_id,
        thread=thread,
        message=message,
        what=draft.what,
        terms=draft.terms,
        promise=promise.to_json(),
        reason=message.text[:300],
        proposed_by_id=actor.user_id,
        proposed_at=now,
        expires_on=clock.day_of(now + OPEN_FOR),
    )
    _tell("card.proposed", card, actor, **_facts(card, promise))
    return card


def promised(invoice: Invoice, draft: Draft, *, actor: Asker) -> Promise:
    """What the change would come to if the actor made it now. Refused where it cannot be made."""
    if draft.what == What.AUTOPAY:
        if not names_on(invoice):
            raise Refused(NOTHING_TO_CHOOSE)
        now = standing_of(invoice)
        return Promise(now.left, now.left, now.due_on.isoformat(), now.due_on.isoformat())
    change = _change(invoice.pk, draft.what, draft.terms, actor, uuid.uuid4(), draft.words)
    return _done(invoice, change, changes.rehearse)


@transaction.atomic
def accept(card_id: int, *, actor: Actor) -> Card:
    """The customer accepts: the change is made, once, however often this is asked.

    Where it no longer fits, nothing is changed and the card becomes OUTDATED, which the caller
    shows. Refused where the card was ended otherwise. Records the change and ``card.accepted``.
    """
    card = _begin(card_id)
    if card.state == CardState.ACCEPTED:
        return card
    _check_open(card)
    if card.state == CardState.EXPIRED:
        return card
    if card.what == What.AUTOPAY:
        raise Refused(N_("Choose it by the button that stands with the proposal."))
    try:
        with transaction.atomic():
            _make(card, actor)
    except Refused:
        # Its words are for staff; the card itself tells the customer, calmly.
        return _end(card, CardState.OUTDATED, SYSTEM)
    return _end(card, CardState.ACCEPTED, actor)


@transaction.atomic
def accept_by_choosing(customer_id: int, *, actor: Actor) -> None:
    """The customer has chosen automatic payment, by a card or elsewhere: what proposed it is
    accepted, once. Records ``card.accepted``."""
    found = Card.objects.filter(
        thread__customer_id=customer_id, what=What.AUTOPAY, state=CardState.PROPOSED
    )
    for card_id in found.order_by("thread__invoice_id").values_list("pk", flat=True):
        card = _begin(card_id)
        if card.state == CardState.PROPOSED:
            _check_open(card)
        if card.state == CardState.PROPOSED:
            _end(card, CardState.ACCEPTED, actor)


def _make(card: Card, actor: Actor) -> None:
    """Make the change as the customer's own, by the right of whoever proposed it."""
    role = _role_of_proposer(card)
    if not may_propose(role, What(card.what)):
        raise Refused(N_("Whoever proposed it may not do so any more."))
    invoice = Invoice.objects.select_related("biller").get(pk=card.thread.invoice_id)
    asker = Asker(actor.kind, actor.user_id, role)
    change = _change(invoice.pk, What(card.what), card.terms, asker, card.public_id, card.reason)
    now = _done(invoice, change, changes.carry_out)
    if not Promise.of(card.promise).is_kept_by(now, What(card.what)):
        raise Refused(N_("The invoice has changed meanwhile, and this can no longer be done."))


def _role_of_proposer(card: Card) -> str:
    found = Membership.objects.filter(
        user=card.proposed_by_id, biller=card.thread.biller_id, user__is_active=True
    )
    return found.values_list("role", flat=True).first() or ""


@transaction.atomic
def decline(card_id: int, words: str, *, actor: Actor) -> Card:
    """The customer says no, with a word or without; a word is a message that waits for an answer.

    Declining twice is once. Records ``card.declined``.
    """
    card = _begin(card_id)
    if card.state == CardState.DECLINED:
        return card
    _check_open(card)
    if card.state == CardState.EXPIRED:
        return card
    _end(card, CardState.DECLINED, actor)
    if words.strip():
        message_id = uuid.uuid5(card.public_id, "declined")
        threads.post(card.thread.invoice, words, actor=actor, message_id=message_id)
    return card


@transaction.atomic
def withdraw(card_id: int, *, actor: Actor) -> Card:
    """Take a proposal back. Twice is once; refused where it was answered. ``card.withdrawn``."""
    card = _begin(card_id)
    if card.state == CardState.WITHDRAWN:
        return card
    _check_open(card)
    return card if card.state == CardState.EXPIRED else _end(card, CardState.WITHDRAWN, actor)


@transaction.atomic
def expire(card_id: int, *, actor: Actor) -> Card:
    """End a card whose last day is past. Records ``card.expired``."""
    card = _begin(card_id)
    if card.state == CardState.PROPOSED:
        _check_open(card)
    return card


def expire_all(*, actor: Actor) -> int:
    """End all cards whose last day is past; how many there were."""
    cards = expired_cards(clock.today())
    for card in cards:
        expire(card.pk, actor=actor)
    return len(cards)


@transaction.atomic
def review(card_id: int, *, actor: Actor) -> Card:
    """Something has happened to the invoice: a card that no longer fits is taken back at once."""
    card = _begin(card_id)
    if card.state != CardState.PROPOSED or card.what not in CHANGES:
        return card
    try:
        with transaction.atomic():
            _make(card, CUSTOMER)
            fits = True
            transaction.set_rollback(True)
    except Refused:
        fits = False
    return card if fits else _end(card, CardState.OUTDATED, actor)


def review_all(invoice_ids: list[int], *, actor: Actor) -> None:
    """The same for every open card of these invoices."""
    for card in open_cards(invoice_ids):
        review(card.pk, actor=actor)


def _change(
    invoice_id: int,
    what: What,
    terms: dict[str, Any],
    asker: Asker,
    request_id: uuid.UUID,
    reason: str,
) -> Callable[[], None]:
    """The change itself, ready to be rehearsed or carried out."""
    order: dict[str, Any] = {"actor": asker, "request_id": request_id, "reason": reason[:300]}
    if what == What.MOVE:
        to_on = date.fromisoformat(terms["to_on"])
        return lambda: changes.move_due_date(invoice_id, to_on, **order)
    if what == What.SPLIT:
        parts = [(date.fromisoformat(day), int(minor)) for day, minor in terms["parts"]]
        return lambda: changes.split(invoice_id, parts, **order)
    credit = changes.Credit(**terms)
    return lambda: changes.credit(invoice_id, credit, **order)


def _done(
    invoice: Invoice,
    change: Callable[[], None],
    way: Callable[[int, Callable[[], object]], Outcome],
) -> Promise:
    """Make or rehearse the change; what came of it. Refused where nothing did."""
    before = standing_of(invoice)
    outcome = way(invoice.pk, change)
    if not outcome.told:
        raise Refused(N_("Nothing changes: the invoice stands like that already."))
    credited = sum(
        entry.data["amount_minor"] for entry in outcome.told if entry.kind == "invoice.credited"
    )
    return Promise(
        left_before=before.left,
        left=outcome.figures.left,
        due_before=before.due_on.isoformat(),
        due_on=outcome.due_on.isoformat(),
        parts=[[part.due_on.isoformat(), part.open] for part in outcome.parts if part.open],
        credited=credited,
    )


def _begin(card_id: int) -> Card:
    """The card, locked, after its invoice."""
    found = Card.objects.select_related("thread").get(pk=card_id)
    lock_invoice(found.thread.invoice_id)
    (card,) = _locked(pk=card_id)
    return card


def _locked(**which: Any) -> list[Card]:
    cards = Card.objects.select_for_update(of=("self",)).select_related("thread__invoice")
    return list(cards.filter(**which).order_by("pk"))


def _check_open(card: Card) -> None:
    """Refuse what was ended; end what is past its last day, which the caller sees by its state."""
    if card.state != CardState.PROPOSED:
        raise Refused(_TOO_LATE[CardState(card.state)])
    if clock.today() > card.expires_on:
        _end(card, CardState.EXPIRED, SYSTEM)


def _end(card: Card, state: CardState, actor: Actor) -> Card:
    kind = EDGES[CardState(card.state), state]
    card.state, card.ended_at = state, clock.now()
    card.save(update_fields=["state", "ended_at"])
    _tell(kind, card, actor)
    return card


def _facts(card: Card, promise: Promise) -> dict[str, Any]:
    """What the history says of a proposal, by its kind."""
    if card.what == What.AUTOPAY:
        return {"schemes": schemes_of(card.terms)}
    if card.what == What.MOVE:
        return {"to_on": promise.due_on}
    if card.what == What.SPLIT:
        first_on, first = promise.parts[0]
        return {"count": len(promise.parts), "first_on": first_on, "first_minor": first}
    return {"amount_minor": promise.credited}


def _tell(kind: str, card: Card, actor: Actor, **facts: Any) -> None:
    thread = card.thread
    record(
        kind,
        biller_id=thread.biller_id,
        actor=actor,
        invoice_id=thread.invoice_id,
        customer_id=thread.customer_id,
        card_id=card.pk,
        what=card.what,
        **facts,
    )
