"""Which schemes a biller offers, and the days and limits that hold there."""

from datetime import date

from payments.schemes.models import SchemeAccount, SchemeTerms
from payments.schemes.terms import DEFAULTS, Terms, with_own


def open_schemes(biller_id: int) -> list[SchemeAccount]:
    """The schemes that customers of the biller can choose, the first to be offered first."""
    accounts = SchemeAccount.objects.filter(biller_id=biller_id, is_open=True)
    return list(accounts.select_related("payee"))


def scheme_account(biller_id: int, scheme: str) -> SchemeAccount | None:
    """The biller's agreement on a scheme, open or not."""
    accounts = SchemeAccount.objects.select_related("payee", "biller")
    return accounts.filter(biller_id=biller_id, scheme=scheme).first()


def terms_of(biller_id: int, scheme: str, on: date) -> Terms:
    """The scheme's terms at the biller on a day. One query."""
    rows = SchemeTerms.objects.filter(biller_id=biller_id, scheme=scheme, valid_from__lte=on)
    own = rows.values_list("own", flat=True).first()
    return with_own(DEFAULTS[scheme], own or {})
