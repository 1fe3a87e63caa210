"""Which language a page speaks: the reader's own choice, else the customer's, else the biller's."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

KNOWN = frozenset(code for code, _ in settings.LANGUAGES)


@contextmanager
def spoken(request: HttpRequest, preferred: str) -> Iterator[str]:
    """Speak the language the reader has switched to, else ``preferred``, else English."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    language = next((code for code in (chosen, preferred) if code in KNOWN), "en")
    with translation.override(language):
        yield language
