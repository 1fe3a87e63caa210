"""The customer's one tap after a conversation was closed, and the words that may follow."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from invoices.billers.areas import Area
from invoices.documents.links.gates import unlocked
from invoices.errors import N_, Refused
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.page.language import spoken
from invoices.page.sentences import error_sentence
from invoices.page.views import for_customer, own_language
from invoices.panels import CUSTOMER
from messaging.satisfaction.actions import add_words, rate
from messaging.satisfaction.states import Score


@require_POST
@unlocked(Area.MESSAGES)
def rate_conversation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """``score`` is one of Score, or ``words`` are what is added to it."""
    invoice = for_customer(request, public_id)
    score, text = request.POST.get("score", ""), request.POST.get("words", "")
    with spoken(request, own_language(invoice, CUSTOMER)):
        try:
            if score in list(Score):
                rate(invoice, Score(score), actor=THE_CUSTOMER)
            elif "words" in request.POST:
                add_words(invoice, text, actor=THE_CUSTOMER)
            else:
                raise Refused(N_("Choose first how it went."))
        except Refused as refused:
            words = error_sentence(refused)
            return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    answer = redirect(f"{reverse('invoice_page', args=[public_id])}#panel-satisfaction")
    answer.status_code = 303
    return answer
