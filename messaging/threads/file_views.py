"""The files of a conversation, for whoever may read it: always handed over, never opened here."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from invoices.billers.areas import Area
from invoices.documents.links.gates import unlocked
from invoices.documents.models import Invoice
from invoices.page.views import for_customer, for_staff
from messaging.files.rules import CONTENT_TYPES, FileKind
from messaging.threads.queries import file_of

# Whatever a file may be to some program, as a page of ours it can do nothing.
_SHUT = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"


@require_safe
@unlocked(Area.MESSAGES)
def message_file(request: HttpRequest, public_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
    """A file of the conversation, for whoever came by the customer's own link."""
    return _handed_over(for_customer(request, public_id), file_id, staff=False)


@require_safe
@unlocked(Area.MESSAGES)
def message_file_small(
    request: HttpRequest, public_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponse:
    """The small picture of a file, for whoever came by the customer's own link."""
    return _small(for_customer(request, public_id), file_id, staff=False)


@require_safe
@login_required
def staff_message_file(
    request: HttpRequest, slug: str, public_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponse:
    """A file of the conversation, for the biller's staff who see its invoices."""
    invoice, _role = for_staff(request, slug, public_id)
    return _handed_over(invoice, file_id, staff=True)


@require_safe
@login_required
def staff_message_file_small(
    request: HttpRequest, slug: str, public_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponse:
    """The small picture of a file, for the biller's staff who see its invoices."""
    invoice, _role = for_staff(request, slug, public_id)
    return _small(invoice, file_id, staff=True)


def _handed_over(invoice: Invoice, file_id: uuid.UUID, *, staff: bool) -> HttpResponse:
    sent = file_of(invoice.pk, file_id, for_staff=staff)
    if sent is None:
        raise Http404
    answer = _answer(bytes(sent.file.data), CONTENT_TYPES[FileKind(sent.file.kind)])
    named = content_disposition_header(as_attachment=True, filename=sent.name)
    answer.headers["Content-Disposition"] = named or "attachment"
    return answer


def _small(invoice: Invoice, file_id: uuid.UUID, *, staff: bool) -> HttpResponse:
    sent = file_of(invoice.pk, file_id, for_staff=staff)
    if sent is None or sent.file.small is None:
        raise Http404
    return _answer(bytes(sent.file.small), CONTENT_TYPES[FileKind.JPEG])


def _answer(data: bytes, content_type: str) -> HttpResponse:
    headers = {
        "Content-Security-Policy": _SHUT,
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(data, content_type=content_type, headers=headers)
