"""Reading bank files: whose accounts they speak of, and what the bank says in them."""

from dataclasses import fields
from datetime import date
from typing import Any

from django.db.models import Q

from invoices.billers.models import Biller, PayeeAccount
from payments.bankfiles.models import BankAnswer
from payments.formats.base import ClaimAnswer, ClaimOutcome, MandateAnswer, MandateChange


def accounts_by_name(biller_id: int) -> dict[str, PayeeAccount]:
    """The biller's accounts under every name a bank file may give them."""
    names = {}
    for account in PayeeAccount.objects.filter(biller_id=biller_id):
        names[account.number] = account
        if account.iban:
            names[account.iban] = account
    return names


def biller_of_accounts(names: tuple[str, ...]) -> Biller | None:
    """The biller whose accounts a file speaks of; None where there is none or more than one."""
    found = Biller.objects.filter(
        Q(accounts__number__in=names) | Q(accounts__iban__in=names)
    ).distinct()
    return found[0] if len(found) == 1 else None


def untaken_answers(file_id: int, about: BankAnswer.About) -> list[BankAnswer]:
    """What a file says of mandates, or of claims, as far as nobody has taken it, in its order."""
    answers = BankAnswer.objects.filter(file_id=file_id, about=about, result="")
    return list(answers.order_by("pk"))


def mandate_answer(answer: BankAnswer) -> MandateAnswer:
    """The answer as the format read it, but for the personal number."""
    data = _known(MandateAnswer, answer)
    return MandateAnswer(**data | {"what": MandateChange(data["what"])})


def claim_answer(answer: BankAnswer) -> ClaimAnswer:
    """The answer as the format read it."""
    data = _known(ClaimAnswer, answer)
    days = {
        name: date.fromisoformat(data[name]) if data.get(name) else None
        for name in ("due_on", "moved_to")
    }
    return ClaimAnswer(**data | days | {"what": ClaimOutcome(data["what"])})


def _known(kind: type[MandateAnswer | ClaimAnswer], answer: BankAnswer) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {
        "line_no": answer.line_no,
        **{name: value for name, value in answer.data.items() if name in names},
    }
