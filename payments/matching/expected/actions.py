"""The only writer of what customers say is paid."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from invoices import clock
from invoices.bulk import array
from invoices.documents.actions import lock_invoice
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.errors import N_, Refused
from invoices.history.actors import SYSTEM, Actor
from invoices.history.record import Draft, record, record_many
from payments.matching.expected.queries import bank_days_of, claimed_of
from payments.matching.expected.states import (
    EDGES,
    ExpectedState,
    check_statement,
    leads,
    wait_until,
)
from payments.matching.models import Expected, Match


@transaction.atomic
def state_paid(
    invoice_id: int, amount_minor: int, paid_on: date, *, request_id: uuid.UUID, actor: Actor
) -> Expected:
    """Somebody says that an amount was paid on a day; records ``expected.stated``.

    Reminders wait, and the matcher expects it, for the biller's number of banking days. The same
    ``request_id`` says it once. Refused where it cannot be said: see ``states``.
    """
    invoice = lock_invoice(invoice_id)
    if known := said_already(invoice, request_id):
        return known
    claimed = claimed_of(invoice)
    check_statement(claimed, amount_minor, paid_on)
    days = bank_days_of(invoice.biller_id)
    said = Expected.objects.create(
        public_id=request_id,
        invoice=invoice,
        amount_minor=amount_minor,
        paid_on=paid_on,
        until=wait_until(claimed.today, days, invoice.biller.country),
        stated_at=clock.now(),
    )
    _tell("expected.stated", said, invoice, actor)
    return said


def said_already(invoice: Invoice, request_id: uuid.UUID) -> Expected | None:
    """What this very form has said; a form of another invoice is refused."""
    known = Expected.objects.filter(public_id=request_id).first()
    if known is not None and known.invoice_id != invoice.pk:
        raise Refused(N_("This form belongs to another invoice. Please open it again."))
    return known


@transaction.atomic
def withdraw(invoice_id: int, public_id: uuid.UUID, *, actor: Actor) -> bool:
    """It was a mistake: reminders no longer wait; records ``expected.withdrawn``.

    False where there is nothing to take back: it was, or the payment has come.
    """
    invoice = lock_invoice(invoice_id)
    said = Expected.objects.filter(invoice=invoice, public_id=public_id).first()
    return said is not None and _move(said, invoice, ExpectedState.WITHDRAWN, actor)


@transaction.atomic
def give_up(expected_id: int, *, actor: Actor = SYSTEM) -> bool:
    """No payment came in time: records ``expected.lapsed``; reminders go on.

    Where nothing is left to pay, nothing is waited for either: ``expected.withdrawn``.
    """
    invoice_id = Expected.objects.values_list("invoice_id", flat=True).get(pk=expected_id)
    invoice = lock_invoice(invoice_id)
    said = Expected.objects.get(pk=expected_id)
    if said.until >= clock.today():
        return False
    settled = figures(invoice).left == 0
    new = ExpectedState.WITHDRAWN if settled else ExpectedState.LAPSED
    return _move(said, invoice, new, actor, **({"because": "settled"} if settled else {}))


@dataclass(frozen=True, slots=True)
class Arrived:
    """What has come for an invoice, all of it that was booked at once, and what was left then."""

    customer_id: int
    amount_minor: int
    left_minor: int


def meet(arrived: Mapping[int, Arrived], *, biller_id: int, actor: Actor) -> None:
    """What customers said was paid has come; records ``expected.met``. The caller has the locks.

    It is what was meant when it is as much as was said, or nothing is left. One statement, and
    one more where somebody had said something.
    """
    assert connection.in_atomic_block
    if not arrived:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payments_expected e SET met_at = %s"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS t(invoice, amount, rest)"
            " WHERE e.invoice_id = t.invoice AND e.met_at IS NULL AND e.withdrawn_at IS NULL"
            " AND (t.amount >= e.amount_minor OR t.rest = 0)"
            " RETURNING e.invoice_id, e.amount_minor, e.paid_on",
            [
                clock.now(),
                array(arrived),
                array(each.amount_minor for each in arrived.values()),
                array(each.left_minor for each in arrived.values()),
            ],
        )
        met = cursor.fetchall()
    drafts = [
        Draft(
            {"amount_minor": amount, "paid_on": paid_on.isoformat()},
            invoice_id,
            arrived[invoice_id].customer_id,
        )
        for invoice_id, amount, paid_on in met
    ]
    record_many("expected.met", drafts, biller_id=biller_id, actor=actor)


def reopen(met_by: Mapping[int, datetime], *, actor: Actor) -> None:
    """What seemed to have come belongs elsewhere; records ``expected.reopened``.

    ``met_by`` holds when it was booked, by invoice; the caller has the locks. It is looked out for
    as long again as at first: the mix-up is not the customer's. Not where something else is said
    by now, nor what was given up before it came.
    """
    assert connection.in_atomic_block
    for invoice_id, booked_at in met_by.items():
        said = Expected.objects.filter(invoice_id=invoice_id)
        found = said.filter(stated_at__lte=booked_at, met_at__gte=booked_at, lapsed_at=None)
        met = found.order_by("met_at").select_related("invoice__biller").first()
        if met is None or said.open().exists() or _another_met(met, booked_at):
            continue
        invoice = met.invoice
        if figures(invoice).left == 0:
            continue
        days = bank_days_of(invoice.biller_id)
        met.met_at = None
        met.until = max(met.until, wait_until(clock.today(), days, invoice.biller.country))
        met.save(update_fields=["met_at", "until"])
        _tell("expected.reopened", met, invoice, actor)


def _another_met(met: Expected, booked_at: datetime) -> bool:
    """Whether it was a later payment than the one booked then that met it."""
    later = Match.objects.filter(invoice_id=met.invoice_id, undone=None, at__gt=booked_at)
    return later.filter(at__lte=met.met_at).exists()


def _move(said: Expected, invoice: Invoice, new: ExpectedState, actor: Actor, **told: Any) -> bool:
    """Follow an edge on the locked invoice; False where there is none."""
    old = said.state
    if not leads(old, new):
        return False
    if new == ExpectedState.LAPSED:
        said.lapsed_at = clock.now()
    else:
        assert new == ExpectedState.WITHDRAWN, new
        said.withdrawn_at = clock.now()
    said.save(update_fields=["lapsed_at", "withdrawn_at"])
    _tell(EDGES[old, new], said, invoice, actor, **told)
    return True


def _tell(kind: str, said: Expected, invoice: Invoice, actor: Actor, **told: Any) -> None:
    record(
        kind,
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        amount_minor=said.amount_minor,
        paid_on=said.paid_on.isoformat(),
        until_on=said.until.isoformat(),
        **told,
    )
