"""What holds for every page: nothing is kept by caches, nothing is found by search engines."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


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
