"""The one event road upward: rooms above say what they do when something has happened.

A reaction is a function of a list of history entry ids. It runs as a job,
deferred in the transaction that recorded the entries: no commit, no job. It may run twice.
"""

from collections.abc import Callable, Sequence

Reaction = Callable[[Sequence[int]], None]

_by_kind: dict[str, list[str]] = {}
_by_name: dict[str, Reaction] = {}


def on(kind: str) -> Callable[[Reaction], Reaction]:
    """Register the decorated function as a reaction to ``kind``."""

    def register(reaction: Reaction) -> Reaction:
        name = f"{reaction.__module__}.{reaction.__qualname__}"
        _by_name[name] = reaction
        names = _by_kind.setdefault(kind, [])
        if name not in names:
            names.append(name)
        return reaction

    return register


def names_for(kind: str) -> Sequence[str]:
    """The names of the reactions to ``kind``."""
    return _by_kind.get(kind, ())


def by_name(name: str) -> Reaction:
    """The reaction behind a name that was stored in a job; KeyError for an unknown one."""
    return _by_name[name]
