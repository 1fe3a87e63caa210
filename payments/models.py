"""Django looks for models here; they live in their rooms."""

from payments.bankfiles.models import BankAnswer, BankFile, BankLine
from payments.claims.models import Claim
from payments.mandates.models import Evidence, FunnelStep, Mandate, MandateOrder, Signing
from payments.matching.models import (
    Decision,
    Expected,
    Match,
    MatchingTerms,
    PayerAccount,
    Undone,
    Waiting,
)
from payments.outgoing.models import OutgoingFile, Series
from payments.plans.models import Promise, PromiseTerms
from payments.providers.models import PaymentIntent, ProviderAccount, ProviderMessage
from payments.providers.sandbox.models import SandboxPayment
from payments.refunds.models import CreditTerms, PayoutFile, PayoutReply, Refund
from payments.schemes.models import SchemeAccount, SchemeTerms
from payments.underway.models import Underway

__all__ = [
    "BankAnswer",
    "BankFile",
    "BankLine",
    "Claim",
    "CreditTerms",
    "Decision",
    "Evidence",
    "Expected",
    "FunnelStep",
    "Mandate",
    "MandateOrder",
    "Match",
    "MatchingTerms",
    "OutgoingFile",
    "PayerAccount",
    "PaymentIntent",
    "PayoutFile",
    "PayoutReply",
    "Promise",
    "PromiseTerms",
    "ProviderAccount",
    "ProviderMessage",
    "Refund",
    "SandboxPayment",
    "SchemeAccount",
    "SchemeTerms",
    "Series",
    "Signing",
    "Underway",
    "Undone",
    "Waiting",
]
