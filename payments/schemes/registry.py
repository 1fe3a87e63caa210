"""The schemes of direct debit there are: one line each. See README, How to add a scheme."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from payments.schemes.agreement_page import AgreementPage
from payments.schemes.bankid import BankId
from payments.schemes.base import Proof, Scheme, Transport
from payments.schemes.vipps_recurring import VippsRecurring


@dataclass(frozen=True, slots=True)
class SchemeKind:
    """``label`` is a name, the same in every language. ``connect`` takes the keys and raises
    TypeError or ValueError for wrong ones; it answers None where the customer says yes here."""

    label: str
    country: str
    proof: Proof
    transport: Transport
    connect: Callable[..., Scheme | None]


def _autogiro(*, bankid: dict[str, Any], seal_key: str = "") -> None:
    """Autogiro is files, sealed with a key of 16 bytes, and a signature with BankID."""
    BankId(**bankid)
    if seal_key and len(bytes.fromhex(seal_key)) != 16:
        raise ValueError("seal_key has 32 hexadecimal digits")


SCHEMES: Final[dict[str, SchemeKind]] = {
    "autogiro": SchemeKind("Autogiro", "SE", Proof.SIGNATURE, Transport.FILES, _autogiro),
    "avtalegiro": SchemeKind("AvtaleGiro", "NO", Proof.BANK, Transport.FILES, AgreementPage),
    "vipps": SchemeKind("Vipps", "NO", Proof.APP, Transport.API, VippsRecurring),
}


def label_of(scheme: str) -> str:
    """What the customer knows it by."""
    return SCHEMES[scheme].label


def connect(scheme: str, keys: dict[str, Any]) -> Scheme | None:
    """The scheme with a biller's keys; TypeError where keys are missing or unknown."""
    return SCHEMES[scheme].connect(**keys)
