"""THE vocabulary: everything that can happen, how it is said, who may read it, what it changes.

It names events of the upper floors too: vocabulary, no code. A file for each group of nouns.
"""

from invoices.history.kinds.base import (
    MONEY,
    ON_PAGE,
    PAYING,
    TALK,
    Audience,
    Data,
    Kind,
    Tone,
    Topic,
)
from invoices.history.kinds.claims import CLAIMS
from invoices.history.kinds.conversation import CONVERSATION
from invoices.history.kinds.credit import CREDIT_ON_ACCOUNT
from invoices.history.kinds.documents import DOCUMENTS
from invoices.history.kinds.doors import DOORS
from invoices.history.kinds.mail import MAIL
from invoices.history.kinds.mandates import MANDATES
from invoices.history.kinds.money import MONEY_IN
from invoices.history.kinds.paying import PAYING_HERE
from invoices.history.kinds.proposals import PROPOSALS
from invoices.history.kinds.review import REVIEWED
from invoices.history.kinds.sorting import SORTING
from invoices.history.kinds.told import TOLD_OF_PAYING

__all__ = [
    "KINDS",
    "MONEY",
    "ON_PAGE",
    "PAYING",
    "TALK",
    "Audience",
    "Data",
    "Kind",
    "Tone",
    "Topic",
    "kinds_for",
    "topic_of",
]

_TOPICS = {
    "invoice": Topic.INVOICE,
    "payment": Topic.MONEY,
    "transfer": Topic.MONEY,
    "bankfile": Topic.MONEY,
    "provider": Topic.MONEY,
    "expected": Topic.MONEY,
    "promise": Topic.MONEY,
    "claim": Topic.MONEY,
    "mandate": Topic.MONEY,
    "scheme": Topic.MONEY,
    "outgoing": Topic.MONEY,
    "credit": Topic.MONEY,
    "refund": Topic.MONEY,
    "payout": Topic.MONEY,
    "link": Topic.ACCESS,
    "contact": Topic.ACCESS,
    "invoice.opened": Topic.ACCESS,
    "message": Topic.MESSAGES,
    "thread": Topic.MESSAGES,
    "hours": Topic.MESSAGES,
    "card": Topic.MESSAGES,
    "mail": Topic.MESSAGES,
}

KINDS: dict[str, Kind] = {
    **DOCUMENTS,
    **CLAIMS,
    **DOORS,
    **CONVERSATION,
    **MONEY_IN,
    **PAYING_HERE,
    **TOLD_OF_PAYING,
    **REVIEWED,
    **MANDATES,
    **SORTING,
    **CREDIT_ON_ACCOUNT,
    **PROPOSALS,
    **MAIL,
}


def kinds_for(*, for_staff: bool, topic: Topic | None = None) -> list[str]:
    """The kinds a reader may see, of one topic or of all."""
    return [
        name
        for name, kind in KINDS.items()
        if (for_staff or kind.audience == Audience.CUSTOMER) and topic in (None, topic_of(name))
    ]


def topic_of(name: str) -> Topic:
    """The topic of a kind: its own, else that of the noun its name begins with."""
    return _TOPICS.get(name) or _TOPICS[name.partition(".")[0]]
