"""Candidates for a payment, weighed and in order, and whether the best is certain. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from payments.matching.evidence import (
    BAR,
    DAMAGED,
    GAP,
    RIGHT_AMOUNT,
    WHOLE,
    Evidence,
    Family,
    weigh,
)
from payments.matching.facts import Facts, Open, together_key
from payments.matching.leads import (
    PAID_LATELY_DAYS,
    RULES,
    account_piece,
    paid_lately,
    payer_alone,
)
from payments.matching.reading import Line
from payments.matching.rules import Share
from payments.matching.words import names_alike

SHOWN = 5
SUM_OF_MAX = 4  # invoices that one payment may be for
SUM_FROM_MAX = 12  # open invoices of a customer that sums are looked for among
COMMON = 3  # an amount that more open invoices than this have says little of which is meant
SAID_DAYS = 5
KRONE = 100
SAYS_SOMETHING = 50  # points of what is written, above which it cannot be passed over

# Leads to a customer, not to the one invoice.
TO_CUSTOMER = frozenset({"customer_number", "customer_in_text", "same_customer", "old_reference"})

# Points to the payer.
PAYER = frozenset({"name_alike", "account_known", "account_shared"})

type _Set = tuple[Open, ...]


class Ranked(NamedTuple):
    """Where a payment may belong: the invoices, all of one customer, and what speaks for them."""

    invoices: _Set
    pieces: tuple[Evidence, ...]
    codes: frozenset[str]
    score: int

    @property
    def key(self) -> str:
        """Names the candidate among those of its line."""
        return "+".join(invoice.number for invoice in self.invoices)

    @property
    def customer_id(self) -> int:
        return self.invoices[0].customer_id

    @property
    def written(self) -> int:
        """The points of what the payer wrote."""
        return max((p.kind.points for p in self.pieces if p.kind.family == Family.LEAD), default=0)

    @property
    def rule(self) -> str:
        """The evidence that leads here: the heaviest lead, else what the payer says."""
        for_it = [p for p in self.pieces if p.kind.points > 0]
        leads = [p for p in for_it if p.kind.family == Family.LEAD]
        payer = [p for p in for_it if p.kind.family in (Family.PAYER, Family.NAME)]
        best = max(leads or payer or for_it or self.pieces, key=lambda p: p.kind.points)
        return best.code


def rank(line: Line, facts: Facts) -> list[Ranked]:
    """The candidates, the best first; equal ones by due date. At most SHOWN.

    Money that goes back is ranked nowhere.
    """
    if line.amount_minor <= 0:
        return []
    case = _Case(line, facts)
    ranked = [case.weighed(invoices, leads) for invoices, leads in case.found.items()]
    ranked.sort(key=lambda each: (-each.score, each.invoices[0].due_on, each.invoices[0].id))
    return ranked[:SHOWN]


def certain(ranked: Sequence[Ranked]) -> Ranked | None:
    """The best candidate, where it may be booked without anybody looking.

    It has BAR points and GAP more than the second; the amount is right, or the reference whole;
    nothing is left over for an invoice that is settled already; and nothing that is written
    leads to one customer while the payer is another.
    """
    if not ranked or ranked[0].score < BAR:
        return None
    best = ranked[0]
    if len(ranked) > 1 and best.score - ranked[1].score < GAP:
        return None
    if not best.codes & (RIGHT_AMOUNT | WHOLE) or best.codes & {"fits_another", "paid_before"}:
        return None
    return None if any(_contradicts(each, best) for each in ranked[1:]) else best


def _contradicts(other: Ranked, best: Ranked) -> bool:
    """Whether what is written leads to another customer more plainly than to the best."""
    if other.customer_id == best.customer_id:
        return False
    return bool(other.codes & WHOLE) or other.written >= SAYS_SOMETHING > best.written


def shares(amount: int, invoices: Iterable[Open]) -> Iterator[Share]:
    """What each invoice gets: what is left of it, in order; the rest is credit by the last one.

    The shares sum to the amount.
    """
    rest = amount
    ordered = list(invoices)
    for place, invoice in enumerate(ordered, start=1):
        to_invoice = min(rest, invoice.left)
        rest -= to_invoice
        to_credit = rest if place == len(ordered) else 0
        if to_invoice or to_credit:
            yield Share(invoice.id, to_invoice, to_credit)


@dataclass
class _Case:
    """One line and what is found out about it."""

    line: Line
    facts: Facts
    _alike: dict[int, bool] = field(default_factory=dict)

    @cached_property
    def found(self) -> dict[_Set, list[Evidence]]:
        """Sets of invoices with the evidence that leads to them."""
        found: dict[_Set, list[Evidence]] = {
            (invoice,): list(pieces.values()) for invoice, pieces in self.led.items()
        }
        for customer_id in {invoice.customer_id for invoice in self.led}:
            open_ = self.facts.open_of.get(customer_id, ())
            found |= self._sums(customer_id, open_)
            for invoice in open_:
                if invoice.left == self.line.amount_minor and invoice not in self.led:
                    found[(invoice,)] = [Evidence("same_customer")]
        return found

    @cached_property
    def led(self) -> dict[Open, dict[str, Evidence]]:
        """Invoices with the evidence that leads to each, every kind of it once, by its code."""
        reading = self.facts.readings[self.line.pk]
        led: dict[Open, dict[str, Evidence]] = {}
        for rule in RULES:
            for invoice, piece in rule(self.line, reading, self.facts):
                led.setdefault(invoice, {}).setdefault(piece.code, piece)
        return led or {
            invoice: {piece.code: piece}
            for invoice, piece in payer_alone(self.line, reading, self.facts)
        }

    def _sums(self, customer_id: int, open_: Sequence[Open]) -> dict[_Set, list[Evidence]]:
        """One payment for several: 2 to SUM_OF_MAX open invoices that are the amount together.

        Invoices that the payment names must be among them.
        """
        amount = self.line.amount_minor
        from_ = [each for each in open_ if 0 < each.left < amount][:SUM_FROM_MAX]
        if len(from_) < 2:
            return {}
        led = {i: pieces for i, pieces in self.led.items() if i.customer_id == customer_id}
        named = {i for i, pieces in led.items() if i.left and any(map(_names_it, pieces.values()))}
        found: dict[_Set, list[Evidence]] = {}
        for invoices in _adding_up(from_, amount):
            pieces: dict[str, Evidence] = {}
            for invoice in invoices:
                pieces |= led.get(invoice, {})
            if named == set(invoices):
                pieces["all_written"] = Evidence("all_written")
            if pieces and named <= set(invoices):
                found[invoices] = list(pieces.values())
        return found

    def weighed(self, invoices: _Set, leads: list[Evidence]) -> Ranked:
        codes = {piece.code for piece in leads}
        pieces = [
            *leads,
            *self._amount(invoices),
            *self._payer(invoices[0].customer_id, codes),
            *self._said(invoices),
            *self._against(invoices, codes),
        ]
        return Ranked(
            invoices,
            tuple(pieces),
            frozenset(piece.code for piece in pieces),
            weigh(pieces),
        )

    def _amount(self, invoices: _Set) -> Iterator[Evidence]:
        left = sum(invoice.left for invoice in invoices)
        amount = self.line.amount_minor
        if amount == left:
            yield Evidence("amount_exact" if len(invoices) == 1 else "amount_sum")
        elif left and amount % KRONE == 0 and left % KRONE and abs(amount - left) < KRONE:
            yield Evidence("amount_rounded")
        elif left and self.facts.together[together_key(self.line)] == left:
            yield Evidence("amount_in_parts")
        elif left:
            yield Evidence("amount_less" if amount < left else "amount_more")

    def _payer(self, customer_id: int, codes: set[str]) -> Iterator[Evidence]:
        account = account_piece(self.line, customer_id, self.facts)
        if account and account.code not in codes:
            yield account
        if "name_alike" not in codes and self._is_called(customer_id):
            yield Evidence("name_alike")

    def _is_called(self, customer_id: int) -> bool:
        """Whether the payer's name is the customer's."""
        if not self.line.payer_name:
            return False
        alike = self._alike.get(customer_id)
        if alike is None:
            name = self.facts.names.get(customer_id, "")
            alike = self._alike[customer_id] = names_alike(self.line.payer_name, name)
        return alike

    def _said(self, invoices: _Set) -> Iterator[Evidence]:
        for invoice in invoices:
            for statement in self.facts.said.get(invoice.id, ()):
                near = abs((statement.paid_on - self.line.booked_on).days) <= SAID_DAYS
                if near and statement.amount_minor == self.line.amount_minor:
                    yield Evidence("customer_said", {"paid_on": statement.paid_on.isoformat()})
                    return

    def _against(self, invoices: _Set, codes: set[str]) -> Iterator[Evidence]:
        customer_id = invoices[0].customer_id
        if self._pointed and customer_id not in self._pointed and not self._is_payer(customer_id):
            yield Evidence("fits_another")
        if not any(invoice.left for invoice in invoices):
            yield Evidence("paid_before")
        elif not codes & (WHOLE | DAMAGED) and self._paid_lately(customer_id):
            yield Evidence("paid_lately", {"days": PAID_LATELY_DAYS})
        common = codes & DAMAGED and self.facts.common[self.line.amount_minor] > COMMON
        if common and self._damaged_customers - {customer_id}:
            yield Evidence("look_alikes")

    @cached_property
    def _pointed(self) -> frozenset[int]:
        """The customers with an open invoice of exactly this amount that the payer points to."""
        return frozenset(
            invoice.customer_id
            for invoice, pieces in self.led.items()
            if invoice.left == self.line.amount_minor and not PAYER.isdisjoint(pieces)
        )

    def _is_payer(self, customer_id: int) -> bool:
        known = self.facts.payers.get(self.line.payer_account, ())
        return customer_id in known or self._is_called(customer_id)

    def _paid_lately(self, customer_id: int) -> bool:
        settled = self.facts.settled_of.get(customer_id, ())
        return any(paid_lately(self.line, invoice, self.facts) for invoice in settled)

    @cached_property
    def _damaged_customers(self) -> frozenset[int]:
        return frozenset(
            invoice.customer_id
            for invoice, pieces in self.led.items()
            if not DAMAGED.isdisjoint(pieces)
        )


def _names_it(piece: Evidence) -> bool:
    """Whether the evidence leads to the one invoice and not only to its customer."""
    return piece.kind.family == Family.LEAD and piece.code not in TO_CUSTOMER


def _adding_up(invoices: Sequence[Open], amount: int) -> Iterator[_Set]:
    for count in range(2, SUM_OF_MAX + 1):
        for chosen in combinations(invoices, count):
            if sum(invoice.left for invoice in chosen) == amount:
                yield chosen
