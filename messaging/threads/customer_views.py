"""What the customer does in the thread: writes, and has seen. Works with and without JavaScript."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from invoices.billers.areas import Area
from invoices.billers.looks import look_of
from invoices.documents.links.access import visit_of
from invoices.documents.links.gates import unlocked
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.page.language import spoken
from invoices.page.sentences import error_sentence
from invoices.page.views import for_customer, own_language
from invoices.panels import CUSTOMER
from messaging.drafts.actions import keep_draft
from messaging.files.rules import ACCEPT
from messaging.files.uploads import bounded, posted_files
from messaging.threads import actions
from messaging.threads.answer_views import step_before
from messaging.threads.models import Message
from messaging.threads.posted import posted_id, posted_marks
from messaging.threads.states import TEXT_MAX

REFUSED = 422


@bounded
@require_POST
@unlocked(Area.MESSAGES)
def post_message(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The customer writes. A script gets 204, or 422 with the sentence; a form is led back."""
    invoice = for_customer(request, public_id)
    message_id = posted_id(request)
    with spoken(request, own_language(invoice, CUSTOMER)) as language:
        if step := step_before(request, invoice, language, message_id):
            return step
        try:
            actions.post(
                invoice,
                request.POST.get("text", ""),
                actor=THE_CUSTOMER,
                message_id=message_id,
                about=request.POST.get("about", "")[:60],
                files=posted_files(request),
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


@require_POST
@unlocked(Area.MESSAGES)
def message_draft(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the customer has written so far, for the next time the page is opened by this link."""
    visit = visit_of(request, public_id)
    if visit is None or visit.viewer != CUSTOMER:
        raise Http404
    message_id = posted_id(request)
    if not Message.objects.filter(public_id=message_id).exists():
        keep_draft(
            visit.invoice,
            visit.link.pk,
            request.POST.get("text", ""),
            actor=THE_CUSTOMER,
            message_id=message_id,
            about=request.POST.get("about", "")[:60],
        )
    return HttpResponse(status=204)


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
        "accept": ACCEPT,
    }
    return render(request, "messaging/threads/write.html", context, status=REFUSED)
