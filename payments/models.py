"""Django looks for models here; they live in their rooms."""

from payments.bankfiles.models import BankFile, BankLine
from payments.matching.models import (
    Decision,
    Expected,
    Match,
    MatchingTerms,
    PayerAccount,
    Undone,
    Waiting,
)
from payments.providers.models import PaymentIntent, ProviderAccount, ProviderMessage
from payments.providers.sandbox.models import SandboxPayment
from payments.underway.models import Underway

__all__ = [
    "BankFile",
    "BankLine",
    "Decision",
    "Expected",
    "Match",
    "MatchingTerms",
    "PayerAccount",
    "PaymentIntent",
    "ProviderAccount",
    "ProviderMessage",
    "SandboxPayment",
    "Underway",
    "Undone",
    "Waiting",
]
