"""How a document says dates, rates, quantities and account numbers.

Unlike the page, which says "om 6 dager", paper is read on any day: dates are always in full.
"""

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import get_decimal_symbol
from django.utils import timezone
from django.utils.translation import gettext as _

from invoices.billers.models import Agreement, Biller, PayeeAccount


@lru_cache(maxsize=1024)
def date_words(on: date, language: str) -> str:
    """A date in full: 6. desember 2026, 6 december 2026, 6 December 2026."""
    return format_date(on, "d. MMMM y" if language == "nb" else "d MMMM y", locale=language)


def moment_words(at: datetime, language: str) -> str:
    """A local date and time: "6. desember 2026 kl. 09.41"."""
    time = f"{at:%H.%M}" if language == "nb" else f"{at:%H:%M}"
    return _("{date} at {time}").format(date=date_words(at.date(), language), time=time)


def booked_words(booked_on: object, at: datetime, language: str) -> str:
    """The day the bank booked a payment, as its entry says; else the day we learned of it."""
    on = date.fromisoformat(booked_on) if isinstance(booked_on, str) else timezone.localdate(at)
    return date_words(on, language)


def rate_words(basis_points: int, language: str) -> str:
    """A VAT rate: 25 %; in English 25%."""
    whole, rest = divmod(basis_points, 100)
    number = f"{whole}{get_decimal_symbol(language)}{rest:02d}".rstrip("0") if rest else str(whole)
    return f"{number}%" if language == "en" else f"{number}\u00a0%"


def quantity_words(milli: int, language: str) -> str:
    """A quantity without needless decimals: 1, 2,5."""
    whole, rest = divmod(abs(milli), 1000)
    number = f"{whole}{get_decimal_symbol(language)}{rest:03d}".rstrip("0") if rest else str(whole)
    return f"\u2212{number}" if milli < 0 else number


def account_label(account: PayeeAccount) -> str:
    """What the account is called where it is."""
    kind = PayeeAccount.Kind(account.kind)
    return _("Account number") if kind == PayeeAccount.Kind.KONTONR else kind.label


def reference_label(agreement: Agreement) -> str:
    """What the reference is called: KID in Norway, the OCR number in Sweden."""
    return "KID" if agreement.scheme == Agreement.Scheme.KID else _("OCR number")


def account_words(account: PayeeAccount) -> str:
    """As printed: 1503 40 00001, 991-2346, 12 34 56-7."""
    number = account.number
    if account.kind == PayeeAccount.Kind.KONTONR:
        return f"{number[:4]}\u00a0{number[4:6]}\u00a0{number[6:]}"
    if account.kind == PayeeAccount.Kind.BANKGIRO:
        return f"{number[:-4]}-{number[-4:]}"
    body = number[:-1]
    pairs = [body[max(end - 2, 0) : end] for end in range(len(body), 0, -2)][::-1]
    return "\u00a0".join(pairs) + f"-{number[-1]}"


def registration(biller: Biller, *, with_vat: bool) -> str:
    """How the biller is registered, as the law of its country wants it on an invoice.

    Norway: "Org.nr. 999 888 777 MVA", where MVA says that it is registered for VAT. Sweden:
    "Org.nr 556000-0000" and the VAT number made of it. An invoice with VAT is proof of both.
    """
    number = biller.org_no
    if not number:
        return ""
    if biller.country == Biller.Country.NO:
        spaced = "\u00a0".join(number[start : start + 3] for start in range(0, len(number), 3))
        return f"Org.nr. {spaced}" + ("\u00a0MVA" if with_vat else "")
    vat = f" · {_('VAT no.')} SE{number}01" if with_vat else ""
    return f"Org.nr {number[:6]}-{number[6:]}{vat}"
