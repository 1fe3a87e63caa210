"""Judges a payment by the rules. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from payments.matching.rules import RULES, Candidate, Received, Share


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a payment goes, and the name of the rule that says so."""

    rule: str
    shares: list[Share]


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
            return Verdict(rule.__name__, shares)
    return None
