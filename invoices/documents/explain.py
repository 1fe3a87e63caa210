"""Why an invoice is not what the last one was: the difference, line by line, with its cause. Pure.

The differences always sum to the difference between the two totals: nothing is left unexplained,
and where no cause is known none is claimed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from invoices.documents.amounts import MILLI


class Nature(StrEnum):
    """What kind of line the biller says it is; plain where the biller says nothing."""

    PLAIN = ""
    ONE_OFF = "one_off"  # bought once
    USAGE = "usage"  # by what was used
    PART = "part"  # a part of a month
    CAMPAIGN = "campaign"  # a price, or a rebate, for a time


class Cause(StrEnum):
    PRICE = "price"  # the same service at another price
    CAMPAIGN_ENDED = "campaign_ended"
    CAMPAIGN_BEGAN = "campaign_began"
    QUANTITY = "quantity"  # more or fewer of the same
    USAGE = "usage"
    PART = "part"  # a part of a month, now or last time
    ONE_OFF = "one_off"  # this time only
    ONE_OFF_BEFORE = "one_off_before"  # last time only
    NEW = "new"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """A line as it was billed: ``amount`` is minor units with VAT, the price is for one unit."""

    text: str
    amount: int
    unit_price: int
    quantity_milli: int = MILLI
    nature: Nature = Nature.PLAIN


@dataclass(frozen=True, slots=True)
class Difference:
    """One line's share in the difference; positive is more than last time."""

    text: str
    amount: int
    cause: Cause


def explain(before: Sequence[Fact], now: Sequence[Fact]) -> list[Difference]:
    """The differences between two invoices' lines, the largest first; [] where there are none.

    Lines are the same service when they are called the same. Sums to sum(now) - sum(before).
    """
    earlier, later = _by_text(before), _by_text(now)
    differences = []
    for text in {**earlier, **later}:
        amount = _sum(later[text]) - _sum(earlier[text])
        if amount:
            differences.append(Difference(text, amount, _cause(earlier[text], later[text])))
    return sorted(differences, key=lambda each: (-abs(each.amount), each.text))


def _by_text(facts: Iterable[Fact]) -> defaultdict[str, list[Fact]]:
    grouped: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        grouped[" ".join(fact.text.split())].append(fact)
    return grouped


def _sum(facts: Iterable[Fact]) -> int:
    return sum(fact.amount for fact in facts)


def _cause(before: Sequence[Fact], now: Sequence[Fact]) -> Cause:
    was, has = _nature(before), _nature(now)
    if not before:
        return {
            Nature.ONE_OFF: Cause.ONE_OFF,
            Nature.USAGE: Cause.USAGE,
            Nature.CAMPAIGN: Cause.CAMPAIGN_BEGAN,
        }.get(has, Cause.NEW)
    if not now:
        return {
            Nature.ONE_OFF: Cause.ONE_OFF_BEFORE,
            Nature.USAGE: Cause.USAGE,
            Nature.CAMPAIGN: Cause.CAMPAIGN_ENDED,
        }.get(was, Cause.GONE)
    return _changed(before, now, was, has)


def _nature(facts: Sequence[Fact]) -> Nature:
    """The nature of lines of one name; plain where they disagree."""
    natures = {fact.nature for fact in facts}
    return natures.pop() if len(natures) == 1 else Nature.PLAIN


def _changed(before: Sequence[Fact], now: Sequence[Fact], was: Nature, has: Nature) -> Cause:
    """Why a service that is on both invoices costs something else."""
    if Nature.USAGE in (was, has):
        return Cause.USAGE
    if Nature.PART in (was, has):
        return Cause.PART
    if was == Nature.CAMPAIGN and has != Nature.CAMPAIGN:
        return Cause.CAMPAIGN_ENDED
    if has == Nature.CAMPAIGN and was != Nature.CAMPAIGN:
        return Cause.CAMPAIGN_BEGAN
    prices_differ = {fact.unit_price for fact in before} != {fact.unit_price for fact in now}
    units_differ = _units(before) != _units(now)
    if prices_differ and not units_differ:
        return Cause.PRICE
    if units_differ and not prices_differ:
        return Cause.QUANTITY
    return Cause.UNKNOWN


def _units(facts: Iterable[Fact]) -> int:
    return sum(fact.quantity_milli for fact in facts)
