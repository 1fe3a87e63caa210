"""Judges a payment: by the rules that are certain, else by the evidence. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from payments.matching.evidence import Evidence
from payments.matching.facts import Facts
from payments.matching.ranking import Ranked, certain, rank, shares
from payments.matching.reading import Line
from payments.matching.rules import RULES, Candidate, Received, Share


class Verdict(NamedTuple):
    """Where a payment goes, and the name of the rule that says so. The evidence and the ranked
    candidates stand by what the reference alone did not settle.
    """

    rule: str
    shares: Sequence[Share]
    evidence: tuple[Evidence, ...] = ()
    score: int | None = None
    ranked: tuple[Ranked, ...] = ()


def judge(received: Received, candidates: Mapping[str, Candidate]) -> Verdict | None:
    """The first rule that is certain decides; None where no rule is, and a person must look.

    ``candidates`` are invoices by the bare reference that leads to them. The shares of a verdict
    always sum to the amount received.
    """
    for rule in RULES:
        shares = rule(received, candidates)
        if shares is not None:
            total = sum(share.to_invoice + share.to_credit for share in shares)
            assert total == received.amount, (rule.__name__, received)
            return Verdict(rule.__name__, shares, _suspected(shares))
    return None


def _suspected(shares: Sequence[Share]) -> tuple[Evidence, ...]:
    """The evidence of what looks like a second payment: all of it becomes credit."""
    if any(share.to_invoice or share.to_credit < 0 for share in shares):
        return ()
    return (Evidence("exact"), Evidence("paid_before"))


def weigh_up(line: Line, facts: Facts, exact: Verdict | None) -> Verdict | None:
    """Judge a line that its references alone do not settle; ``exact`` is what they say of it.

    What they say stands, unless something else is certain, or the payer points to another
    customer with an open invoice of exactly this amount: then a person must look.
    """
    ranked = rank(line, facts)
    best = certain(ranked)
    if best is not None and not (exact and best.rule == "exact" and len(best.invoices) == 1):
        parts = list(shares(line.amount_minor, best.invoices))
        assert sum(share.to_invoice + share.to_credit for share in parts) == line.amount_minor
        return Verdict(best.rule, parts, best.pieces, best.score, tuple(ranked))
    if exact and any("fits_another" in each.codes for each in ranked):
        return None
    return exact
