"""The sandbox's own pages: where the customer of a demo approves or declines play money."""

import uuid
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from invoices.money import Money
from invoices.page.language import spoken
from payments.providers import tasks
from payments.providers.models import PaymentIntent
from payments.providers.sandbox import actions
from payments.providers.sandbox.models import SandboxPayment

State = SandboxPayment.State
ANSWERS = {"approve": State.APPROVED, "decline": State.DECLINED}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What is asked for, and two buttons; afterwards back to where the customer came from."""
    payment = get_object_or_404(SandboxPayment, public_id=public_id)
    if request.method == "POST":
        answer = ANSWERS.get(request.POST.get("answer", ""))
        if answer and actions.move(payment.reference, State.PENDING, answer):
            _ring(payment)
        # It lives in this house: the path alone leads back, by whatever name we were called.
        return redirect(urlsplit(payment.return_url).path)
    amount = Money(payment.amount_minor, payment.currency)
    asked = payment.state == State.PENDING
    context = {"payment": payment, "amount": amount, "asked": asked}
    with spoken(request, payment.language):
        return render(request, "payments/providers/sandbox.html", context)


def _ring(payment: SandboxPayment) -> None:
    """What a webhook does for the other providers."""
    for intent in PaymentIntent.objects.filter(public_id=payment.reference):
        tasks.look.defer(intent_id=intent.pk)
