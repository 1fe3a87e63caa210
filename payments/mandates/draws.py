"""What is drawn when: the room of claims lies above this one, and says so here.

Without it nothing is planned, and the panel names no day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from invoices.billers.models import Biller


@dataclass(frozen=True, slots=True)
class PlannedDraw:
    """One draw to come. ``words`` say where it stands, in the reader's language."""

    invoice_number: str
    amount_minor: int
    draw_on: date
    words: str = ""


@dataclass(frozen=True, slots=True)
class FirstDraw:
    """What would be drawn first under a mandate that is asked for now. ``invoice_number`` is ""
    where it is the next invoice to come; ``ready_on`` is when the bank will have said yes."""

    ready_on: date
    invoice_number: str = ""
    draw_on: date | None = None
    amount_minor: int = 0


type Planned = Callable[[int], list[PlannedDraw]]
type First = Callable[[Biller, int, str], FirstDraw]

_planned: list[Planned] = []
_first: list[First] = []


def planned_by(finder: Planned) -> Planned:
    """Register who knows a customer's draws to come."""
    if finder not in _planned:
        _planned.append(finder)
    return finder


def first_by(finder: First) -> First:
    """Register who knows what a mandate of a scheme would draw first."""
    if finder not in _first:
        _first.append(finder)
    return finder


def draws_of(customer_id: int) -> list[PlannedDraw]:
    """The customer's draws to come, the next first."""
    found = [draw for finder in _planned for draw in finder(customer_id)]
    return sorted(found, key=lambda draw: draw.draw_on)


def first_draw(biller: Biller, customer_id: int, scheme: str) -> FirstDraw | None:
    """What a mandate that is asked for now would draw first; None where nobody knows."""
    for finder in _first:
        return finder(biller, customer_id, scheme)
    return None
