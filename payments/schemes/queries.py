"""Which schemes a biller offers."""

from payments.schemes.models import SchemeAccount


def open_schemes(biller_id: int) -> list[SchemeAccount]:
    """The schemes that customers of the biller can choose, the first to be offered first."""
    accounts = SchemeAccount.objects.filter(biller_id=biller_id, is_open=True)
    return list(accounts.select_related("payee"))


def scheme_account(biller_id: int, scheme: str) -> SchemeAccount | None:
    """The biller's agreement on a scheme, open or not."""
    accounts = SchemeAccount.objects.select_related("payee", "biller")
    return accounts.filter(biller_id=biller_id, scheme=scheme).first()
