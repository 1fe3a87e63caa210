"""The only writer of payments through providers. No call to a provider is made in here."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction

from invoices import clock
from invoices.billers.models import Biller
from invoices.documents.actions import lock_invoice
from invoices.documents.models import Invoice
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import record
from invoices.ledger.actions import (
    TransferDraft,
    biller_account,
    credit_accounts,
    post_transfers,
)
from invoices.ledger.codes import AccountKind, Code
from invoices.ledger.models import Account
from payments.matching.expected.actions import Arrived, meet
from payments.providers.base import Notice, Seen, Started, Status
from payments.providers.models import PaymentIntent, ProviderAccount, ProviderMessage
from payments.providers.registry import PROVIDERS, connect, label_of
from payments.providers.seal import seal, unseal
from payments.providers.states import IN_FLIGHT, IntentState, kind_of, leads
from payments.underway import actions as underway
from payments.underway.models import Underway

FIRST_LOOK_S: Final = 3
LONGEST_WAIT_S: Final = 60

_SEEN: Final = {
    Seen.APPROVED: IntentState.APPROVED,
    Seen.CAPTURED: IntentState.CAPTURED,
    Seen.DECLINED: IntentState.DECLINED,
    Seen.CANCELLED: IntentState.CANCELLED,
    Seen.EXPIRED: IntentState.EXPIRED,
    Seen.FAILED: IntentState.FAILED,
}


@transaction.atomic
def connect_provider(
    biller: Biller,
    provider: str,
    keys: Mapping[str, object],
    *,
    live: bool,
    actor: Actor,
) -> ProviderAccount:
    """Offer a provider on the biller's invoices, or give it new keys; records
    ``provider.connected``.

    Refused for an unknown provider, one that does not take the biller's currency, and keys that
    it does not know or lacks. The keys are kept sealed, and told to nobody.
    """
    kind = PROVIDERS.get(provider)
    if kind is None:
        raise Refused(N_("Choose one of: {names}."), names=", ".join(PROVIDERS))
    if biller.currency not in kind.currencies:
        raise Refused(
            N_("{provider} does not take {currency}."),
            provider=kind.label,
            currency=biller.currency,
        )
    try:
        connect(provider, dict(keys))
    except (TypeError, ValueError) as error:
        # Its text names keys, never their values.
        raise Refused(N_("The keys are not right: {why}."), why=str(error)) from None
    account, _made = ProviderAccount.objects.update_or_create(
        biller=biller,
        provider=provider,
        defaults={
            "sealed": seal(keys),
            "live": live,
            "is_open": True,
            "rank": list(PROVIDERS).index(provider),
        },
    )
    record("provider.connected", biller_id=biller.pk, actor=actor, provider=kind.label)
    return account


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to pay. ``request_id`` came with the form."""

    amount_minor: int
    request_id: uuid.UUID
    made_by: PaymentIntent.By
    language: str
    link_id: int | None = None


@transaction.atomic
def start_payment(
    invoice_id: int, account: ProviderAccount, wish: Wish, *, actor: Actor
) -> PaymentIntent:
    """Store that somebody pays, before the provider hears of it; records ``payment.started``.

    The same request again is the same payment. Refused, in words for the customer, for an amount
    that is not there to pay or below the biller's floor, and while money is already on its way.
    """
    invoice = lock_invoice(invoice_id)
    known = PaymentIntent.objects.filter(invoice=invoice, request_id=wish.request_id).first()
    if known is not None:
        return known
    _check_amount(invoice, wish.amount_minor)
    now = clock.now()
    provider = connect(account.provider, unseal(account.sealed))
    intent = PaymentIntent.objects.create(
        invoice=invoice,
        account=account,
        request_id=wish.request_id,
        amount_minor=wish.amount_minor,
        state=IntentState.CREATED,
        made_by=wish.made_by,
        link_id=wish.link_id,
        language=wish.language,
        created_at=now,
        changed_at=now,
        expires_at=now + timedelta(seconds=provider.takes_seconds),
        look_at=now + timedelta(seconds=FIRST_LOOK_S),
    )
    underway.begin(invoice, wish.amount_minor, by=Underway.By.PROVIDER, reference=intent.reference)
    _tell("payment.started", intent, invoice, actor)
    return intent


def _check_amount(invoice: Invoice, amount_minor: int) -> None:
    left = _left(invoice)
    floor = min(invoice.biller.pay_floor_minor, left)
    money = {"left_minor": left, "floor_minor": floor, "currency": invoice.currency}
    if not left:
        raise Refused(N_("There is nothing left to pay on this invoice."))
    if amount_minor > left:
        raise Refused(N_("Only {left} is left to pay."), **money)
    if amount_minor < floor:
        raise Refused(N_("The least that can be paid here is {floor}."), **money)


def _left(invoice: Invoice) -> int:
    account = Account.objects.get(invoice=invoice)
    return account.debit_minor - account.credit_minor


@transaction.atomic
def claim_to_ask(intent_id: int, *, actor: Actor) -> bool:
    """Take it upon oneself to tell the provider of it; False where somebody else has."""
    unasked = PaymentIntent.objects.filter(pk=intent_id, state=IntentState.CREATED, asked_at=None)
    return unasked.update(asked_at=clock.now()) == 1


@transaction.atomic
def note_started(intent_id: int, started: Started, *, actor: Actor) -> bool:
    """Keep where the customer goes on; records ``payment.handed_over``.

    False where the payment has gone on meanwhile, or was given up: then nobody is led there.
    """
    invoice, intent = _locked(intent_id)
    if not leads(IntentState(intent.state), IntentState.WAITING):
        return False
    intent.provider_ref = started.provider_ref
    intent.handover_url, intent.handover_qr = started.url, started.qr
    _move(intent, invoice, IntentState.WAITING, actor)
    return True


@transaction.atomic
def note_status(intent_id: int, status: Status, *, actor: Actor) -> PaymentIntent:
    """Follow what the provider says, as far as there is an edge to it; else leave all as it is.

    What was drawn is booked once: provider -> invoice, and what is more than was left -> credit
    on the customer's account. Records the edge's kind. When it ends, the invoice is free again.
    """
    invoice, intent = _locked(intent_id)
    new = _SEEN.get(status.seen)
    if new is None or not leads(IntentState(intent.state), new):
        return intent
    intent.code = status.code[:80]
    booked: dict[str, Any] = {}
    if new == IntentState.CAPTURED:
        intent.drawn_minor = status.drawn_minor
        booked = book_drawn(invoice, intent.drawn_minor, source=f"intent:{intent.pk}")
    _move(intent, invoice, new, actor, **booked)
    if booked:
        came = Arrived(invoice.customer_id, intent.drawn_minor, booked["left_minor"])
        meet({invoice.pk: came}, biller_id=invoice.biller_id, actor=actor)
    return intent


@transaction.atomic
def note_look(intent_id: int, *, actor: Actor) -> int | None:
    """Remember that the provider was asked; seconds until it is asked again, None for never."""
    _invoice, intent = _locked(intent_id)
    if intent.state not in IN_FLIGHT:
        return None
    wait: int = min(FIRST_LOOK_S * 2 ** min(intent.looks, 10), LONGEST_WAIT_S)
    intent.looks = min(intent.looks + 1, 32_000)
    intent.look_at = clock.now() + timedelta(seconds=wait)
    intent.save(update_fields=["looks", "look_at"])
    return wait


@transaction.atomic
def keep_message(account: ProviderAccount, notice: Notice, raw: bytes, *, actor: Actor) -> bool:
    """Keep a webhook that proved itself; False for one that was here before."""
    _message, made = ProviderMessage.objects.get_or_create(
        account=account,
        key=notice.key[:120],
        defaults={"reference": notice.reference[:64], "raw": raw},
    )
    return made


def _locked(intent_id: int) -> tuple[Invoice, PaymentIntent]:
    """The invoice first, as everywhere; then the intent."""
    invoice_id = PaymentIntent.objects.values_list("invoice_id", flat=True).get(pk=intent_id)
    invoice = lock_invoice(invoice_id)
    intents = PaymentIntent.objects.select_for_update(of=("self",)).select_related("account")
    return invoice, intents.get(pk=intent_id)


def _move(
    intent: PaymentIntent, invoice: Invoice, new: IntentState, actor: Actor, **told: Any
) -> None:
    kind = kind_of(IntentState(intent.state), new)
    intent.state, intent.changed_at = new, clock.now()
    intent.save()
    if new not in IN_FLIGHT:
        underway.end(by=Underway.By.PROVIDER, reference=intent.reference)
    _tell(kind, intent, invoice, actor, **told)


def _tell(kind: str, intent: PaymentIntent, invoice: Invoice, actor: Actor, **told: Any) -> None:
    data: dict[str, Any] = {
        "amount_minor": intent.amount_minor,
        "provider": label_of(intent.account.provider),
        "intent": str(intent.public_id),
    }
    if intent.code:
        data["code"] = intent.code
    if intent.made_by == PaymentIntent.By.PAYER:
        data["shared"] = True
    record(
        kind,
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        **{**data, **told},
    )


def book_drawn(invoice: Invoice, drawn: int, *, source: str) -> dict[str, Any]:
    """Book what a provider has drawn for a locked invoice; what the history tells of it.

    A ``source`` that was booked before moves nothing again.
    """
    assert connection.in_atomic_block
    left = _left(invoice)
    to_invoice = min(drawn, left)
    over = drawn - to_invoice
    held = biller_account(invoice.biller_id, AccountKind.PROVIDER, invoice.currency).pk
    drafts = []
    if to_invoice:
        receivable = Account.objects.get(invoice=invoice).pk
        drafts.append(TransferDraft(held, receivable, to_invoice, Code.PROVIDER_PAYMENT, source))
    if over:
        customers = [invoice.customer_id]
        credit = credit_accounts(invoice.biller_id, invoice.currency, customers)
        account = credit[invoice.customer_id].pk
        drafts.append(TransferDraft(held, account, over, Code.OVERPAYMENT, f"{source}:over"))
    post_transfers(drafts, biller_id=invoice.biller_id)
    return {
        "amount_minor": drawn,
        "left_minor": left - to_invoice,
        "overpaid_minor": over,
        "booked_on": clock.today().isoformat(),
        "rule": "provider",
    }
