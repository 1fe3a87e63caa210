"""What the rules look at: a payment as it came, and all that is known of where it may belong. Pure.

The facts are looked up for a whole set of lines at once; a rule only reads them.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from payments.matching import words
from payments.matching.damage import Form
from payments.matching.reading import Line, Reading


@dataclass(slots=True, eq=False)
class Open:
    """An invoice as it stands now; ``left`` and ``paid`` move as payments are led to it."""

    id: int
    customer_id: int
    account_id: int
    number: str
    reference: str
    due_on: date
    left: int = 0
    paid: int = 0
    receivable_id: int = 0


class Statement(NamedTuple):
    """What a customer said of a payment of an invoice."""

    amount_minor: int
    paid_on: date


class Earlier(NamedTuple):
    """A payment that was led to one of the customer's invoices."""

    amount_minor: int
    booked_on: date


type Key = tuple[int, str]  # payee account, bare reference


@dataclass
class Facts:
    """All that is known of where a set of lines may belong. ``for_review``: a person will look,
    so that what is not sure at all is looked up too.
    """

    for_review: bool = False
    forms: dict[int, list[Form]] = field(default_factory=dict)  # by payee account
    invoices: dict[int, Open] = field(default_factory=dict)
    by_reference: dict[Key, Open] = field(default_factory=dict)
    by_number: dict[str, Open] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)  # by customer number
    names: dict[int, str] = field(default_factory=dict)  # of customers
    payers: dict[str, frozenset[int]] = field(default_factory=dict)  # by payer account
    called: dict[str, list[int]] = field(default_factory=dict)  # by payer name; for review
    open_of: dict[int, list[Open]] = field(default_factory=dict)  # by customer
    settled_of: dict[int, list[Open]] = field(
        default_factory=dict
    )  # by customer, those paid lately
    same_amount: dict[int, list[Open]] = field(default_factory=dict)  # what is left -> invoices
    said: dict[int, list[Statement]] = field(default_factory=dict)  # by invoice
    earlier: dict[int, list[Earlier]] = field(default_factory=dict)  # by invoice
    readings: dict[int, Reading] = field(default_factory=dict)  # by line
    common: Counter[int] = field(default_factory=Counter)  # what is left -> how many invoices
    together: Counter[tuple[int, str, str]] = field(default_factory=Counter)  # see together_key

    @cached_property
    def by_name(self) -> dict[tuple[int, str], list[tuple[Open, words.Name]]]:
        """(what is left, a mark of the customer's name) -> invoices, with the whole name."""
        found: dict[tuple[int, str], list[tuple[Open, words.Name]]] = defaultdict(list)
        for amount, invoices in self.same_amount.items():
            for invoice in invoices:
                name = words.name_of(self.names.get(invoice.customer_id, ""))
                for mark in name.marks:
                    found[(amount, mark)].append((invoice, name))
        return found


def together_key(line: Line) -> tuple[int, str, str]:
    """Payments that agree in this may be parts of one."""
    return line.account_id, line.reference or line.text, line.payer_account or line.payer_name
