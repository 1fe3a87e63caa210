"""What a kind of event is made of: its sentence, who may read it, what it changes. Pure.

A sentence is an English template (a gettext msgid). Its placeholders are filled from the entry's
data: ``{amount}`` from ``amount_minor`` as money, ``{due_on}`` as a spoken date, the rest as is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Data = Mapping[str, Any]


class Audience(StrEnum):
    CUSTOMER = "customer"  # the customer and staff
    STAFF = "staff"  # staff only


class Topic(StrEnum):
    """What the history can be narrowed to."""

    MONEY = "money"  # payments and bookings
    INVOICE = "invoice"  # the invoice itself and its changes
    ACCESS = "access"  # links, and who has opened them
    MESSAGES = "messages"  # what was written, and who looks after it


class Tone(StrEnum):
    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event.

    ``say`` picks the sentence, ``detail`` the small print under it ("" for none); ``panels`` are
    the panels that show something else afterwards, on invoice pages and on the staff desk.
    """

    say: Callable[[Data], str]
    panels: tuple[str, ...]
    audience: Audience = Audience.CUSTOMER
    tone: Tone = Tone.PLAIN
    detail: Callable[[Data], str] = lambda data: ""


def always(template: str) -> Callable[[Data], str]:
    return lambda data: template


def reason(data: Data) -> str:
    return "{reason}" if data.get("reason") else ""


def by(name: str, sentences: Mapping[str, str], otherwise: str) -> Callable[[Data], str]:
    """The sentence for a value of the data; ``otherwise`` where it is another, or of old."""
    return lambda data: sentences.get(str(data.get(name)), otherwise)


ON_PAGE = (
    *("balance", "lines", "pay", "draws", "told", "plan", "credit"),
    *("history", "changes", "actions"),
)
PAYING = ("balance", "draws", "paying", "history")
MONEY = (
    *("balance", "pay", "draws", "paying", "told", "plan", "credit"),
    *("history", "changes", "actions", "invoices"),
)

TALK = ("messages", "history", "conversation", "queue", "talk")
# What shows payments that wait for a person, and the one that is looked at.
REVIEW = ("unmatched", "review", "payment", "others")
