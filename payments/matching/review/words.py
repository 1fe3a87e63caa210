"""What finance reads of candidates: evidence as sentences, and what a choice would do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from invoices.money import Money, format_money
from invoices.page.sentences import fill
from payments.matching.evidence import Evidence
from payments.matching.ranking import Ranked, shares
from payments.matching.review.digits import Digits, differing

VERY_LIKELY, LIKELY = 90, 70


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of evidence in words; ``against`` where it speaks against."""

    words: str
    against: bool


@dataclass(frozen=True, slots=True)
class Target:
    """An invoice of a candidate, and what the payment would do to it."""

    number: str
    reference: str
    digits: list[Digits]
    left: Money
    gets: Money
    effect: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate as it is shown; ``take`` names its invoices in a form, with what is left."""

    place: int
    take: str
    customer: str
    targets: list[Target]
    reasons: list[Said]
    score: int
    sure: str
    tone: str


def said(piece: Evidence, currency: str) -> Said:
    """A piece of evidence in the reader's language."""
    return Said(fill(piece.kind.say, piece.values, currency), piece.kind.points < 0)


def proposal(
    place: int, ranked: Ranked, amount: Money, written: str, customer: str, language: str
) -> Proposal:
    """A candidate in words."""
    portions = {share.invoice_id: share for share in shares(amount.minor, ranked.invoices)}
    targets = []
    for invoice in ranked.invoices:
        share = portions.get(invoice.id)
        to_invoice = share.to_invoice if share else 0
        to_credit = share.to_credit if share else 0
        targets.append(
            Target(
                invoice.number,
                invoice.reference,
                differing(written, invoice.reference),
                Money(invoice.left, amount.currency),
                Money(to_invoice + to_credit, amount.currency),
                effect(invoice.left, to_invoice, to_credit, amount.currency, language),
            )
        )
    return Proposal(
        place,
        take_of(ranked),
        customer,
        targets,
        [said(piece, amount.currency) for piece in ranked.pieces],
        ranked.score,
        *_sure(ranked.score),
    )


def take_of(ranked: Ranked) -> str:
    """How a form names a candidate: its invoices, each with what was left of it."""
    return named((invoice.number, invoice.left) for invoice in ranked.invoices)


def named(invoices: Iterable[tuple[str, int]]) -> str:
    """Invoices by number, each with what was left of it, as forms carry them."""
    return "|".join(f"{number}:{left}" for number, left in invoices)


def _sure(score: int) -> tuple[str, str]:
    if score >= VERY_LIKELY:
        return _("Very likely"), "good"
    return (_("Likely"), "warn") if score >= LIKELY else (_("Possible"), "plain")


def effect(left: int, to_invoice: int, to_credit: int, currency: str, language: str) -> str:
    """What a payment would do to an invoice, in one sentence."""
    if to_invoice < 0 or to_credit < 0:
        back = format_money(Money(left - to_invoice, currency), language)
        return _("{left} is left to pay again.").format(left=back)
    rest = format_money(Money(left - to_invoice, currency), language)
    credit = format_money(Money(to_credit, currency), language)
    if not left:
        return _("It is settled already: {credit} becomes credit.").format(credit=credit)
    if to_credit:
        return _("It is paid, and {credit} becomes credit.").format(credit=credit)
    if to_invoice == left:
        return _("It is paid in full.")
    return _("{left} is left to pay.").format(left=rest)
