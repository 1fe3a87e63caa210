"""What a scheme of direct debit can do, in words of ours. An adapter knows the other side's wire
or page, and no mandate; what goes wrong there is a ProviderError (``providers.base``).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Proof(StrEnum):
    """Where the customer says yes in a way that holds."""

    SIGNATURE = "signature"  # here, with BankID
    BANK = "bank"  # on the bank's page; the mandate comes back in a file
    APP = "app"  # on the service's page or in its app; asked for over its API


class Transport(StrEnum):
    """How mandates and draws go to the other side."""

    FILES = "files"
    API = "api"


class Answered(StrEnum):
    """What the other side says of an agreement over its API."""

    UNKNOWN = "unknown"
    PENDING = "pending"
    ACTIVE = "active"
    STOPPED = "stopped"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An agreement to ask for. ``reference`` is ours: unique for good, and the idempotency key.

    ``kid`` is of an invoice of the customer, where references are KIDs; ``amount_minor`` is that
    invoice's: what the customer can expect. ``scheme_ref`` is theirs, "" until they have answered.
    """

    reference: str
    biller_name: str
    what_for: str
    payee_account: str
    kid: str
    amount_minor: int
    currency: str
    language: str
    return_url: str
    scheme_ref: str = ""
    wants_notice: bool = True


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the customer goes on, and what the other side calls the agreement."""

    url: str
    scheme_ref: str = ""


class Scheme(Protocol):
    """One biller's agreement on direct debit with one other side, where the customer says yes
    elsewhere (Proof.BANK and Proof.APP). Calls may raise ProviderError; none may be made inside
    of a transaction; each may be repeated without harm."""

    def begin(self, wanted: Wanted) -> Begun:
        """Let the customer agree."""

    def find(self, wanted: Wanted) -> Answered:
        """How it stands; UNKNOWN where only files tell."""

    def stop(self, wanted: Wanted) -> None:
        """End it; harmless when it has ended. Nothing to do where only the payer can."""


class Charged(StrEnum):
    """How a draw stands that was asked for over an API."""

    UNKNOWN = "unknown"  # they have never heard of it
    WAITING = "waiting"  # they have it, and draw it on its day
    DRAWING = "drawing"  # at this moment: nothing can be taken back
    DRAWN = "drawn"
    FAILED = "failed"  # they tried as often as they may
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Charge:
    """A draw to ask for. ``reference`` is ours: unique for good, the charge's name there and the
    idempotency key. ``agreement`` is theirs."""

    reference: str
    agreement: str
    amount_minor: int
    currency: str
    text: str
    due_on: date
    retry_days: int = 0


@dataclass(frozen=True, slots=True)
class ChargeSeen:
    """What the other side says of a draw now. The sums are all so far; ``code`` is their own word
    for why it failed."""

    what: Charged
    drawn_minor: int = 0
    refunded_minor: int = 0
    code: str = ""


@runtime_checkable
class Charges(Protocol):
    """Draws over an API (Transport.API). Calls may raise ProviderError; none may be made inside of
    a transaction; each may be repeated without harm."""

    def charge(self, charge: Charge) -> None:
        """Ask for the draw; asked again it is the same one."""

    def find_charge(self, charge: Charge) -> ChargeSeen:
        """How it stands."""

    def cancel_charge(self, charge: Charge) -> None:
        """Take it back; harmless when it is too late."""

    def refund_charge(self, charge: Charge, amount_minor: int, key: str) -> None:
        """Give back a part of what was drawn, or all. ``key`` names this refund."""
