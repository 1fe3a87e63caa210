"""Answers an open page that asks for the panels that have changed."""

from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from invoices.billers.models import Biller
from invoices.panels import draw


class Page(Protocol):
    """What a page's view object tells of itself; ``on`` is the day it was drawn for."""

    @property
    def viewer(self) -> str: ...
    @property
    def on(self) -> Any: ...


def panels_answer(
    request: HttpRequest, page: str, view: Page, *, version: int, biller: Biller
) -> HttpResponse:
    """The panels in ``names``, or all where the page's ``v`` or its day ``on`` is not the present
    one; 204 where nothing has happened since. The headers say which version the answer is.

    ``version`` is read before the panels are: an answer is never older than it says.
    """
    headers = {"X-Nota-Version": str(version), "X-Nota-On": view.on.isoformat()}
    names = request.GET.get("names", "")
    seen = (request.GET.get("v"), request.GET.get("on"))
    if not names and seen == (headers["X-Nota-Version"], headers["X-Nota-On"]):
        return HttpResponse(status=204, headers=headers)
    panels = draw(page, view.viewer, view, names.split(",") if names else None)
    context = {"page": view, "biller": biller, "panels": panels}
    response = render(request, "components/panels.html", context)
    for name, value in headers.items():
        response.headers[name] = value
    return response
