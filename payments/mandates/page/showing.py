"""How automatic payment is shown: as the page's panel over htmx, as a page of its own otherwise."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from invoices.billers.looks import look_of
from invoices.documents.links.access import Visit
from invoices.page.language import spoken
from invoices.page.view import InvoiceView
from invoices.page.views import own_language, view_of
from payments.mandates.page.forms import AccountForm
from payments.mandates.page.panels import NAME, Mode, autopay

REFUSED = 422


@contextmanager
def seen(request: HttpRequest, visit: Visit) -> Iterator[InvoiceView]:
    """The invoice as this visit sees it, in the customer's language."""
    with spoken(request, own_language(visit.invoice, visit.viewer)) as language:
        yield view_of(request, visit.invoice, visit.viewer, language, visit)


def page_of(view: InvoiceView) -> str:
    """The panel on the invoice's page."""
    return f"{view.page_url}#panel-{NAME}"


def landed(request: HttpRequest, view: InvoiceView, trouble: str = "") -> HttpResponse:
    """Back at the panel as it stands now; with trouble, on a page of its own without htmx."""
    view.known.clear()
    inline = bool(request.headers.get("HX-Request"))
    if not inline and not trouble:
        return see(page_of(view))
    context = {"panel": autopay(view), "trouble": trouble, "landed": True}
    status = REFUSED if trouble else 200
    if inline:
        return staying(rendered(request, view, "payments/mandates/_autopay.html", context, status))
    return rendered(request, view, "payments/mandates/alone.html", context, status)


def sign_page(request: HttpRequest, view: InvoiceView) -> HttpResponse:
    """Signing on a page of its own; over, the invoice's page says what has become of it."""
    panel = autopay(view)
    if panel.mode != Mode.SIGN:
        return redirect(page_of(view))
    context = {"panel": panel, "alone": True}
    return rendered(request, view, "payments/mandates/alone.html", context)


def to_the_account(request: HttpRequest, view: InvoiceView, moment: str) -> HttpResponse:
    """On to the form that asks for the account."""
    if request.headers.get("HX-Request"):
        return show(request, view, {"form": AccountForm(moment=moment)})
    url = reverse("autopay", args=[view.invoice.public_id])
    return see(f"{url}?moment={moment}")


def show(
    request: HttpRequest, view: InvoiceView, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """The form, as a panel over htmx and as a page otherwise."""
    inline = bool(request.headers.get("HX-Request"))
    template = "payments/mandates/_form.html" if inline else "payments/mandates/form.html"
    return staying(rendered(request, view, template, {"inline": inline, **context}, status))


def rendered(
    request: HttpRequest,
    view: InvoiceView,
    template: str,
    context: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    """A template with what every one of them knows."""
    biller = view.invoice.biller
    shared = {"page": view, "invoice": view.invoice, "biller": biller, "brand": look_of(biller)}
    return render(request, template, {**shared, **context}, status=status)


def see(url: str) -> HttpResponse:
    """Another page, to be got."""
    answer = redirect(url)
    answer.status_code = 303
    return answer


def staying(answer: HttpResponse) -> HttpResponse:
    """Over htmx the reader stays on the invoice page, and so does the address."""
    answer.headers["HX-Push-Url"] = "false"
    return answer
