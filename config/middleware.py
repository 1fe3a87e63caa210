"""What holds for every page: small, kept by no cache, found by no search engine, without NUL."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class SmallPages(GZipMiddleware):
    """Compresses HTML, and only that: PDFs and pictures are compressed already.

    Nobody learns a secret from lengths (BREACH): Django blurs the length of each answer at random
    and writes the CSRF token differently each time, and other sites' requests carry no cookie.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The answer, compressed where it is a page and the browser takes gzip."""
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class PrivatePages:
    """Adds no-store and noindex to every answer that does not say otherwise itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow, noarchive")
        if request.resolver_match and request.resolver_match.url_name == "open_link":
            # A path that is a secret goes nowhere, not even to ourselves.
            response.headers["Referrer-Policy"] = "no-referrer"
        return response


class WithoutNul:
    """Refuses the one character that PostgreSQL cannot hold, before any query meets it.

    Forms refuse it themselves; questions in addresses and cookies (in quotes, as \\000) do not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            raise Http404
        asked = request.META.get("QUERY_STRING", "")
        if "%00" in asked or any("\0" in text for text in (asked, *request.COOKIES.values())):
            raise BadRequest("NUL")
        return self.get_response(request)
