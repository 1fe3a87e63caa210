"""Money: whole minor units of one currency, read and written as people do. Pure.

An amount is an int of minor units (1 234,50 kr is ``Money(123450, "NOK")``); a float never
comes near it. Every currency here has two decimals; one that has not is refused at the door.

VAT is rounded half up (away from zero) **per line**, and the sums on an invoice are sums of
rounded lines, so what the reader adds up is what stands there. Away from zero makes a credit
line the exact mirror of the line it credits.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final, Self

from babel.numbers import get_decimal_symbol, get_group_symbol

from invoices.errors import N_, Refused

CURRENCIES: Final = frozenset({"NOK", "SEK", "DKK", "EUR"})
HOMES: Final = {"nb": "NOK", "nn": "NOK", "no": "NOK", "sv": "SEK", "da": "DKK"}
LARGEST_MINOR: Final = 10**13
SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2009']+")
PLAIN: Final = re.compile(r"(?P<minus>-?)(?P<whole>\d+)(?:[.,](?P<cents>\d{1,2}))?")
GROUPED: Final = re.compile(
    r"(?P<minus>-?)(?P<whole>\d{1,3}(?P<comma>,\d{3})+|\d{1,3}(?P<dot>\.\d{3})+)"
    r"(?P<tail>[.,]\d{1,2})?"
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency; two currencies never meet in a sum."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"not a currency of this house: {self.currency!r}")

    def __add__(self, other: Self) -> Self:
        return type(self)(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Self) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return other.minor


def format_money(money: Money, language: str) -> str:
    """The amount as the language writes it; the spaces inside never break a line.

    As Babel writes it, minus signs apart, in a tenth of its time: a page says some forty amounts.
    """
    base = language.replace("_", "-").split("-")[0]
    sign = "\u2212" if money.minor < 0 else ""
    whole, cents = divmod(abs(money.minor), 100)
    if base not in HOMES:
        return f"{sign}{money.currency}\u00a0{whole:,}.{cents:02d}"
    group, mark = _signs("nb" if base == "no" else base)
    number = f"{whole:,}".replace(",", group)
    # Is "kr" alone clear to a reader of this language? Between NOK and SEK it is not.
    unit = "kr" if HOMES[base] == money.currency else money.currency
    return f"{sign}{number}{mark}{cents:02d}\u00a0{unit}"


@cache
def _signs(locale: str) -> tuple[str, str]:
    """What stands between thousands, and before the decimals."""
    return get_group_symbol(locale), get_decimal_symbol(locale)


def parse_money(text: str, currency: str) -> Money:
    """Read what a person typed or a file held; refuse what could be read in two ways.

    A lone separator is a decimal mark ("12,5"); two different ones are thousands and decimals
    ("1.234,50" and "1,234.50"). "1.234" alone is three decimals, and refused.
    """
    tidy = SPACES.sub("", text).replace("\u2212", "-")
    minus = "-" if tidy.startswith("-") else ""
    tidy = minus + _without_sign(tidy.removeprefix("-"), currency)
    plain = PLAIN.fullmatch(tidy)
    if plain:
        return _bounded(plain["minus"], plain["whole"], plain["cents"] or "", text, currency)
    grouped = GROUPED.fullmatch(tidy)
    if grouped and _separators_differ(grouped):
        whole = re.sub(r"\D", "", grouped["whole"])
        return _bounded(grouped["minus"], whole, (grouped["tail"] or "")[1:], text, currency)
    if re.fullmatch(r"-?\d+[.,]\d{3,}", tidy):
        raise Refused(N_("“{text}” has more than two decimals."), text=text.strip())
    raise Refused(N_("“{text}” is not an amount. Write it like 1234,50."), text=text.strip()[:40])


def _without_sign(tidy: str, currency: str) -> str:
    """Take away "kr", "NOK" and ",-"; the sign of another currency stays, and is refused."""
    own = "€" if currency == "EUR" else r"kr\.?"
    front = re.sub(rf"^(?:{own}|{currency})", "", tidy, flags=re.IGNORECASE)
    back = re.sub(rf"(?:{own}|{currency})$", "", front, flags=re.IGNORECASE)
    return re.sub(r",[-–—]$", "", back)


def _separators_differ(grouped: re.Match[str]) -> bool:
    """Groups are split by one sign only, decimals by the other; one lone group proves nothing."""
    sign = "," if grouped["comma"] else "."
    if grouped["tail"] is not None:
        return not grouped["tail"].startswith(sign)
    return grouped["whole"].count(sign) > 1


def _bounded(minus: str, whole: str, cents: str, text: str, currency: str) -> Money:
    digits = whole.lstrip("0")
    if not whole.isascii() or not cents.isascii():
        raise Refused(N_("“{text}” is not an amount. Write it like 1234,50."), text=text.strip())
    if len(digits) > 14 or (minor := int(whole) * 100 + int(cents.ljust(2, "0"))) > LARGEST_MINOR:
        raise Refused(N_("“{text}” is larger than any amount we handle."), text=text.strip()[:40])
    return Money(-minor if minus else minor, currency)


def split_evenly(minor: int, n: int) -> list[int]:
    """Share an amount in ``n`` parts that sum to the whole and differ by one unit at most.

    The odd units go to the first parts, so that the last part is never the larger surprise.
    """
    if n < 1:
        raise ValueError("an amount is split in one part or more")
    sign = -1 if minor < 0 else 1
    part, odd = divmod(abs(minor), n)
    return [sign * (part + (1 if place < odd else 0)) for place in range(n)]


def vat_of(net_minor: int, rate_percent: Decimal) -> int:
    """The VAT of one line, rounded half up (away from zero) to a whole minor unit."""
    vat = Decimal(net_minor) * rate_percent / 100
    return int(vat.quantize(Decimal(1), rounding=ROUND_HALF_UP))
