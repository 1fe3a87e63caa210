"""Money, dates and icons for templates, in the language the page is read in."""

import datetime as dt
import re
from functools import cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info

from invoices import clock as house_clock
from invoices.money import Money, format_money
from invoices.page.words import clock, due_words, long_date

register = template.Library()


def _language() -> str:
    return get_language() or "en"


@register.filter
def money(amount: Money | None) -> str:
    """``{{ panel.left|money }}``; nothing at all where there is no amount."""
    return "" if amount is None else format_money(amount, _language())


@register.filter(expects_localtime=True)
def longdate(on: dt.date | None) -> str:
    """``{{ panel.due_on|longdate }}``: "lørdag 28. november"."""
    if on is None:
        return ""
    return long_date(on.date() if isinstance(on, dt.datetime) else on, _language())


@register.filter
def duewords(on: dt.date | None) -> str:
    """``{{ row.due_on|duewords }}``: "in 6 days", counted from today where the reader is."""
    return "" if on is None else due_words(on, house_clock.today())


@register.filter(name="clock", expects_localtime=True)
def clock_filter(at: dt.datetime | None) -> str:
    """``{{ entry.at|clock }}``: 09.41 or 09:41."""
    return "" if at is None else clock(at, _language())


@register.simple_tag
def made_at() -> str:
    """The time at which this page is being made, for the sign that says how fresh it is."""
    return clock(timezone.localtime(house_clock.now()), _language())


@register.simple_tag
@cache
def asset(path: str) -> str:
    """``{% asset "css/base.css" %}``: ``{% static %}``, looked up once; it never changes."""
    return static(path)


@register.simple_tag
@cache
def languages() -> list[tuple[str, str]]:
    """The house's languages: the code, and what its speakers call it."""
    return [
        (code, capfirst(get_language_info(code)["name_local"])) for code, _ in settings.LANGUAGES
    ]


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """``{% icon "copy" %}``: one of ``templates/components/icons``, hidden from screen readers."""
    if not re.fullmatch(r"[a-z]+", name):
        raise ValueError(f"not the name of an icon: {name!r}")
    return render_to_string("components/icon.html", {"shapes": f"components/icons/{name}.html"})
