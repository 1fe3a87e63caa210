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
    said = _Said(values, str(values.get("currency") or currency), get_language() or "en")
    return gettext(template).format_map(said)


class _Said(dict[str, object]):
    """The values a sentence asks for, each put into words when it does: most ask for one or two."""

    def __init__(self, values: Mapping[str, object], currency: str, language: str) -> None:
        self._values = values
        self._currency = currency
        self._language = language

    def __missing__(self, name: str) -> object:
        minor = self._values.get(f"{name}_minor")
        if isinstance(minor, int):
            return format_money(Money(minor, self._currency), self._language)
        value = self._values[name]
        if name.endswith("_on") and isinstance(value, str):
            return long_date(date.fromisoformat(value), self._language)
        return value


def error_sentence(error: NotaError, currency: str = "") -> str:
    """What an error says, in the reader's language."""
    return fill(error.template, error.values, currency)
