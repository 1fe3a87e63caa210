"""One view: one invoice read, sixty rows written."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path

from invoices.documents.models import Invoice

ROWS = 60


def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The invoice, sixty times. The length is told as the page's middleware tells it."""
    invoice = Invoice.objects.get(pk=pk)
    html = render_to_string("rows.html", {"rows": [invoice] * ROWS}).encode()
    return HttpResponse(html, headers={"Content-Length": str(len(html))})


urlpatterns = [path("rows/<int:pk>/", rows)]
