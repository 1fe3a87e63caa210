"""Plans draws, a set of invoices at a time: what ``planning.replan`` says is carried out here."""

from collections.abc import Collection, Sequence
from itertools import batched
from typing import Final

from django.db import transaction

from invoices.documents.models import Invoice
from invoices.documents.queries import with_left
from invoices.history.actors import Actor
from payments.claims.actions import Moves, lock_invoices
from payments.claims.cancelling.actions import cancel_at_bank
from payments.claims.facts import Case, Rules, read_cases
from payments.claims.models import Claim
from payments.claims.planning import Do, Step, Why, replan
from payments.claims.states import BEFORE, IN_FLIGHT, ClaimState
from payments.mandates.models import Mandate
from payments.mandates.states import MandateState

INVOICES_AT_ONCE: Final = 500


def plan_invoices(invoice_ids: Collection[int], *, actor: Actor) -> None:
    """Let the claims of the invoices fit what is open of them now: planned, changed, withdrawn,
    taken back from the bank where there is time. Records what changes (``claim.…``); run again,
    it changes nothing.
    """
    for chunk in batched(sorted(set(invoice_ids)), INVOICES_AT_ONCE, strict=False):
        plan_chunk(chunk, actor=actor)


@transaction.atomic
def plan_chunk(invoice_ids: Sequence[int], *, actor: Actor) -> None:
    """One transaction's share of ``plan_invoices``."""
    lock_invoices(invoice_ids)
    rules, moves = Rules(), Moves(actor)
    to_cancel: list[Claim] = []
    for case in read_cases(invoice_ids):
        _change_hands(case, moves)
        steps = replan(case.dues, case.planned, rules.setting(case), case.why_not)
        claims = {claim.pk: claim for claim in case.claims}
        for step in steps:
            _carry_out(step, case, claims, moves, to_cancel)
    moves.write()
    cancel_at_bank(to_cancel, actor=actor)
    if to_cancel:  # what is left is drawn anew
        plan_chunk([claim.invoice_id for claim in to_cancel], actor=actor)


def _change_hands(case: Case, moves: Moves) -> None:
    """Let what is not at the bank yet be drawn under the mandate that holds now."""
    mandate = case.mandate
    if mandate is None:
        return
    for claim in [each for each in case.claims if each.state in BEFORE]:
        if claim.mandate_id == mandate.pk:
            continue
        if claim.scheme == mandate.scheme:
            claim.mandate = mandate
            moves.touch(claim)
        else:  # the other scheme has other days
            claim.reason = Why.MANDATE
            moves.move(claim, ClaimState.WITHDRAWN)
            case.claims.remove(claim)


def _carry_out(
    step: Step, case: Case, claims: dict[int, Claim], moves: Moves, to_cancel: list[Claim]
) -> None:
    if step.claim is None:
        moves.make(_new(step, case))
        return
    claim = claims[step.claim]
    if step.do == Do.REPLAN:
        _fit(claim, step, case)
        told = ClaimState(claim.state) == ClaimState.NOTIFIED and step.keeps_notice
        moves.move(claim, ClaimState.NOTIFIED if told else ClaimState.PLANNED)
    elif step.do == Do.WITHDRAW:
        claim.reason = step.why
        moves.move(claim, ClaimState.WITHDRAWN)
    elif step.do == Do.CANCEL:
        claim.reason = step.why
        to_cancel.append(claim)
    elif not claim.overlap_told:
        claim.overlap_told = True
        moves.tell("claim.overlaps", claim)


def _new(step: Step, case: Case) -> Claim:
    invoice, mandate = case.invoice, case.mandate
    assert mandate is not None, "a draw is planned under a mandate"
    claim = Claim(
        biller_id=invoice.biller_id,
        invoice_id=invoice.pk,
        mandate=mandate,
        scheme=mandate.scheme,
        reference=invoice.reference,
    )
    _fit(claim, step, case)
    return claim


def _fit(claim: Claim, step: Step, case: Case) -> None:
    """Give the claim the day and the amount that the step says."""
    due, days = step.due, step.days
    assert due is not None
    assert days is not None
    claim.plan, claim.part, claim.amount_minor = due.plan, due.part, due.open_minor
    claim.draw_on = days.draw_on
    claim.notice_from, claim.notice_by = days.notice_from, days.notice_by
    claim.send_from, claim.send_by = days.send_from, days.send_by
    claim.cancel_by, claim.answer_by = days.cancel_by, days.answer_by
    wants = case.mandate is not None and case.mandate.wants_notice
    claim.needs_notice = wants and not step.keeps_notice


def invoices_to_plan(customer_ids: Collection[int]) -> list[int]:
    """The invoices of the customers that a draw stands for, or could."""
    open_ones = with_left(Invoice.objects.filter(customer_id__in=customer_ids))
    ids = set(open_ones.filter(left_minor__gt=0).values_list("pk", flat=True))
    standing = Claim.objects.filter(
        invoice__customer_id__in=customer_ids, state__in=sorted(BEFORE | IN_FLIGHT)
    )
    return sorted(ids | set(standing.values_list("invoice_id", flat=True)))


def plan_everybody(*, actor: Actor) -> None:
    """The daily look at every customer with a mandate in force: whatever a lost job left undone."""
    active = Mandate.objects.filter(state=MandateState.ACTIVE).order_by("customer_id")
    for chunk in batched(active.values_list("customer_id", flat=True), 500, strict=False):
        plan_invoices(invoices_to_plan(chunk), actor=actor)
