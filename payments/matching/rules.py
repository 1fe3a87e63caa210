"""The rules by which a payment finds its invoice, one function each. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Received(NamedTuple):
    """A payment as the rules see it: the references it names, each with its amount if known.

    A ``deduction`` is a credit note that the payer set off against other payments.
    """

    amount: int
    parts: Sequence[tuple[str, int | None]]
    deduction: bool = False


class Candidate(NamedTuple):
    """An invoice that a reference leads to, in minor units as it stands now.

    ``paid`` can be taken back from the invoice, ``credit`` from the customer's account.
    """

    invoice_id: int
    left: int
    paid: int = 0
    credit: int = 0


class Share(NamedTuple):
    """What one invoice gets of a payment."""

    invoice_id: int
    to_invoice: int
    to_credit: int


def exact(received: Received, candidates: Mapping[str, Candidate]) -> list[Share] | None:
    """Every reference is an invoice's own, and it is clear what each of them gets.

    One reference gets the whole amount, be it a part of what is left or more; an amount said for
    it must be that amount. Several get what the payment says for each; where it does not say,
    they must be what is left of all of them together, to the last minor unit.
    """
    named = [(candidates.get(reference), amount) for reference, amount in received.parts]
    known = [(candidate, amount) for candidate, amount in named if candidate is not None]
    if not known or len(known) < len(named) or received.amount <= 0:
        return None
    if len({candidate.invoice_id for candidate, _ in known}) < len(known):
        return None
    if len(known) == 1:
        candidate, amount = known[0]
        whole = amount is None or amount == received.amount
        return [_share(candidate, received.amount)] if whole else None
    shares = [
        _share(candidate, candidate.left if amount is None else amount)
        for candidate, amount in known
    ]
    total = sum(share.to_invoice + share.to_credit for share in shares)
    positive = all(share.to_invoice + share.to_credit > 0 for share in shares)
    return shares if positive and total == received.amount else None


def _share(candidate: Candidate, amount: int) -> Share:
    to_invoice = min(amount, candidate.left)
    return Share(candidate.invoice_id, to_invoice, amount - to_invoice)


def taken_back(received: Received, candidates: Mapping[str, Candidate]) -> list[Share] | None:
    """The bank takes money back that was paid on this very reference, all of it still there."""
    candidate = _loser(received, candidates)
    if candidate is None or received.deduction:
        return None
    from_invoice = min(-received.amount, candidate.paid)
    return [Share(candidate.invoice_id, -from_invoice, received.amount + from_invoice)]


def deducted(received: Received, candidates: Mapping[str, Candidate]) -> list[Share] | None:
    """The payer uses a credit note: the credit it left on the account first, then what was paid."""
    candidate = _loser(received, candidates)
    if candidate is None or not received.deduction:
        return None
    from_credit = min(-received.amount, candidate.credit)
    return [Share(candidate.invoice_id, received.amount + from_credit, -from_credit)]


def _loser(received: Received, candidates: Mapping[str, Candidate]) -> Candidate | None:
    """The one invoice that money goes away from, where all of that money is still there."""
    if received.amount >= 0 or len(received.parts) != 1:
        return None
    reference, amount = received.parts[0]
    candidate = candidates.get(reference)
    if candidate is None or -received.amount > candidate.paid + candidate.credit:
        return None
    return candidate if amount is None or amount == received.amount else None


RULES = (exact, taken_back, deducted)
