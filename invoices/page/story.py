"""How upper floors tell their own events in the story: they register who draws a kind of entry."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from invoices.page.facts import EntryFact
from invoices.page.view import InvoiceView


@dataclass(frozen=True, slots=True)
class Told:
    """An entry in words of its own: ``template`` draws ``content``, which it knows as ``told``.

    ``said`` is what is read out when the entry arrives.
    """

    template: str
    content: Any
    said: str


# From the entries of its kinds to what they say, by the entry's id. What is left out is told by
# the kind's sentence, as everything else. It only reads.
Teller = Callable[[InvoiceView, Sequence[EntryFact]], Mapping[str, Told]]

_tellers: list[tuple[frozenset[str], Teller]] = []


def register_teller(kinds: Collection[str], teller: Teller) -> None:
    """Let ``teller`` draw the entries of these kinds; once is enough."""
    if all(known is not teller for _, known in _tellers):
        _tellers.append((frozenset(kinds), teller))


def told_of(view: InvoiceView, entries: Sequence[EntryFact]) -> dict[str, Told]:
    """What the upper floors say of these entries."""
    told: dict[str, Told] = {}
    for kinds, teller in _tellers:
        if theirs := [entry for entry in entries if entry.kind in kinds]:
            told |= teller(view, theirs)
    return told
