"""Who did it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """``kind`` is one of HistoryEntry.ActorKind; ``user_id`` only for staff."""

    kind: str
    user_id: int | None = None


SYSTEM = Actor("system")
BANK = Actor("bank")
CUSTOMER = Actor("customer")


def staff(user_id: int) -> Actor:
    """The member of staff who is logged in."""
    return Actor("staff", user_id)
