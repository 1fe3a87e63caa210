"""Django looks for models here; they live in their rooms."""

from payments.bankfiles.models import BankFile, BankLine
from payments.matching.models import Match, Waiting

__all__ = ["BankFile", "BankLine", "Match", "Waiting"]
