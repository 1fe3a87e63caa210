"""What every provider can do, in words of ours. An adapter knows the wire, and no model.

    ProviderError        an OutsideError: the provider did not do what was asked
      permanent=False    asked again later (network, 5xx, 429)
      permanent=True     asked again it would say the same: refused, unknown, wrong key

    SignatureError       a webhook that the provider did not send, or sent long ago

A redirect proves nothing and a webhook only says "look now": what is booked is what ``fetch``
answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from invoices.errors import N_, OutsideError


class ProviderError(OutsideError):
    """The provider did not do what was asked; ``code`` is its own word for why."""

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(N_("The payment service answered: {code}"), code=code)
        self.code = code
        self.permanent = permanent


class SignatureError(OutsideError):
    """A webhook that does not prove where it comes from, or when."""

    def __init__(self, why: str) -> None:
        super().__init__(N_("The message was not accepted: {why}"), why=why)


class Seen(StrEnum):
    """What a provider says of a payment."""

    UNKNOWN = "unknown"  # it has never heard of it
    PENDING = "pending"
    APPROVED = "approved"
    CAPTURED = "captured"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Order:
    """A payment as an adapter knows it.

    ``reference`` is ours: 32 hex digits, unique for good; it serves as idempotency key too.
    ``provider_ref`` is theirs, "" until they have answered. ``text`` says what is paid;
    ``payer`` is a phone number (46701234567) where the provider is to ask that phone.
    """

    reference: str
    amount_minor: int
    currency: str
    text: str
    return_url: str
    hook_url: str
    language: str = "en"
    provider_ref: str = ""
    payer: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """Where the customer goes on: a page or app at ``url``, or a code to scan with ``qr``."""

    provider_ref: str
    url: str = ""
    qr: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What the provider says now. ``drawn_minor`` and ``refunded_minor`` are sums so far;
    ``code`` is the provider's own word."""

    seen: Seen
    drawn_minor: int = 0
    refunded_minor: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as it came, over raw bytes. ``path`` holds the query too, ``host`` is the one
    that we are registered with, whatever a proxy says; names of headers are in lower case."""

    path: str
    host: str
    headers: Mapping[str, str]
    raw: bytes
    now: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """What a webhook is about. The same ``key`` again is the same message."""

    reference: str
    key: str


class Provider(Protocol):
    """One account at one provider. Every call may raise ProviderError; none knows of a
    transaction, and none may be made inside one. Each may be repeated without harm."""

    takes_seconds: ClassVar[int]  # how long the customer has, before we take the payment back

    def start(self, order: Order) -> Started:
        """Let the customer pay."""

    def fetch(self, order: Order) -> Status:
        """How it stands, from the provider itself."""

    def capture(self, order: Order) -> None:
        """Draw what the customer has approved; nothing to do where the provider draws at once."""

    def cancel(self, order: Order) -> None:
        """Take it back while nothing is drawn; harmless when it is too late."""

    def refund(self, order: Order, amount_minor: int, key: str) -> None:
        """Give back a part of what was drawn, or all. ``key`` names this refund."""

    def verify(self, hook: Hook) -> Notice:
        """Whom a webhook is about. SignatureError if it is not the provider's, or stale."""
