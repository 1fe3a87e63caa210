"""The invoice and its receipts as PDF, behind the same doors as the page.

A customer reads them in the language the page is read in; staff see the customer's own. HEAD says
that there is a PDF, and makes none.
"""

import uuid
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from invoices.billers.areas import Area
from invoices.documents.links.gates import unlocked
from invoices.documents.models import Invoice
from invoices.documents.pdf.actions import pdf_now, pdf_of_record, receipt_pdf
from invoices.documents.pdf.models import StoredPdf
from invoices.documents.pdf.queries import kind_of_record, payment_entry
from invoices.documents.pdf.turns import PdfUnavailable
from invoices.page.language import KNOWN, spoken
from invoices.page.sentences import error_sentence
from invoices.page.views import for_customer, for_staff

RETRY_AFTER_S = 3


@require_safe
@unlocked(Area.DOCUMENTS)
def invoice_pdf(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The invoice as issued; see ``_of_record``."""
    return _of_record(request, for_customer(request, public_id))


@require_safe
@unlocked(Area.DOCUMENTS)
def invoice_pdf_now(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The invoice as it stands at this moment."""
    return _now(request, for_customer(request, public_id))


@require_safe
@unlocked(Area.DOCUMENTS)
def receipt(request: HttpRequest, public_id: uuid.UUID, entry_id: uuid.UUID) -> HttpResponse:
    """The receipt of one payment."""
    return _receipt(request, for_customer(request, public_id), entry_id)


@require_safe
@login_required
def staff_invoice_pdf(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """As ``invoice_pdf``, for staff: the very same bytes."""
    return _of_record(request, for_staff(request, slug, public_id)[0], as_staff=True)


@require_safe
@login_required
def staff_invoice_pdf_now(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """As ``invoice_pdf_now``, for staff."""
    return _now(request, for_staff(request, slug, public_id)[0], as_staff=True)


@require_safe
@login_required
def staff_receipt(
    request: HttpRequest, slug: str, public_id: uuid.UUID, entry_id: uuid.UUID
) -> HttpResponse:
    """As ``receipt``, for staff."""
    return _receipt(request, for_staff(request, slug, public_id)[0], entry_id, as_staff=True)


def _of_record(request: HttpRequest, invoice: Invoice, *, as_staff: bool = False) -> HttpResponse:
    """The document of record, made on the first GET and the same bytes from then on.

    Its hash is its ETag. ``?with=xml`` is the same invoice as Factur-X, which it may be anyway, as
    the biller chose. Making it on a GET is no change of state: see ``pdf_of_record``.
    """

    def make(language: str) -> HttpResponse:
        kind = StoredPdf.Kind.ISSUED_WITH_XML
        if request.GET.get("with") != "xml":
            kind = kind_of_record(invoice, language)
        stored = pdf_of_record(invoice, kind, language=language)
        response = _file(request, bytes(stored.content), _("Invoice"), invoice)
        response.headers["ETag"] = etag = f'"{stored.sha256}"'
        return get_conditional_response(request, etag=etag, response=response) or response

    return _answer(request, _language(request, invoice, as_staff), make)


def _now(request: HttpRequest, invoice: Invoice, *, as_staff: bool = False) -> HttpResponse:
    def make(language: str) -> HttpResponse:
        content = pdf_now(invoice, language=language)
        return _file(request, content, _("Invoice now"), invoice)

    return _answer(request, _language(request, invoice, as_staff), make)


def _receipt(
    request: HttpRequest, invoice: Invoice, entry_id: uuid.UUID, *, as_staff: bool = False
) -> HttpResponse:
    entry = payment_entry(invoice, entry_id)
    if entry is None:
        raise Http404

    def make(language: str) -> HttpResponse:
        content = receipt_pdf(invoice, entry, language=language)
        return _file(request, content, _("Receipt"), invoice)

    return _answer(request, _language(request, invoice, as_staff), make)


def _language(request: HttpRequest, invoice: Invoice, as_staff: bool) -> str:
    own = invoice.customer.language
    if as_staff:
        return own if own in KNOWN else "en"
    with spoken(request, own) as language:
        return language


def _answer(
    request: HttpRequest, language: str, make: Callable[[str], HttpResponse]
) -> HttpResponse:
    """The PDF, or 503 with a sentence that says why there is none."""
    if request.method == "HEAD":
        return HttpResponse(content_type="application/pdf")
    with translation.override(language):
        try:
            return make(language)
        except PdfUnavailable as why:
            context = {"sentence": error_sentence(why)}
            response = render(request, "pdf/unavailable.html", context, status=503)
            response.headers["Retry-After"] = str(RETRY_AFTER_S)
            return response


def _file(request: HttpRequest, content: bytes, what: str, invoice: Invoice) -> HttpResponse:
    """The answer with a file name people find again; shown, or saved where ``?save`` asks."""
    words = (what, invoice.biller.name, invoice.number)
    name = "-".join(slugify(word, allow_unicode=True) for word in words) + ".pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header("save" in request.GET, name) or "",
            "Cache-Control": "no-store, private",
        },
    )
