"""The only writer of mandates: along the edges of ``states``. No call goes out in here.

Lock order: whoever holds an invoice took it first; then a customer's mandates, by the customer's
row. Nothing in here locks an invoice.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection, transaction

from invoices import clock
from invoices.billers.models import Agreement
from invoices.customers.models import Customer
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import record
from payments.formats.reasons import REASONS
from payments.mandates.doorbell import ring_elsewhere
from payments.mandates.funnel.actions import note_step
from payments.mandates.models import Evidence, FunnelStep, Mandate, MandateOrder
from payments.mandates.numbers import customer_part, payer_number
from payments.mandates.orders.actions import order, withdraw
from payments.mandates.queries import wording_of
from payments.mandates.states import ASKED, FINAL, IN_FORCE, MandateState, kind_of, leads
from payments.schemes.base import Proof
from payments.schemes.models import SchemeAccount
from payments.schemes.queries import scheme_account
from payments.schemes.registry import SCHEMES, label_of

Step = FunnelStep.Step
FIRST_LOOK_S: Final = 3
_STEPS: Final = {
    "mandate.requested": Step.SIGNED,
    "mandate.activated": Step.ACTIVE,
    "mandate.refused": Step.REFUSED,
    "mandate.left": Step.LEFT,
}


@dataclass(frozen=True, slots=True)
class Consent:
    """Who says yes, from where. ``request_id`` came with the form; ``level`` is what the link
    opened, "own" or "code"."""

    request_id: uuid.UUID
    language: str
    level: str
    invoice_id: int | None = None
    link_id: int | None = None
    ip: str | None = None
    user_agent: str = ""
    moment: str = FunnelStep.Moment.PAGE.value
    payer_account: str = ""  # Autogiro: 16 digits
    wants_notice: bool = True


def lock_customer(customer_id: int) -> Customer:
    """Hold the mandates of a customer until the transaction ends: none begins, moves or ends."""
    assert connection.in_atomic_block
    customers = Customer.objects.select_for_update(no_key=True, of=("self",))
    return customers.select_related("biller").get(pk=customer_id)


def lock_mandate(mandate_id: int) -> Mandate:
    """The mandate, held until the transaction ends."""
    customer_id = Mandate.objects.values_list("customer_id", flat=True).get(pk=mandate_id)
    lock_customer(customer_id)
    return Mandate.objects.select_related("biller", "customer", "payee").get(pk=mandate_id)


def move(mandate: Mandate, new: MandateState, actor: Actor, **told: Any) -> None:
    """Take a locked mandate along an edge, and record what the edge is told as."""
    kind = kind_of(MandateState(mandate.state), new)
    now = clock.now()
    mandate.state, mandate.changed_at = new, now
    if new != MandateState.PAUSED:
        mandate.paused_by = ""
    if new == MandateState.ACTIVE and mandate.activated_at is None:
        mandate.activated_at = now
        mandate.first_on = mandate.first_on or clock.today()
    if new in FINAL:
        mandate.ended_at, mandate.look_at = now, None
    mandate.save()
    if kind in _STEPS:
        note_step(_STEPS[kind], mandate=mandate)
    tell(kind, mandate, actor, **told)


def tell(kind: str, mandate: Mandate, actor: Actor, **told: Any) -> None:
    """Record something of the mandate, on the invoice it was asked from; the customer's other open
    invoices hear of it too."""
    record(
        kind,
        biller_id=mandate.biller_id,
        actor=actor,
        invoice_id=mandate.invoice_id,
        customer_id=mandate.customer_id,
        **{"scheme": label_of(mandate.scheme), "mandate": str(mandate.public_id), **told},
    )
    ring_elsewhere([mandate.customer_id], heard=[mandate.invoice_id or 0])


@transaction.atomic
def enroll(customer_id: int, scheme: str, consent: Consent, *, actor: Actor) -> Mandate:
    """The customer wants it; records ``mandate.begun``, before anybody outside hears of it.

    The same request again is the same mandate. What the customer began before and did not prove
    is left. Refused, in words, where the scheme is not offered, and while another one is in force
    or with the bank; but for Autogiro from another account, which takes over once it is active.
    """
    customer = lock_customer(customer_id)
    known = Mandate.objects.filter(customer=customer, request_id=consent.request_id).first()
    if known is not None:
        return known
    account = scheme_account(customer.biller_id, scheme)
    if account is None or not account.is_open:
        raise Refused(N_("This way to pay automatically is not offered."))
    replaces = _make_room(customer, scheme, consent, actor)
    now = clock.now()
    mandate = Mandate.objects.create(
        biller_id=customer.biller_id,
        customer=customer,
        scheme=scheme,
        payee=account.payee,
        state=MandateState.REQUESTED,
        payer_number=_payer_number(customer, account),
        payer_account=consent.payer_account,
        wants_notice=consent.wants_notice,
        request_id=consent.request_id,
        invoice_id=consent.invoice_id,
        replaces=replaces,
        moment=consent.moment,
        language=consent.language,
        asked_at=now,
        changed_at=now,
        look_at=_first_look(scheme),
    )
    note_step(Step.BEGAN, mandate=mandate)
    tell("mandate.begun", mandate, actor)
    if SCHEMES[scheme].proof != Proof.SIGNATURE:
        _keep_consent(mandate, consent)
    return mandate


def _make_room(customer: Customer, scheme: str, consent: Consent, actor: Actor) -> Mandate | None:
    """What the new one takes the place of; refused where nothing may."""
    living = Mandate.objects.filter(customer=customer, state__in=sorted(ASKED | IN_FORCE))
    replaces = None
    for mandate in living:
        same = mandate.scheme == scheme
        if mandate.state in IN_FORCE:
            if not same or not consent.payer_account:
                raise Refused(N_("Automatic payment is active already."))
            if mandate.payer_account == consent.payer_account:
                raise Refused(N_("It is drawn from this account already."))
            replaces = mandate
        elif mandate.state == MandateState.PENDING and mandate.scheme == "autogiro":
            raise Refused(N_("The bank has been asked already. Wait for its answer."))
        else:
            move(mandate, MandateState.LEFT, actor)
    return replaces


def _payer_number(customer: Customer, account: SchemeAccount) -> str:
    if account.scheme == "autogiro":
        earlier = Mandate.objects.filter(customer=customer, scheme="autogiro").count()
        return payer_number(customer.reference_no, earlier + 1)
    if account.scheme != "avtalegiro":
        return ""
    agreed = Agreement.objects.filter(account=account.payee, scheme="kid", customer_digits__gt=0)
    agreement = agreed.order_by("-is_default", "pk").first()
    if agreement is None:
        raise Refused(N_("This way to pay automatically is not offered."))
    return customer_part(customer.reference_no, agreement.customer_digits)


def _first_look(scheme: str) -> Any:
    if SCHEMES[scheme].proof != Proof.APP:
        return None
    return clock.now() + timedelta(seconds=FIRST_LOOK_S)


def _keep_consent(mandate: Mandate, consent: Consent) -> None:
    said = wording_of(mandate)
    Evidence.objects.create(
        mandate=mandate,
        text_version=said.version,
        text=said.text,
        text_sha256=said.sha256,
        language=said.language,
        at=clock.now(),
        ip=consent.ip,
        user_agent=consent.user_agent[:400],
        link_id=consent.link_id,
        level=consent.level,
    )


@transaction.atomic
def note_handed_over(
    mandate_id: int, *, url: str, scheme_ref: str = "", waits: bool = False, actor: Actor
) -> Mandate:
    """Keep where the customer goes on. ``waits``: from here on only the bank can tell; records
    ``mandate.requested`` then."""
    mandate = lock_mandate(mandate_id)
    if mandate.state != MandateState.REQUESTED:
        return mandate
    mandate.handover_url, mandate.scheme_ref = url, scheme_ref
    if waits:
        move(mandate, MandateState.PENDING, actor)
    else:
        mandate.save(update_fields=["handover_url", "scheme_ref"])
    return mandate


@transaction.atomic
def note_look(mandate_id: int, *, again_in_s: int | None, actor: Actor) -> None:
    """Remember that the service was asked; None: never again by itself."""
    mandate = lock_mandate(mandate_id)
    mandate.looks = min(mandate.looks + 1, 32_000)
    again = None if again_in_s is None else clock.now() + timedelta(seconds=again_in_s)
    mandate.look_at = again
    mandate.save(update_fields=["looks", "look_at"])


@transaction.atomic
def activate(
    mandate_id: int,
    *,
    wants_notice: bool | None = None,
    first_on: date | None = None,
    by_bank: bool = False,
    actor: Actor,
) -> Mandate:
    """The other side says that it is active; records ``mandate.activated``.

    Another one of the customer that is in force is stopped: the newest holds. One that is in
    force already, or that the customer has stopped meanwhile, is left as it is.
    """
    mandate = lock_mandate(mandate_id)
    if not leads(MandateState(mandate.state), MandateState.ACTIVE) or mandate.state not in ASKED:
        return mandate
    others = Mandate.objects.filter(customer_id=mandate.customer_id, state__in=sorted(IN_FORCE))
    for other in others.exclude(pk=mandate.pk):
        _stop(other, actor)
    if wants_notice is not None:
        mandate.wants_notice = wants_notice
    mandate.first_on = first_on or mandate.first_on
    move(mandate, MandateState.ACTIVE, actor, **({"by_bank": True} if by_bank else {}))
    return mandate


@transaction.atomic
def refuse(mandate_id: int, reason: str, *, actor: Actor) -> Mandate:
    """The other side says no; records ``mandate.refused``. ``reason`` is a key of REASONS."""
    return _close(mandate_id, MandateState.REFUSED, reason, actor)


@transaction.atomic
def end(mandate_id: int, reason: str = "", *, actor: Actor) -> Mandate:
    """The other side has ended it; records ``mandate.ended``."""
    return _close(mandate_id, MandateState.ENDED, reason, actor)


@transaction.atomic
def leave(mandate_id: int, reason: str = "", *, actor: Actor) -> Mandate:
    """It was never proved, and will not be; records ``mandate.left``."""
    return _close(mandate_id, MandateState.LEFT, reason, actor)


def _close(mandate_id: int, new: MandateState, reason: str, actor: Actor) -> Mandate:
    """A late answer leads nowhere, and changes nothing."""
    mandate = lock_mandate(mandate_id)
    if not leads(MandateState(mandate.state), new):
        return mandate
    mandate.reason = reason[:80]
    known = REASONS.get(reason)
    move(mandate, new, actor, **({"why": known.meaning} if known else {}))
    return mandate


@transaction.atomic
def pause(mandate_id: int, *, by: Mandate.PausedBy, reason: str = "", actor: Actor) -> Mandate:
    """Nothing is drawn until it goes on; records ``mandate.paused``. Paused already: unchanged.

    ``reason`` is what staff give here and below; the customer reads it.
    """
    mandate = lock_mandate(mandate_id)
    if mandate.state == MandateState.PAUSED:
        return mandate
    if mandate.state != MandateState.ACTIVE:
        raise Refused(N_("Only automatic payment that is active can be paused."))
    mandate.paused_by = by
    move(mandate, MandateState.PAUSED, actor, by=str(by), **_why(reason))
    return mandate


@transaction.atomic
def resume(mandate_id: int, *, by: Mandate.PausedBy, reason: str = "", actor: Actor) -> Mandate:
    """It goes on; records ``mandate.resumed``. What the bank paused only the bank lets go on."""
    mandate = lock_mandate(mandate_id)
    if mandate.state == MandateState.ACTIVE:
        return mandate
    if mandate.state != MandateState.PAUSED:
        raise Refused(N_("There is no paused automatic payment."))
    if mandate.paused_by == Mandate.PausedBy.BANK and by != Mandate.PausedBy.BANK:
        raise Refused(N_("Your bank has paused it. Let it go on there."))
    move(mandate, MandateState.ACTIVE, actor, **_why(reason))
    return mandate


def _why(reason: str) -> dict[str, str]:
    return {"reason": reason} if reason else {}


@transaction.atomic
def stop(mandate_id: int, *, reason: str = "", actor: Actor) -> Mandate:
    """The customer does not want it any more; stopped already, or over: unchanged.

    Records ``mandate.stopped``, and asks the bank to end it where the scheme lets us; or
    ``mandate.left`` where the bank has not heard of it yet.
    """
    mandate = lock_mandate(mandate_id)
    if mandate.state in ASKED | IN_FORCE:
        _stop(mandate, actor, reason)
    return mandate


def _stop(mandate: Mandate, actor: Actor, reason: str = "") -> None:
    if mandate.state == MandateState.REQUESTED or (
        mandate.state == MandateState.PENDING and _unheard(mandate)
    ):
        move(mandate, MandateState.LEFT, actor, **_why(reason))
        return
    if mandate.scheme == "autogiro":
        order(MandateOrder.Kind.END, mandate=mandate)
    if mandate.scheme == "vipps":
        mandate.look_at = clock.now()
    move(mandate, MandateState.STOPPED, actor, **_why(reason))


def _unheard(mandate: Mandate) -> bool:
    """Whether nothing of it went to the bank; an order that waits is withdrawn."""
    if mandate.scheme == "autogiro":
        return withdraw(mandate, MandateOrder.Kind.NEW)
    return mandate.scheme == "avtalegiro"


@transaction.atomic
def restore(mandate_id: int, *, reason: str = "", actor: Actor) -> Mandate:
    """Undo a stop while the bank still has the mandate; records ``mandate.restored``.

    Refused once the bank was asked to end it, and where another one is in force.
    """
    mandate = lock_mandate(mandate_id)
    if mandate.state == MandateState.ACTIVE:
        return mandate
    others = Mandate.objects.filter(customer_id=mandate.customer_id, state__in=sorted(IN_FORCE))
    stopped = mandate.state == MandateState.STOPPED and mandate.activated_at is not None
    still_there = mandate.scheme == "avtalegiro" or (
        mandate.scheme == "autogiro" and withdraw(mandate, MandateOrder.Kind.END)
    )
    if not stopped or not still_there or others.exists():
        raise Refused(N_("It is too late to undo this. You can begin anew."))
    move(mandate, MandateState.ACTIVE, actor, **_why(reason))
    return mandate


@transaction.atomic
def note_notice(mandate_id: int, wanted: bool, *, actor: Actor) -> None:
    """The bank says whether the payer wants notice; records ``mandate.notice`` if that is new."""
    mandate = lock_mandate(mandate_id)
    if mandate.wants_notice != wanted:
        mandate.wants_notice = wanted
        mandate.save(update_fields=["wants_notice"])
        tell("mandate.notice", mandate, actor, wanted=wanted)
