"""The providers there are: one line each. See README, How to add a provider."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from payments.providers.base import Provider
from payments.providers.card import Card
from payments.providers.sandbox.adapter import Sandbox
from payments.providers.swish import Swish
from payments.providers.vipps import Vipps


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """``label`` is a name, the same in every language; ``connect`` takes the sealed keys."""

    label: str
    currencies: frozenset[str]
    connect: Callable[..., Provider]


PROVIDERS: Final[dict[str, ProviderKind]] = {
    "vipps": ProviderKind("Vipps", frozenset({"NOK"}), Vipps),
    "swish": ProviderKind("Swish", frozenset({"SEK"}), Swish),
    "card": ProviderKind("Visa/Mastercard", frozenset({"NOK", "SEK"}), Card),
    "sandbox": ProviderKind("Sandbox", frozenset({"NOK", "SEK"}), Sandbox),
}


def label_of(provider: str) -> str:
    """What the customer knows it by."""
    return PROVIDERS[provider].label


def connect(provider: str, keys: dict[str, Any]) -> Provider:
    """The provider with a biller's keys; TypeError where keys are missing or unknown."""
    return PROVIDERS[provider].connect(**keys)
