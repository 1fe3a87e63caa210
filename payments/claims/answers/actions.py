"""Follows what the bank says of claims. Money itself is booked by matching, as all money is; here
it is seen which claim it settles, so that nothing is asked for twice.

Files come again and out of order. An answer for which there is no edge changes nothing; one that
is too early (a refund before its draw) waits for the money.
"""

from collections.abc import Sequence
from datetime import date
from itertools import batched
from typing import Final

from django.db import transaction

from invoices import clock
from invoices.bankdays import shift_bank_days
from invoices.history.actors import BANK, Actor
from invoices.history.record import record
from payments.bankfiles.actions import note_answer
from payments.bankfiles.models import BankAnswer, BankFile, BankLine
from payments.bankfiles.queries import claim_answer, untaken_answers
from payments.claims.actions import Moves, claims_locked
from payments.claims.leading.actions import lead_drawn
from payments.claims.models import Claim
from payments.claims.queries import answer_of, claim_of_line, claims_of, failures_in_a_row
from payments.claims.states import AT_BANK, FAILED, ClaimState, leads
from payments.claims.words import SILENCE
from payments.formats.base import ClaimAnswer, ClaimOutcome
from payments.mandates.actions import pause
from payments.mandates.models import Mandate
from payments.mandates.states import MandateState
from payments.matching.models import Match
from payments.schemes.base import Transport
from payments.schemes.queries import terms_of
from payments.schemes.registry import SCHEMES

# What came of an answer, as BankAnswer keeps it.
DONE, NOTHING, WAITS, UNKNOWN, PAID_OUT = "done", "nothing", "waits", "unknown", "paid_out"
CLAIMS_AT_ONCE: Final = 500

_LEADS_TO: Final = {
    ClaimOutcome.RETRYING: ClaimState.RETRYING,
    ClaimOutcome.CANCELLED: ClaimState.CANCELLED,
    ClaimOutcome.UNCHANGED: ClaimState.CANCELLING,
}


def hear_file(file: BankFile, *, actor: Actor) -> None:
    """Follow every answer on claims in the file that nobody has followed yet."""
    for kept in untaken_answers(file.pk, BankAnswer.About.CLAIM):
        hear(kept, actor=actor)


@transaction.atomic
def hear(kept: BankAnswer, *, actor: Actor) -> str:
    """Follow one answer, once; what came of it. An answer of no claim of ours is told to finance
    (``claim.unknown``) and stands among what a person must look at.
    """
    answer = claim_answer(kept)
    result = PAID_OUT
    if not answer.credit:
        ids = [claim.pk for claim in claims_of(answer, kept.biller_id)]
        claims = claims_locked(ids)
        now = BankAnswer.objects.select_for_update().get(pk=kept.pk)
        if now.result not in ("", WAITS):
            return now.result
        result = _follow(kept, answer, claims, actor) if claims else UNKNOWN
    if result == UNKNOWN:
        record(
            "claim.unknown",
            biller_id=kept.biller_id,
            actor=actor,
            file=kept.file.name,
            line=kept.line_no,
        )
    note_answer(kept, result, actor=actor)
    return result


def _follow(kept: BankAnswer, answer: ClaimAnswer, claims: Sequence[Claim], actor: Actor) -> str:
    if answer.what in (ClaimOutcome.SETTLED, ClaimOutcome.REFUNDED):
        return _money(kept, answer, claims[0], actor)
    moves, done = Moves(actor), NOTHING
    for claim in claims:
        new = _where(answer, claim)
        if new is None or not leads(ClaimState(claim.state), new):
            continue
        claim.reason = answer.reason
        _note(claim, answer)
        moves.move(claim, new, **_told(claim, new))
        done = DONE
    moves.write()
    rest_mandates(claims, actor)
    return done


def _where(answer: ClaimAnswer, claim: Claim) -> ClaimState | None:
    """Where the answer leads the claim; None: it changes nothing."""
    if answer.what == ClaimOutcome.REJECTED:
        taken = answer.reason.startswith("draw.")
        return ClaimState.FAILED if taken else ClaimState.REJECTED
    if answer.what == ClaimOutcome.MOVED:
        same = claim.state in (ClaimState.SENT, ClaimState.ACCEPTED)
        moved = answer.moved_to is not None and answer.moved_to != claim.sent_on
        return ClaimState(claim.state) if same and moved else None
    return _LEADS_TO.get(answer.what)


def _note(claim: Claim, answer: ClaimAnswer) -> None:
    country = claim.biller.country
    if answer.what == ClaimOutcome.RETRYING:
        claim.tries += 1
        claim.retry_on = shift_bank_days(clock.today(), 1, country)
    elif answer.what == ClaimOutcome.MOVED:
        assert answer.moved_to is not None
        later = answer.moved_to - claim.draw_on
        claim.draw_on = claim.sent_on = answer.moved_to
        claim.answer_by += later
    elif answer.what == ClaimOutcome.CANCELLED and claim.state != ClaimState.CANCELLING:
        claim.by_wish = True  # not ours: the payer or the bank has stopped it
    if answer.what == ClaimOutcome.CANCELLED and answer.began:
        claim.reason = answer.began


def _told(claim: Claim, new: ClaimState) -> dict[str, str]:
    if new == ClaimState.RETRYING and claim.retry_on:
        return {"retry_on": claim.retry_on.isoformat()}
    return {}


def _money(kept: BankAnswer, answer: ClaimAnswer, claim: Claim, actor: Actor) -> str:
    """The money of the answer is a payment of the same file, or of one that came before it."""
    line = BankLine.objects.filter(file_id=kept.file_id, line_no=kept.line_no).first()
    if line is None:
        return NOTHING  # the same payment was told of by another file
    new = ClaimState.SETTLED
    if answer.what == ClaimOutcome.REFUNDED:
        new = ClaimState.REFUNDED
        if claim.state in AT_BANK:
            return WAITS  # told before the draw itself was
        claim.reason = answer.reason
    lead_drawn(line, claim.invoice_id, actor=actor)
    return DONE if _settle(claim, line, new, actor) else NOTHING


def _settle(claim: Claim, line: BankLine, new: ClaimState, actor: Actor) -> bool:
    """Let a payment end a locked claim; False where it has ended so before."""
    if not leads(ClaimState(claim.state), new):
        return False
    if new == ClaimState.REFUNDED:
        claim.refund = line
    else:
        # A draw that was taken off its invoice lets go of the payment that settles another.
        held = Claim.objects.filter(line=line, state=ClaimState.UNBOOKED)
        held.exclude(pk=claim.pk).update(line=None)
        claim.line, claim.reason = line, ""
    moves = Moves(actor)
    moves.move(claim, new)
    moves.write()
    if new == ClaimState.SETTLED:
        _hear_waiting(claim, actor)
    return True


def _hear_waiting(claim: Claim, actor: Actor) -> None:
    """Refunds that were told of before the draw itself."""
    waiting = BankAnswer.objects.filter(
        biller_id=claim.biller_id, about=BankAnswer.About.CLAIM, result=WAITS
    )
    for kept in waiting.select_related("file"):
        if claim in claims_of(claim_answer(kept), claim.biller_id):
            hear(kept, actor=actor)


def settle_lines(line_ids: Sequence[int], *, actor: Actor = BANK) -> set[int]:
    """See which of these payments, led to their invoices, were drawn by claims, and settle those.

    Records ``claim.settled``. Returns the invoices whose draws are dealt with: what is left of
    them is as it should be.
    """
    settled: set[int] = set()
    matches = Match.objects.filter(line_id__in=line_ids, line__amount_minor__gt=0, undone=None)
    for match in matches.select_related("line").order_by("pk"):
        if _settle_line(match, actor):
            settled.add(match.invoice_id)
    return settled


@transaction.atomic
def _settle_line(match: Match, actor: Actor) -> bool:
    if answer_of(match.line) is not None:
        kept = answer_of(match.line)
        assert kept is not None
        return hear(kept, actor=actor) in (DONE, NOTHING)
    found = claim_of_line(match.line, match.invoice_id)
    if found is None:
        return False
    (claim,) = claims_locked([found.pk])
    return claim.line_id is None and _settle(claim, match.line, ClaimState.SETTLED, actor)


def presume_unpaid(*, actor: Actor) -> int:
    """End the claims that the bank has not spoken of in time: as cancelled where it was told not
    to draw, else as failed (``claim.cancelled``, ``claim.failed``). Returns how many. Whoever can
    be asked over an API is asked instead (``charging``).
    """
    silent = [name for name, kind in SCHEMES.items() if kind.transport == Transport.FILES]
    late = Claim.objects.filter(
        state__in=sorted(AT_BANK), answer_by__lt=clock.today(), scheme__in=silent
    )
    ids = list(late.order_by("pk").values_list("pk", flat=True))
    return sum(_presume(chunk, actor) for chunk in batched(ids, CLAIMS_AT_ONCE, strict=False))


@transaction.atomic
def _presume(claim_ids: Sequence[int], actor: Actor) -> int:
    moves, ended = Moves(actor), 0
    today: date = clock.today()
    for claim in claims_locked(claim_ids):
        if claim.state not in AT_BANK or claim.answer_by >= today:
            continue
        if claim.state == ClaimState.CANCELLING:
            moves.move(claim, ClaimState.CANCELLED)
        else:
            claim.reason = SILENCE
            moves.move(claim, ClaimState.FAILED)
        ended += 1
    moves.write()
    rest_mandates([claim for claim in moves.changed if claim.state in FAILED], actor)
    return ended


def rest_mandates(claims: Sequence[Claim], actor: Actor) -> None:
    """Pause the mandates of claims that failed, where it was not for the first time in a row (the
    scheme's terms say how often); records ``claim.rested`` beside ``mandate.paused``.

    The customer, or staff, lets it go on. A mandate that is not in force is left alone.
    """
    for claim in claims:
        if claim.state not in FAILED or claim.mandate.state != MandateState.ACTIVE:
            continue
        most = terms_of(claim.biller_id, claim.scheme, clock.today()).failures_to_pause
        if not most or failures_in_a_row(claim.mandate_id, most) < most:
            continue
        moves = Moves(actor)
        moves.tell("claim.rested", claim)
        moves.write()
        pause(claim.mandate_id, by=Mandate.PausedBy.STAFF, actor=actor)
        claim.mandate.state = MandateState.PAUSED
