"""A whole provider in play money: its pages approve and decline. For trying out, tests, the demo.

Unlike the others it lives in this very process, and its books are a table of ours.
"""

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from payments.providers.base import (
    Hook,
    Notice,
    Order,
    ProviderError,
    Seen,
    SignatureError,
    Started,
    Status,
)
from payments.providers.sandbox import actions
from payments.providers.sandbox.models import SandboxPayment
from payments.providers.signatures import check_t_v1, json_of

State = SandboxPayment.State


@dataclass(frozen=True, slots=True, repr=False)
class Sandbox:
    """``secret`` signs its webhooks."""

    secret: str
    takes_seconds: ClassVar[int] = 900

    def start(self, order: Order) -> Started:
        payment = actions.open_payment(order)
        return Started(str(payment.public_id), reverse("sandbox", args=[payment.public_id]))

    def fetch(self, order: Order) -> Status:
        payment = SandboxPayment.objects.filter(reference=order.reference).first()
        if payment is None:
            return Status(Seen.UNKNOWN)
        drawn = payment.amount_minor if payment.state == State.CAPTURED else 0
        return Status(Seen(payment.state), drawn, payment.refunded_minor, payment.state)

    def capture(self, order: Order) -> None:
        actions.move(order.reference, State.APPROVED, State.CAPTURED)

    def cancel(self, order: Order) -> None:
        actions.move(order.reference, State.PENDING, State.CANCELLED)
        actions.move(order.reference, State.APPROVED, State.CANCELLED)

    def refund(self, order: Order, amount_minor: int, key: str) -> None:
        if not actions.refund(order.reference, amount_minor, key):
            raise ProviderError("more_than_drawn", permanent=True)

    def verify(self, hook: Hook) -> Notice:
        check_t_v1(hook.headers.get("nota-sandbox", ""), self.secret, hook.raw, hook.now)
        said = json_of(hook.raw)
        reference, key = said.get("reference"), said.get("id")
        if not isinstance(reference, str) or not isinstance(key, str):
            raise SignatureError("it says not which payment")
        return Notice(reference, key)
