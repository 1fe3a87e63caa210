"""Reading bank files: whose accounts they speak of."""

from django.db.models import Q

from invoices.billers.models import Biller, PayeeAccount


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
