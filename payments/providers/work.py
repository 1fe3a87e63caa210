"""Talking to providers: always between transactions, never inside one.

Each step stores what is to be done, commits, calls, and stores the answer. A process may die at
any line: the call carries the same reference again, and ``look`` finds out from the provider.
"""

import logging
from datetime import timedelta
from typing import Final
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from invoices import clock
from invoices.history.actors import SYSTEM
from payments.providers import actions
from payments.providers.base import Order, Provider, ProviderError, Seen, Status
from payments.providers.models import PaymentIntent, ProviderAccount
from payments.providers.registry import connect
from payments.providers.seal import unseal

log = logging.getLogger(__name__)

# A call takes ten seconds at most: after these, one that left no trace was never made.
NEVER_HEARD_AFTER: Final = timedelta(seconds=60)
GIVEN_UP_AFTER: Final = timedelta(hours=24)


def provider_of(account: ProviderAccount) -> Provider:
    """The account's provider, with its keys opened."""
    return connect(account.provider, unseal(account.sealed))


def order_of(intent: PaymentIntent) -> Order:
    """The payment as its adapter knows it."""
    invoice, account = intent.invoice, intent.account
    base = settings.BASE_URL
    back = reverse("payment_back", args=[invoice.public_id, intent.public_id])
    return Order(
        reference=intent.reference,
        amount_minor=intent.amount_minor,
        currency=invoice.currency,
        text=f"{invoice.biller.name} {invoice.number}",
        return_url=urljoin(base, back),
        hook_url=urljoin(base, hook_path(account)),
        language=intent.language,
        provider_ref=intent.provider_ref,
    )


def hook_path(account: ProviderAccount) -> str:
    """Where the provider's webhooks come in."""
    return reverse("provider_hook", args=[account.provider, account.public_id])


def hand_over(intent_id: int) -> PaymentIntent:
    """Tell the provider of a payment that was stored, and keep where the customer goes on.

    Only the first who comes tells it. A provider that says no ends it; what becomes of one that
    does not answer, ``look`` finds out.
    """
    intent = _read(intent_id)
    if not actions.claim_to_ask(intent_id, actor=SYSTEM):
        return intent
    provider, order = provider_of(intent.account), order_of(intent)
    try:
        started = provider.start(order)
    except ProviderError as error:
        _log(intent, error)
        if error.permanent:
            actions.note_status(intent_id, Status(Seen.FAILED, code=error.code), actor=SYSTEM)
        return _read(intent_id)
    if not actions.note_started(intent_id, started, actor=SYSTEM):
        _quietly_cancel(provider, intent, order)
    return _read(intent_id)


def look(intent_id: int) -> PaymentIntent:
    """Ask the provider how it stands, draw what is approved, and follow what it says."""
    intent = _read(intent_id)
    provider, order = provider_of(intent.account), order_of(intent)
    try:
        status = provider.fetch(order)
        if status.seen == Seen.APPROVED:
            # Kept first: whoever dies now knows that the customer has said yes.
            actions.note_status(intent_id, status, actor=SYSTEM)
            provider.capture(order)
            status = provider.fetch(order)
        elif status.seen == Seen.PENDING and clock.now() > intent.expires_at:
            provider.cancel(order)
            status = _called(provider.fetch(order), Seen.EXPIRED)
    except ProviderError as error:
        _log(intent, error)
        status = Status(Seen.PENDING)
    return actions.note_status(intent_id, _settled(intent, status), actor=SYSTEM)


def call_off(intent_id: int) -> PaymentIntent:
    """The customer takes it back; what was drawn in the meantime is booked all the same."""
    intent = _read(intent_id)
    provider, order = provider_of(intent.account), order_of(intent)
    _quietly_cancel(provider, intent, order)
    try:
        status = _called(provider.fetch(order), Seen.CANCELLED)
    except ProviderError as error:
        _log(intent, error)
        return intent
    if status.seen == Seen.APPROVED:
        return look(intent_id)  # too late: the customer has said yes, and it will be drawn
    return actions.note_status(intent_id, status, actor=SYSTEM)


def _read(intent_id: int) -> PaymentIntent:
    """Read it afresh. Durable: Django refuses this inside of a transaction, and so every call."""
    with transaction.atomic(durable=True):
        intents = PaymentIntent.objects.select_related("account", "invoice__biller")
        return intents.get(pk=intent_id)


def _called(status: Status, seen: Seen) -> Status:
    """What we took back has one name here, though providers call it cancelled or expired."""
    if status.seen not in (Seen.CANCELLED, Seen.EXPIRED):
        return status
    return Status(seen, code=status.code)


def _settled(intent: PaymentIntent, status: Status) -> Status:
    """What becomes of a payment that the provider knows nothing of, or is silent about."""
    age = clock.now() - intent.created_at
    if status.seen == Seen.UNKNOWN and age > NEVER_HEARD_AFTER:
        return Status(Seen.FAILED, code="never_heard_of")
    if status.seen in (Seen.PENDING, Seen.UNKNOWN) and age > GIVEN_UP_AFTER:
        return Status(Seen.EXPIRED, code="silent")
    return status


def _quietly_cancel(provider: Provider, intent: PaymentIntent, order: Order) -> None:
    try:
        provider.cancel(order)
    except ProviderError as error:
        _log(intent, error)  # too late, or unheard: the next look says which


def _log(intent: PaymentIntent, error: ProviderError) -> None:
    log.warning("%s, payment %s: %s", intent.account.provider, intent.reference, error.code)
