"""Templates filled in, in the reader's language."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import get_language, gettext

from invoices.errors import NotaError
from invoices.money import Money, format_money
from invoices.page.words import long_date


def fill(template: str, values: Mapping[str, object], currency: str = "") -> str:
    """Translate a template and fill it in.

    ``x_minor`` becomes ``{x}`` as money in ``currency`` (or ``values["currency"]``), ``x_on``
    (an ISO day) becomes ``{x_on}`` as a spoken date, everything else is put in as it is.
    """
    if not template:
        return ""
    language = get_language() or "en"
    currency = str(values.get("currency") or currency)
    said: dict[str, object] = {}
    for name, value in values.items():
        if name.endswith("_minor") and isinstance(value, int):
            said[name.removesuffix("_minor")] = format_money(Money(value, currency), language)
        elif name.endswith("_on") and isinstance(value, str):
            said[name] = long_date(date.fromisoformat(value), language)
        else:
            said[name] = value
    return gettext(template).format(**said)


def error_sentence(error: NotaError, currency: str = "") -> str:
    """What an error says, in the reader's language."""
    return fill(error.template, error.values, currency)
