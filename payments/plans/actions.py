"""The only writer of promises to pay."""

import uuid
from collections.abc import Collection
from datetime import date

from django.db import transaction

from invoices import clock
from invoices.documents.actions import lock_invoice
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.errors import N_, Refused
from invoices.history.actors import SYSTEM, Actor
from invoices.history.record import record
from payments.plans.models import Promise
from payments.plans.queries import owed_of, terms_of
from payments.plans.states import (
    EDGES,
    OPEN,
    PromiseState,
    check_promise,
    judge,
    leads,
    wait_until,
)


@transaction.atomic
def promise(
    invoice_id: int, amount_minor: int, pay_on: date, *, request_id: uuid.UUID, actor: Actor
) -> Promise:
    """Somebody says that an amount will be paid on a day; records ``promise.made``.

    Reminders wait until that day and the biller's days of grace. The same ``request_id`` promises
    once. Customers are held to the biller's terms: see ``states``.
    """
    invoice = lock_invoice(invoice_id)
    if known := promised_already(invoice, request_id):
        return known
    terms, owed = terms_of(invoice.biller), owed_of(invoice)
    by_staff = actor.user_id is not None
    check_promise(terms, owed, amount_minor, pay_on, by_staff=by_staff)
    made = Promise.objects.create(
        public_id=request_id,
        invoice=invoice,
        amount_minor=amount_minor,
        pay_on=pay_on,
        until=wait_until(pay_on, terms),
        paid_before_minor=figures(invoice).paid,
        by_staff=by_staff,
        made_at=clock.now(),
    )
    _tell("promise.made", made, invoice, actor)
    return made


def promised_already(invoice: Invoice, request_id: uuid.UUID) -> Promise | None:
    """What this very form has promised; a form of another invoice is refused."""
    known = Promise.objects.filter(public_id=request_id).first()
    if known is not None and known.invoice_id != invoice.pk:
        raise Refused(N_("This form belongs to another invoice. Please open it again."))
    return known


@transaction.atomic
def take_back(invoice_id: int, public_id: uuid.UUID, *, actor: Actor) -> bool:
    """The promise no longer holds, nor do reminders wait; records ``promise.withdrawn``.

    False where there is nothing to take back.
    """
    invoice = lock_invoice(invoice_id)
    made = Promise.objects.filter(invoice=invoice, public_id=public_id).first()
    return made is not None and _move(made, invoice, PromiseState.WITHDRAWN, actor)


@transaction.atomic
def look(promise_id: int, *, actor: Actor = SYSTEM) -> PromiseState:
    """Derive what has become of a promise; records ``promise.kept`` or ``promise.broken``, once."""
    invoice_id = Promise.objects.values_list("invoice_id", flat=True).get(pk=promise_id)
    invoice = lock_invoice(invoice_id)
    made = Promise.objects.get(pk=promise_id)
    now = figures(invoice)
    since = now.paid - made.paid_before_minor
    passed = made.until < clock.today()
    _move(made, invoice, judge(made.amount_minor, since, now.left, passed=passed), actor)
    return made.state


def look_again(invoice_ids: Collection[int]) -> None:
    """Something has come for these invoices: look at what was promised for them."""
    waiting = Promise.objects.filter(
        invoice_id__in=invoice_ids, kept_at=None, withdrawn_at=None
    ).order_by("invoice_id", "pk")
    for promise_id in waiting.values_list("pk", flat=True):
        look(promise_id)


def look_at_late() -> None:
    """The last day of these has passed."""
    late = Promise.objects.open().filter(until__lt=clock.today()).order_by("until")
    for promise_id in late.values_list("pk", flat=True):
        look(promise_id)


def _move(made: Promise, invoice: Invoice, new: PromiseState, actor: Actor) -> bool:
    """Follow an edge on the locked invoice; False where there is none."""
    old = made.state
    if not leads(old, new):
        return False
    assert new not in OPEN, new
    setattr(made, f"{new}_at", clock.now())
    made.save(update_fields=[f"{new}_at"])
    _tell(EDGES[old, new], made, invoice, actor)
    return True


def _tell(kind: str, made: Promise, invoice: Invoice, actor: Actor) -> None:
    record(
        kind,
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        amount_minor=made.amount_minor,
        pay_on=made.pay_on.isoformat(),
        until_on=made.until.isoformat(),
    )
