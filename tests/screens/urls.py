"""The product's addresses, the demo's, and one that always fails."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from config.urls import urlpatterns as of_the_product


def fault(request: HttpRequest) -> HttpResponse:
    """Fail, as our own bugs would."""
    raise RuntimeError("asked for")


urlpatterns = [
    path("fault/", fault),
    path("demo/", include("config.demo.urls")),
    *of_the_product,
]
