"""What the customer does in the thread: writes, and has seen. Works with and without JavaScript."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from invoices.billers.areas import Area
from invoices.billers.looks import look_of
from invoices.documents.links.gates import unlocked
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.page.language import spoken
from invoices.page.sentences import error_sentence
from invoices.page.views import for_customer, own_language
from invoices.panels import CUSTOMER
from messaging.threads import actions
from messaging.threads.states import TEXT_MAX

REFUSED = 422


@require_POST
@unlocked(Area.MESSAGES)
def post_message(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The customer writes. A script gets 204, or 422 with the sentence; a form is led back."""
    invoice = for_customer(request, public_id)
    with spoken(request, own_language(invoice, CUSTOMER)):
        try:
            actions.post(
                invoice,
                request.POST.get("text", ""),
                actor=THE_CUSTOMER,
                message_id=posted_id(request),
                about=request.POST.get("about", "")[:60],
            )
        except Refused as refused:
            return _refused(request, invoice, refused)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    answer = redirect(f"{reverse('invoice_page', args=[public_id])}#panel-messages")
    answer.status_code = 303
    return answer


@require_POST
@unlocked(Area.MESSAGES)
def messages_seen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A page of the customer's has shown messages; see ``actions.mark``."""
    invoice = for_customer(request, public_id)
    got_no, read_no = posted_marks(request)
    actions.mark(invoice, actor=THE_CUSTOMER, got_no=got_no, read_no=read_no)
    return HttpResponse(status=204)


def posted_id(request: HttpRequest) -> uuid.UUID:
    """The id that the writer's page made for the message; a fresh one where it made none."""
    given = request.POST.get("message_id", "")
    try:
        return uuid.UUID(given) if given else uuid.uuid4()
    except ValueError:
        raise Http404 from None


def posted_marks(request: HttpRequest) -> tuple[int, int]:
    """The numbers of the last message shown, and of the last one seen; 0 for none."""
    got, read = (request.POST.get(name, "") for name in ("got", "read"))
    return (number(got), number(read))


def number(text: str) -> int:
    """A small whole number as it was posted; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _refused(request: HttpRequest, invoice: Invoice, refused: Refused) -> HttpResponse:
    words = error_sentence(refused)
    if request.headers.get("HX-Request"):
        return HttpResponse(words, status=REFUSED, content_type="text/plain; charset=utf-8")
    context = {
        "biller": invoice.biller,
        "brand": look_of(invoice.biller),
        "invoice": invoice,
        "error": words,
        "text": request.POST.get("text", ""),
        "about": request.POST.get("about", "")[:60],
        "message_id": uuid.uuid4(),
        "text_max": TEXT_MAX,
    }
    return render(request, "messaging/threads/write.html", context, status=REFUSED)
