"""Single cells: text to exact values, as people write them in Norway and Sweden. Pure.

Every reader raises Refused with a sentence that says what to write instead.
"""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from invoices.documents.explain import Nature
from invoices.errors import N_, Refused
from invoices.money import SPACES, parse_money

LARGEST_QUANTITY: Final = 1_000_000
LARGEST_PRICE_MINOR: Final = 100_000_000_00
FIRST_YEAR, LAST_YEAR = 2000, 2100
# Longest text the models take.
NUMBER_LENGTH, NAME_LENGTH, TEXT_LENGTH, ADDRESS_LENGTH = 30, 160, 200, 300
EMAIL_LENGTH, REFERENCE_LENGTH = 254, 25

_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DOTTED: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_DECIMAL: Final = re.compile(r"(-?)([0-9]{1,12})(?:[.,]([0-9]{1,9}))?")
_SHORTENED: Final = re.compile(r"[0-9]([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^\s@,;:<>()\"]+@[^\s@,;:<>()\"]+\.[^\s@.,;:<>()\"]{2,}")
# English | Norwegian | Swedish, as people call them.
_NATURES: Final = {
    word.strip(): nature
    for nature, words in {
        Nature.ONE_OFF: "one off, once | engangs, engang | engångs, engång",
        Nature.USAGE: "usage, used | forbruk, bruk | förbrukning, användning",
        Nature.PART: "part, part of month | del, del av måned | del av månad",
        Nature.CAMPAIGN: "campaign | kampanje | kampanj",
    }.items()
    for word in re.split(r"[,|]", words)
}
_COUNTRY_CODES: Final = {"NO": ("47", 8), "SE": ("46", 9)}


@lru_cache(maxsize=4_096)
def day(text: str) -> date:
    """2026-11-22 or 22.11.2026."""
    if iso := _ISO.fullmatch(text):
        year, month, day_no = iso.groups()
    elif dotted := _DOTTED.fullmatch(text):
        day_no, month, year = dotted.groups()
    else:
        raise Refused(N_("“{text}” is not a date. Write it like 2026-11-22."), text=text[:40])
    try:
        found = date(int(year), int(month), int(day_no))
    except ValueError:
        raise Refused(N_("There is no day “{text}”."), text=text) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Refused(
            N_("“{text}” is outside the years {first} to {last}."),
            text=text,
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    return found


@lru_cache(maxsize=4_096)
def quantity_milli(text: str) -> int:
    """A quantity in thousandths. A lone comma or dot is a decimal mark.

    One with three digits after it could be thousands as well ("1,234") and is refused; with a
    fourth ("1,2340") or behind a zero ("0,234") it is clear.
    """
    number = _DECIMAL.fullmatch(_tidy(text))
    if number is None:
        raise Refused(N_("“{text}” is not a quantity. Write it like 2 or 1,5."), text=text[:40])
    minus, whole, decimals = number.groups(default="")
    if len(decimals) == 3 and int(whole) and len(whole) <= 3:
        raise Refused(
            N_("“{text}” could be thousands or decimals. Write {thousands}, or {decimals}."),
            text=text,
            thousands=minus + whole + decimals,
            decimals=f"{minus}{whole},{decimals}0",
        )
    milli = _exact(minus, whole, decimals, 3)
    if milli is None:
        raise Refused(N_("“{text}” has more than three decimals."), text=text)
    if abs(milli) > LARGEST_QUANTITY * 1_000:
        raise Refused(
            N_("“{text}” is more than {largest}, the largest quantity."),
            text=text,
            largest=LARGEST_QUANTITY,
        )
    return milli


@lru_cache(maxsize=65_536)
def price_minor(text: str, currency: str) -> int:
    """A price in minor units, as ``parse_money`` reads it."""
    minor = parse_money(text, currency).minor
    if abs(minor) > LARGEST_PRICE_MINOR:
        raise Refused(N_("“{text}” is larger than any amount we handle."), text=text[:40])
    return minor


@lru_cache(maxsize=4_096)
def vat_basis_points(text: str) -> int:
    """A VAT rate in per cent ("25", "25 %", "11,11") as basis points."""
    rate = _DECIMAL.fullmatch(_tidy(text).removesuffix("%"))
    if rate is None or rate[1] or (points := _exact("", rate[2], rate[3] or "", 2)) is None:
        raise Refused(N_("“{text}” is not a VAT rate. Write per cent, like 25."), text=text[:40])
    if 0 < points < 100:
        raise Refused(
            N_("“{text}” is less than one per cent. Write the rate in per cent, like 25."),
            text=text,
        )
    if points > 10_000:
        raise Refused(N_("“{text}” is more than 100 per cent."), text=text)
    return points


def nature(text: str) -> str:
    """What kind of line it is, for explaining the bill: see ``explain.Nature``."""
    found = _NATURES.get(text.casefold().replace("-", " ").replace("_", " "))
    if found is None:
        raise Refused(
            N_("“{text}” is no kind of line. Write {kinds}, or nothing."),
            text=text[:40],
            kinds=", ".join(each.value.replace("_", " ") for each in Nature if each),
        )
    return found.value


def short(text: str, length: int) -> str:
    """Text that fits where it is kept and can be shown."""
    if not text.isprintable():
        raise Refused(N_("The text holds signs that cannot be shown. Write it again."))
    if len(text) > length:
        raise Refused(
            N_("The text has {found} characters; {length} is the most."),
            found=len(text),
            length=length,
        )
    return text


def number(text: str) -> str:
    """A customer's or an invoice's number: any short text but one the spreadsheet shortened."""
    if _SHORTENED.fullmatch(text):
        raise Refused(
            N_("“{text}” was shortened by the spreadsheet. Format the column as text."), text=text
        )
    return short(text, NUMBER_LENGTH)


def reference(text: str) -> str:
    """A payment reference without spaces; whether the agreement allows it is asked later."""
    if _SHORTENED.fullmatch(text):
        raise Refused(
            N_("“{text}” was shortened by the spreadsheet. Format the column as text."), text=text
        )
    return short(SPACES.sub("", text), REFERENCE_LENGTH)


def email(text: str) -> str:
    """An e-mail address that looks like one."""
    if not text.isprintable() or len(text) > EMAIL_LENGTH or not _EMAIL.fullmatch(text):
        raise Refused(
            N_("“{text}” is not an e-mail address. Write it like anna@example.com."),
            text=text[:60],
        )
    return text


def phone(text: str, country: str) -> str:
    """A phone number with country code, as "+4790012345"; the country's own may lack it."""
    digits = re.sub(r"[\s().\-/\u00a0]", "", text)
    digits = re.sub(r"^00", "+", digits)
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", digits):
        return digits
    code, length = _COUNTRY_CODES[country]
    if re.fullmatch(rf"{code}[0-9]{{{length}}}", digits):
        return f"+{digits}"
    if country == "NO" and re.fullmatch(r"[2-9][0-9]{7}", digits):
        return f"+{code}{digits}"
    if country == "SE" and re.fullmatch(r"0[1-9][0-9]{6,9}", digits):
        return f"+{code}{digits[1:]}"
    raise Refused(
        N_("“{text}” is not a phone number. Write it with country code, like +{code}…"),
        text=text[:40],
        code=code,
    )


def _tidy(text: str) -> str:
    return SPACES.sub("", text).replace("\u2212", "-")


def _exact(minus: str, whole: str, decimals: str, places: int) -> int | None:
    """The decimal number times ten to the ``places``; None if that is not a whole number."""
    scaled = Decimal(f"{minus}{whole}.{decimals or 0}").scaleb(places)
    return int(scaled) if scaled == scaled.to_integral_value() else None
