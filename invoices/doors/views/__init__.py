"""The pages of this room. What is done is said by a word in the address (``?done=``), not kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from invoices.billers.looks import look_of
from invoices.documents.models import Invoice
from invoices.page.language import spoken


def page(
    request: HttpRequest,
    template: str,
    invoice: Invoice,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Draw one of this room's pages for a customer; call within ``speaking``.

    ``here`` in the context is where the page can be asked for again, if it answers a POST.
    """
    shared = {"biller": invoice.biller, "brand": look_of(invoice.biller), "invoice": invoice}
    done = done_words(request.GET.get("done", ""))
    return render(
        request,
        template,
        {**shared, "done": done, **context},
        status=status,
    )


def speaking(request: HttpRequest, invoice: Invoice) -> Any:
    """The reader's language, or the customer's."""
    return spoken(request, invoice.customer.language)


def done_words(done: str) -> str:
    """What has just been done; "" for a word that is none of ours."""
    words = {
        "closed": _("The link is closed. Whoever was inside is out."),
        "replaced": _("A new link is on its way to the address on file, and closes the old one."),
        "sent": _("A link is on its way to the address on file."),
        "added": _("Added. Confirm it with a code before we send anything important there."),
        "removed": _("Removed. Links that were sent there are closed."),
        "first": _("This is where we try first now."),
        "confirmed": _("The address is confirmed."),
    }
    return words.get(done, "")
