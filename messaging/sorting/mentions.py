"""Who is named in a note by ``@``. Pure: it is told who there is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from invoices.errors import N_, Refused


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody, or a team, that can be named: all names, and the people behind them."""

    names: Sequence[str]
    user_ids: frozenset[int]


def known_people(people: Iterable[tuple[int, str, str]]) -> list[Known]:
    """People as (id, name, address): found by whole name, first name, or what stands before @."""
    found = []
    for pk, name, email in people:
        names = [name, name.split(" ")[0], email.partition("@")[0]]
        found.append(Known([each for each in names if each], frozenset({pk})))
    return found


def mentioned(text: str, known: Iterable[Known]) -> frozenset[int]:
    """Everybody whom the text names. The longest name wins: "@Jon Berg" is not "@Jon".

    Refused where several are called so: nobody is guessed at. An @ that names nobody is a sign
    like any other.
    """
    by_name: dict[str, list[Known]] = {}
    for each in known:
        for name in {name.casefold() for name in each.names}:
            by_name.setdefault(name, []).append(each)
    return frozenset().union(*(_behind(hit, by_name) for hit in _hits(text, by_name)))


def _hits(text: str, by_name: Mapping[str, object]) -> list[str]:
    if not by_name:
        return []
    longest_first = sorted(by_name, key=len, reverse=True)
    either = "|".join(re.escape(name) for name in longest_first)
    pattern = re.compile(rf"(?<![\w.@])@({either})(?!\w)", re.IGNORECASE)
    return [hit.casefold() for hit in pattern.findall(text)]


def _behind(name: str, by_name: Mapping[str, Sequence[Known]]) -> frozenset[int]:
    found = by_name.get(name, ())
    if len(found) > 1:
        raise Refused(N_("Several here are called {name}. Write the whole name."), name=name)
    return found[0].user_ids if found else frozenset()
