"""The only writer of what people decide of payments. Each decision is kept as a label.

Lock order: invoices by id, then the payments that wait by id, then ledger accounts. Two people at
once decide once; a form that is sent twice decides once (``request_id`` comes with it).
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from invoices import clock
from invoices.billers.models import Biller
from invoices.customers.models import Customer
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import record
from invoices.ledger.actions import (
    TransferDraft,
    biller_account,
    credit_accounts,
    post_transfers,
)
from invoices.ledger.codes import AccountKind, Code
from payments.bankfiles.models import BankLine
from payments.matching.actions import take
from payments.matching.booking.actions import SUGGESTED, Judged, book
from payments.matching.engine import Verdict
from payments.matching.models import Decision, Waiting
from payments.matching.ranking import Ranked, rank
from payments.matching.ranking import shares as shares_of
from payments.matching.reading import Line
from payments.matching.review.plan import Portion, divide
from payments.matching.review.queries import kept_source, rounds_of
from payments.matching.rules import Candidate, Share
from payments.matching.standing import Standing, find, include, lock

DECIDED = N_("Somebody has decided on this payment meanwhile. Nothing was booked twice.")
BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Choice:
    """A payment, and the invoices that are to get it."""

    line: BankLine
    portions: Sequence[Portion]
    request_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Done:
    """What came of choices: how many stand booked, and why the others do not."""

    booked: int
    refused: list[tuple[BankLine, Refused]]


@transaction.atomic
def book_payment(choice: Choice, *, actor: Actor) -> None:
    """Lead one payment that waits to its invoices; see ``book_payments``. Raises a refusal."""
    done = book_payments([choice], biller=choice.line.biller, actor=actor)
    for _line, refused in done.refused:
        raise refused


@transaction.atomic
def book_payments(choices: Sequence[Choice], *, biller: Biller, actor: Actor) -> Done:
    """Lead payments that wait to the invoices chosen for them, as one set.

    A choice that cannot be booked (an invoice has changed since, somebody was quicker) is told
    and books nothing; the others stand. Records ``payment.matched`` and keeps a Decision of each,
    with what was proposed at that moment.
    """
    lines = {choice.line.pk: line_of(choice.line) for choice in choices}
    assert all(choice.line.biller_id == biller.pk for choice in choices)
    standing = find(list(lines.values()), biller.pk, for_review=True)
    include(standing, {p.invoice_id for choice in choices for p in choice.portions})
    lock(standing, backs=any(line.amount_minor < 0 for line in lines.values()))
    waiting = _taken(lines)
    before = _requests(choice.request_id for choice in choices)
    rounds = rounds_of(lines)
    judged: list[tuple[Choice, Judged]] = []
    done = Done(len(before), [])
    for choice in choices:
        line = lines[choice.line.pk]
        if choice.request_id in before:
            continue
        try:
            if choice.line.pk not in waiting:
                raise Refused(DECIDED)
            verdict = _verdict(line, choice.portions, standing)
        except Refused as refused:
            done.refused.append((choice.line, refused))
            continue
        waiting.discard(choice.line.pk)  # the same payment chosen twice is booked once
        left_after = take(line, verdict, standing)
        file = choice.line.file.name
        judged.append((choice, Judged(line, verdict, left_after, file, rounds.get(line.pk, 0))))
    booked = [each for _, each in judged]
    book(booked, standing.facts.invoices, biller=biller, actor=actor)
    _keep_labels(judged, standing, actor)
    Waiting.objects.filter(pk__in=[each.line.pk for each in booked]).delete()
    return Done(done.booked + len(judged), done.refused)


def line_of(line: BankLine) -> Line:
    """A payment as matching looks at it."""
    return Line(*(getattr(line, name) for name in Line._fields))


def _taken(line_ids: Iterable[int]) -> set[int]:
    """Of these, the payments that still wait, locked in order of id."""
    found = Waiting.objects.select_for_update().filter(pk__in=list(line_ids)).order_by("pk")
    return set(found.values_list("pk", flat=True))


def _requests(request_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    known = Decision.objects.filter(request_id__in=list(request_ids))
    return {each for each in known.values_list("request_id", flat=True) if each is not None}


def _verdict(line: Line, portions: Sequence[Portion], standing: Standing) -> Verdict:
    """The choice as a verdict: by the rule of the candidate it is, else by hand."""
    invoices = standing.facts.invoices
    candidates = {
        own.id: Candidate(own.id, own.left, own.paid, standing.credit[own.customer_id])
        for each in portions
        if (own := invoices.get(each.invoice_id))
    }
    shares = divide(line.amount_minor, portions, candidates, line.currency)
    ranked = tuple(rank(line, standing.facts)) if line.pk in standing.facts.readings else ()
    chosen = _chosen(shares, ranked)
    if chosen is None or set(shares_of(line.amount_minor, chosen.invoices)) != set(shares):
        return Verdict(BY_HAND, shares, ranked=ranked)
    return Verdict(chosen.rule, shares, chosen.pieces, chosen.score, ranked)


def _chosen(shares: Sequence[Share], ranked: Sequence[Ranked]) -> Ranked | None:
    """The candidate of exactly these invoices."""
    ids = {share.invoice_id for share in shares}
    return next((each for each in ranked if {i.id for i in each.invoices} == ids), None)


def _keep_labels(judged: Sequence[tuple[Choice, Judged]], standing: Standing, actor: Actor) -> None:
    labels = []
    for choice, each in judged:
        verdict = each.verdict
        chosen = _chosen(verdict.shares, verdict.ranked)
        numbers = [standing.facts.invoices[s.invoice_id].number for s in verdict.shares]
        labels.append(
            _label(
                choice.line,
                Decision.Kind.BOOKED,
                choice.request_id,
                actor,
                rule=verdict.rule,
                score=verdict.score,
                suggested=[[r.key, r.score, r.rule] for r in verdict.ranked[:SUGGESTED]],
                chosen=chosen.key if chosen else "+".join(numbers),
                rank=verdict.ranked.index(chosen) + 1 if chosen else None,
            )
        )
    Decision.objects.bulk_create(labels)


def _label(
    line: BankLine, kind: Decision.Kind, request_id: uuid.UUID, actor: Actor, **facts: object
) -> Decision:
    return Decision(
        line=line,
        biller_id=line.biller_id,
        kind=kind,
        automatic=False,
        user_id=actor.user_id,
        request_id=request_id,
        at=clock.now(),
        **facts,
    )


@transaction.atomic
def keep_as_credit(
    line: BankLine, customer: Customer, *, actor: Actor, request_id: uuid.UUID
) -> None:
    """Keep a payment that waits as credit on the customer's account, led to no invoice.

    Records ``payment.kept``. Refuses money that goes back.
    """
    assert customer.biller_id == line.biller_id
    if not _decides(line, request_id):
        return
    if line.amount_minor <= 0:
        raise Refused(N_("Only money that came in can be kept as credit."))
    clearing = biller_account(line.biller_id, AccountKind.CLEARING, line.currency)
    account = credit_accounts(line.biller_id, line.currency, [customer.pk])[customer.pk]
    source = kept_source(line.pk, rounds_of([line.pk]).get(line.pk, 0))
    post_transfers(
        [TransferDraft(clearing.pk, account.pk, line.amount_minor, Code.OVERPAYMENT, source)],
        biller_id=line.biller_id,
    )
    _label(line, Decision.Kind.CREDIT, request_id, actor, chosen=customer.number).save()
    Waiting.objects.filter(pk=line.pk).delete()
    _record("payment.kept", line, actor, customer_id=customer.pk)


@transaction.atomic
def set_aside(line: BankLine, *, actor: Actor, request_id: uuid.UUID) -> None:
    """Mark a payment as not ours: its money stays on clearing until it is paid back.

    Records ``payment.set_aside``.
    """
    if not _decides(line, request_id):
        return
    if Waiting.objects.filter(pk=line.pk, aside_at=None).update(aside_at=clock.now()):
        _label(line, Decision.Kind.NOT_OURS, request_id, actor).save()
        _record("payment.set_aside", line, actor)


@transaction.atomic
def take_up_again(line: BankLine, *, actor: Actor, request_id: uuid.UUID) -> None:
    """Let a payment that was not ours wait for its invoice again. ``payment.waits_again``."""
    if not _decides(line, request_id):
        return
    aside = Waiting.objects.filter(pk=line.pk).exclude(aside_at=None)
    if aside.update(aside_at=None):
        _label(line, Decision.Kind.UNDONE, request_id, actor).save()
        _record("payment.waits_again", line, actor)


@transaction.atomic
def note_paid_back(line: BankLine, *, actor: Actor, request_id: uuid.UUID) -> None:
    """Finance has paid back a payment that was not ours: from clearing out of the bank.

    Records ``payment.returned``. Refuses one that was not set aside first.
    """
    if not _decides(line, request_id):
        return
    if line.amount_minor <= 0 or not Waiting.objects.exclude(aside_at=None).filter(pk=line.pk):
        raise Refused(N_("Mark the payment as not ours first; then it can be paid back."))
    clearing = biller_account(line.biller_id, AccountKind.CLEARING, line.currency)
    bank = biller_account(line.biller_id, AccountKind.BANK, line.currency)
    draft = TransferDraft(
        clearing.pk, bank.pk, line.amount_minor, Code.PAID_OUT, f"return:{line.pk}"
    )
    post_transfers([draft], biller_id=line.biller_id)
    _label(line, Decision.Kind.RETURNED, request_id, actor).save()
    Waiting.objects.filter(pk=line.pk).delete()
    _record("payment.returned", line, actor)


def _decides(line: BankLine, request_id: uuid.UUID) -> bool:
    """Whether this form is to decide now: the payment waits. False where it has before."""
    waits = _taken([line.pk])
    if _requests([request_id]):
        return False
    if not waits:
        raise Refused(DECIDED)
    return True


def _record(kind: str, line: BankLine, actor: Actor, *, customer_id: int | None = None) -> None:
    record(
        kind,
        biller_id=line.biller_id,
        actor=actor,
        customer_id=customer_id,
        amount_minor=abs(line.amount_minor),
        currency=line.currency,
        line=line.pk,
    )
