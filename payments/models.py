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
from payments.plans.models import Promise, PromiseTerms
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
    "Promise",
    "PromiseTerms",
    "ProviderAccount",
    "ProviderMessage",
    "SandboxPayment",
    "Underway",
    "Undone",
    "Waiting",
]
