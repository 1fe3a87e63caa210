"""What a thread and its messages can be, and how the inbox is sorted into views. Pure."""

from enum import StrEnum
from typing import Final


class ThreadState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Side(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    STAFF = "staff"


class Kind(StrEnum):
    """A message goes to the other side; a note is for staff alone."""

    MESSAGE = "message"
    NOTE = "note"


class Mark(StrEnum):
    """How far a message has come: kept by us, shown on a page over there, seen by somebody."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"


class Box(StrEnum):
    """The views of the inbox."""

    WAITING = "waiting"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    MENTIONS = "mentions"
    SNOOZED = "snoozed"
    OPEN = "open"
    CLOSED = "closed"


TEXT_MAX: Final = 4_000  # characters of one message


def mark_of(no: int, delivered_no: int, read_no: int) -> Mark:
    """The mark of message ``no`` when the other side has got so far."""
    if no <= read_no:
        return Mark.READ
    return Mark.DELIVERED if no <= delivered_no else Mark.SENT
