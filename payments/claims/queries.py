"""Reading claims: which one a bank speaks of, and what pages say of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from invoices import clock
from invoices.documents.holds import holds_reminders
from payments.bankfiles.models import BankAnswer, BankLine
from payments.bankfiles.queries import claim_answer
from payments.claims.models import Claim
from payments.claims.states import AT_BANK, GIVEN_UP, ClaimState
from payments.formats.base import ClaimAnswer
from payments.matching.models import Waiting
from payments.schemes.terms import AUTOGIRO, AVTALEGIRO

DRAWN_BY_AVTALEGIRO = "15"  # OCR giro: the type of a payment that a claim of ours drew
FAR = 10_000


def claims_of(answer: ClaimAnswer, biller_id: int) -> list[Claim]:
    """The claims that an answer speaks of: one, or, where it names no single draw, all of a payer
    that are at the bank (of a day, if it says one).
    """
    if not answer.payer_number:
        return []
    known = Claim.objects.filter(
        biller_id=biller_id,
        scheme=answer.scheme,
        mandate__payer_number=answer.payer_number,
        sent_on__isnull=False,
    )
    if not answer.reference:
        every = known.filter(state__in=sorted(AT_BANK))
        return list(every.filter(sent_on=answer.due_on) if answer.due_on else every)
    same = known.filter(amount_minor=answer.amount_minor, reference=answer.reference)
    return _nearest(list(same.order_by("pk")), answer.due_on)


def _nearest(claims: Sequence[Claim], day: date | None) -> list[Claim]:
    """The claim of the day, the newest if there were several; else the one at the bank whose day
    is nearest, since the bank may have moved it.
    """
    of_day = [claim for claim in claims if claim.sent_on == day]
    if of_day:
        open_ones = [claim for claim in of_day if claim.state in AT_BANK]
        return (open_ones or of_day)[-1:]
    waiting = [claim for claim in claims if claim.state in AT_BANK]
    return sorted(waiting, key=lambda claim: _apart(claim.sent_on, day))[:1]


def _apart(one: date | None, other: date | None) -> int:
    return abs((one - other).days) if one and other else FAR


def answer_of(line: BankLine) -> BankAnswer | None:
    """What the bank says of the claim that brought a payment, where its format says it."""
    answers = BankAnswer.objects.filter(file_id=line.file_id, line_no=line.line_no)
    return answers.filter(about=BankAnswer.About.CLAIM).first()


def claim_of_line(line: BankLine, invoice_id: int) -> Claim | None:
    """The claim that a payment settles, if a claim drew it."""
    if kept := answer_of(line):
        found = claims_of(claim_answer(kept), line.biller_id)
        return found[0] if found and found[0].scheme == AUTOGIRO else None
    if line.code != DRAWN_BY_AVTALEGIRO:
        return None
    drawn = Claim.objects.filter(
        invoice_id=invoice_id,
        scheme=AVTALEGIRO,
        amount_minor=line.amount_minor,
        state__in=sorted(AT_BANK | GIVEN_UP),
        sent_on__isnull=False,
        line=None,
    )
    ranked = sorted(
        drawn,
        key=lambda claim: (claim.state not in AT_BANK, _apart(claim.sent_on, line.booked_on)),
    )
    return ranked[0] if ranked else None


@holds_reminders
def looked_at_until(invoice_ids: Collection[int]) -> Mapping[int, date]:
    """Invoice id -> today, while money drawn for it waits for a person to say where it belongs."""
    waiting = Waiting.objects.values("pk")
    taken_off = Claim.objects.filter(
        invoice_id__in=invoice_ids, state=ClaimState.UNBOOKED, line_id__in=waiting
    )
    return dict.fromkeys(taken_off.values_list("invoice_id", flat=True), clock.today())


def failures_in_a_row(mandate_id: int, most: int) -> int:
    """How many of the mandate's newest draws, up to ``most``, have failed one after another."""
    ended = Claim.objects.filter(
        mandate_id=mandate_id,
        state__in=[ClaimState.SETTLED, ClaimState.FAILED, ClaimState.REJECTED],
    )
    newest = list(ended.order_by("-draw_on", "-pk").values_list("state", flat=True)[:most])
    count = 0
    for state in newest:
        if state == ClaimState.SETTLED:
            break
        count += 1
    return count
