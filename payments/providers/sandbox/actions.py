"""What happens on the sandbox's side."""

from django.db import transaction

from payments.providers.base import Order
from payments.providers.sandbox.models import SandboxPayment

State = SandboxPayment.State


def open_payment(order: Order) -> SandboxPayment:
    """The payment of this reference, made where it is new."""
    payment, _made = SandboxPayment.objects.get_or_create(
        reference=order.reference,
        defaults={
            "amount_minor": order.amount_minor,
            "currency": order.currency,
            "text": order.text[:100],
            "return_url": order.return_url,
            "language": order.language,
        },
    )
    return payment


def move(reference: str, old: State, new: State) -> bool:
    """From one state to the next; False where it stands elsewhere."""
    return SandboxPayment.objects.filter(reference=reference, state=old).update(state=new) == 1


def refund(reference: str, amount_minor: int, key: str) -> bool:
    """Give an amount back, once for each key; False where that is more than was drawn."""
    with transaction.atomic():
        payment = SandboxPayment.objects.select_for_update().get(reference=reference)
        if key in payment.refunds:
            return True
        refunded = payment.refunded_minor + amount_minor
        if payment.state != State.CAPTURED or refunded > payment.amount_minor:
            return False
        payment.refunded_minor = refunded
        payment.refunds[key] = amount_minor
        payment.save(update_fields=["refunded_minor", "refunds"])
        return True
