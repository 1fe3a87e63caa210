"""The biller's answers, offered to who is writing before it is sent; measured as it is."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from invoices.billers.areas import Area
from invoices.billers.looks import look_of
from invoices.documents.links.gates import unlocked
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.page.language import spoken
from invoices.page.views import for_customer, own_language
from invoices.panels import CUSTOMER
from messaging.drafts.actions import drop_draft
from messaging.faq.actions import note_outcome, note_shown
from messaging.faq.queries import fitting
from messaging.threads.posted import posted_id
from messaging.threads.words import Part, parts


@dataclass(frozen=True, slots=True)
class Offered:
    """An answer as it is offered; ``url`` takes what came of it."""

    question: str
    parts: Sequence[Part]
    url: str


@require_POST
@unlocked(Area.MESSAGES)
def message_answers(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The answers that fit what is being written; 204 where none does."""
    invoice = for_customer(request, public_id)
    with spoken(request, own_language(invoice, CUSTOMER)) as language:
        message_id = posted_id(request)
        offered = offer(invoice, language, request.POST.get("text", ""), message_id)
        if not offered:
            return HttpResponse(status=204)
        return render(request, "messaging/faq/_offered.html", {"offered": offered})


@require_POST
@unlocked(Area.MESSAGES)
def answer_outcome(
    request: HttpRequest, public_id: uuid.UUID, answer_id: uuid.UUID
) -> HttpResponse:
    """An offered answer was opened or, with ``helped``, made the message needless."""
    invoice = for_customer(request, public_id)
    message_id, helped = posted_id(request), "helped" in request.POST
    known = note_outcome(answer_id, invoice.biller, message_id, helped=helped, actor=THE_CUSTOMER)
    if helped and known:
        drop_draft(message_id, actor=THE_CUSTOMER)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    answer = redirect(f"{reverse('invoice_page', args=[public_id])}#panel-messages")
    answer.status_code = 303
    return answer


def offer(invoice: Invoice, language: str, text: str, message_id: uuid.UUID) -> list[Offered]:
    """The answers that fit, noted as shown."""
    found = fitting(invoice.biller_id, language, text)
    note_shown([each.id for each in found], message_id, actor=THE_CUSTOMER)
    return [
        Offered(
            each.question,
            parts(each.answer),
            reverse("answer_outcome", args=[invoice.public_id, each.public_id]),
        )
        for each in found
    ]


def step_before(
    request: HttpRequest, invoice: Invoice, language: str, message_id: uuid.UUID
) -> HttpResponse | None:
    """Without a script: a page with the answers that fit, from which the message can be sent all
    the same; None where none fits, or it was passed already.
    """
    if request.POST.get("anyway") or request.headers.get("HX-Request") or request.FILES:
        return None
    text = request.POST.get("text", "")
    offered = offer(invoice, language, text, message_id)
    if not offered:
        return None
    context = {
        "biller": invoice.biller,
        "brand": look_of(invoice.biller),
        "invoice": invoice,
        "offered": offered,
        "text": text,
        "about": request.POST.get("about", "")[:60],
        "message_id": message_id,
    }
    return render(request, "messaging/faq/before.html", context)
