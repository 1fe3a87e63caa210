"""Changes of an issued invoice, each allowed by the policy under the invoice's lock.

The documents' own actions do the booking; here it is decided whether this person may ask for it
now, and what stands outside the documents is written: undoing, write-downs, disputes, cancelling.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction

from invoices.changes import policy
from invoices.changes.policy import CUSTOMER, Action, Standing
from invoices.changes.queries import rules_of, standing_of
from invoices.documents import actions as documents
from invoices.documents import queries
from invoices.documents.amounts import LineDraft, share
from invoices.documents.models import Adjustment, Change, Invoice, InvoiceLine
from invoices.documents.states import ChangeKind, Figures, Part
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.models import HistoryEntry
from invoices.history.record import record
from invoices.ledger.actions import (
    TransferDraft,
    biller_account,
    post_transfers,
    reverse_transfer,
)
from invoices.ledger.codes import AccountKind, Code
from invoices.ledger.models import Account, Transfer


@dataclass(frozen=True, slots=True)
class Asker(Actor):
    """Who asks, and by which right: CUSTOMER or a role."""

    by: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An invoice after a change: what was told of it, and how it stands."""

    told: Sequence[HistoryEntry]
    figures: Figures
    due_on: date
    parts: Sequence[Part]
    standing: Standing


def rehearse(invoice_id: int, change: Callable[[], object]) -> Outcome:
    """Do it, look at what came of it, and take it back: nothing of it is ever seen or sent."""
    with transaction.atomic():
        outcome = carry_out(invoice_id, change)
        transaction.set_rollback(True)
    return outcome


def carry_out(invoice_id: int, change: Callable[[], object]) -> Outcome:
    """Do it, and tell how the invoice stands then. Nothing is told of what was done before."""
    with transaction.atomic():
        return _carry_out(invoice_id, change)


def _carry_out(invoice_id: int, change: Callable[[], object]) -> Outcome:
    documents.lock_invoice(invoice_id)
    entries = HistoryEntry.objects.filter(invoice_id=invoice_id).order_by("pk")
    last = entries.last()
    change()
    invoice = Invoice.objects.select_related("biller").get(pk=invoice_id)
    figures = queries.figures(invoice)
    return Outcome(
        told=list(entries.filter(pk__gt=last.pk if last else 0)),
        figures=figures,
        due_on=invoice.due_on,
        parts=queries.instalments(invoice, figures.left),
        standing=standing_of(invoice),
    )


@transaction.atomic
def move_due_date(
    invoice_id: int, to_on: date, *, actor: Asker, request_id: uuid.UUID, reason: str = ""
) -> None:
    """Move the due date: customers within the biller's policy, staff as far as STAFF_MOVE."""
    invoice, standing, done = begin(invoice_id, request_id)
    if done:
        return
    if actor.by == CUSTOMER:
        policy.check_move(rules_of(invoice.biller), standing, to_on)
        latest_on = policy.latest_day(rules_of(invoice.biller), standing)
    else:
        check_staff(actor, Action.MOVE, standing)
        latest_on = standing.today + policy.STAFF_MOVE
    documents.move_due_date(
        invoice_id,
        to_on,
        reason=reason,
        actor=actor,
        request_id=request_id,
        latest_on=latest_on,
    )


@transaction.atomic
def split(
    invoice_id: int,
    parts: Sequence[tuple[date, int]],
    *,
    actor: Asker,
    request_id: uuid.UUID,
    reason: str = "",
) -> None:
    """Split what is left: customers within the biller's policy, staff as far as STAFF_SPLIT."""
    invoice, standing, done = begin(invoice_id, request_id)
    if done:
        return
    if actor.by == CUSTOMER:
        policy.check_split(rules_of(invoice.biller), standing, parts)
    else:
        check_staff(actor, Action.SPLIT, standing)
        policy.check_staff_split(standing, parts)
    documents.split_invoice(invoice_id, parts, reason=reason, actor=actor, request_id=request_id)


@dataclass(frozen=True, slots=True)
class Credit:
    """What to credit: chosen lines, an amount VAT included, or (neither) all that is left.

    ``text`` is what the credit note calls an amount or the whole.
    """

    text: str
    line_ids: Sequence[int] = ()
    amount_minor: int = 0


@transaction.atomic
def credit(
    invoice_id: int, what: Credit, *, actor: Asker, request_id: uuid.UUID, reason: str
) -> None:
    """Lower the invoice by a credit note; see ``documents.credit_invoice``."""
    invoice, standing, _ = begin(invoice_id, request_id)
    if Adjustment.objects.filter(public_id=request_id, invoice=invoice).exists():
        return
    check_staff(actor, Action.CREDIT, standing)
    documents.credit_invoice(
        invoice_id,
        _credit_lines(invoice, what),
        reason=reason,
        actor=actor,
        request_id=request_id,
    )


def _credit_lines(invoice: Invoice, what: Credit) -> list[LineDraft]:
    if what.line_ids:
        chosen = [
            (line, rest)
            for line, rest in queries.creditable_lines(invoice)
            if line.pk in what.line_ids and rest > 0
        ]
        return [_credit_line(line, rest) for line, rest in chosen]
    whole = [replace(line, text=what.text) for line in queries.uncredited(invoice)]
    return share(what.amount_minor, whole) if what.amount_minor else whole


def _credit_line(line: InvoiceLine, rest: int) -> LineDraft:
    """The line again, or, where some of it is credited already, the rest of its amount."""
    draft = LineDraft(
        text=line.text,
        detail=line.detail,
        quantity_milli=line.quantity_milli,
        unit_price_minor=line.unit_price_minor,
        vat_basis_points=line.vat_basis_points,
        fixed_vat_minor=line.vat_minor,
        credits_id=line.pk,
    )
    return draft if rest == line.gross_minor else share(rest, [draft])[0]


@transaction.atomic
def charge(
    invoice_id: int, line: LineDraft, *, actor: Asker, request_id: uuid.UUID, reason: str
) -> None:
    """Add to the invoice by a debit note; see ``documents.charge_invoice``."""
    invoice, standing, _ = begin(invoice_id, request_id)
    if Adjustment.objects.filter(public_id=request_id, invoice=invoice).exists():
        return
    check_staff(actor, Action.CHARGE, standing)
    documents.charge_invoice(invoice_id, [line], reason=reason, actor=actor, request_id=request_id)


@transaction.atomic
def write_down(
    invoice_id: int, amount_minor: int, *, actor: Asker, request_id: uuid.UUID, reason: str
) -> None:
    """Ask for that much of what is left no more: receivable -> losses, ``invoice.written_down``.

    Agents are held to the biller's limit for the whole invoice, others to what is left.
    """
    invoice, standing, done = begin(invoice_id, request_id)
    if done:
        return
    check_staff(actor, Action.WRITE_DOWN, standing)
    most = policy.write_down_limit(actor.by, rules_of(invoice.biller), standing)
    if not 0 < amount_minor <= most:
        raise Refused(
            N_("{amount} cannot be written down; {most} is the most you can write down here."),
            amount_minor=amount_minor,
            most_minor=most,
            currency=invoice.currency,
        )
    source = f"write_down:{request_id}"
    losses = biller_account(invoice.biller_id, AccountKind.LOSSES, invoice.currency)
    receivable = Account.objects.get(invoice=invoice)
    post_transfers(
        [TransferDraft(losses.pk, receivable.pk, amount_minor, Code.WRITE_DOWN, source)],
        biller_id=invoice.biller_id,
    )
    transfer = Transfer.objects.get(source=source)
    _note(invoice, ChangeKind.WRITTEN_DOWN, actor, request_id, transfer=transfer)
    tell(
        "invoice.written_down",
        invoice,
        actor,
        amount_minor=amount_minor,
        left_minor=standing.left - amount_minor,
        reason=reason,
    )


@transaction.atomic
def dispute(
    invoice_id: int, *, settled: bool, actor: Asker, request_id: uuid.UUID, reason: str
) -> None:
    """Mark the invoice as disputed, or the dispute as settled. As it stands already: nothing."""
    invoice, standing, done = begin(invoice_id, request_id)
    if done or standing.marks.disputed != settled:
        return
    check_staff(actor, Action.DISPUTE, standing)
    kind = ChangeKind.DISPUTE_SETTLED if settled else ChangeKind.DISPUTED
    _note(invoice, kind, actor, request_id)
    tell(
        f"invoice.{kind}",
        invoice,
        actor,
        left_minor=standing.left,
        due_on=invoice.due_on.isoformat(),
        reason=reason,
    )


@transaction.atomic
def cancel(invoice_id: int, text: str, *, actor: Asker, request_id: uuid.UUID, reason: str) -> None:
    """Cancel the invoice for good: credit all of it, write-downs taken back first.

    What was paid becomes credit on the customer's account. Records ``invoice.cancelled`` after
    the credit's own entry.
    """
    invoice, standing, done = begin(invoice_id, request_id)
    if done:
        return
    check_staff(actor, Action.CANCEL, standing)
    for fact in standing.changes:
        if fact.kind == ChangeKind.WRITTEN_DOWN and fact.id not in standing.undone:
            _undo_write_down(invoice, Change.objects.get(pk=fact.id), actor)
    if queries.creditable(invoice):
        lines = _credit_lines(invoice, Credit(text))
        documents.credit_invoice(invoice_id, lines, reason=reason, actor=actor)
    _note(invoice, ChangeKind.CANCELLED, actor, request_id)
    tell("invoice.cancelled", invoice, actor, reason=reason)


@transaction.atomic
def undo_change(invoice_id: int, change_id: uuid.UUID, *, actor: Asker) -> None:
    """Undo a change by a new one, as long as the policy lets the actor; once, however often asked.

    Records ``invoice.due_move_undone``, ``invoice.split_undone`` or
    ``invoice.write_down_undone``.
    """
    invoice, standing, _ = begin(invoice_id, None)
    change = Change.objects.filter(public_id=change_id, invoice=invoice).first()
    if change is not None and change.pk in standing.undone:
        return
    last = policy.undoable(standing, actor.by, queries.bookings(invoice))
    if change is None or last is None or last.id != change.pk:
        raise Refused(N_("It can no longer be undone: something else has happened since."))
    if change.kind == ChangeKind.WRITTEN_DOWN:
        _undo_write_down(invoice, change, actor)
        return
    assert change.from_on is not None
    documents.set_due_on(invoice, change.from_on)
    _note(invoice, ChangeKind.UNDONE, actor, None, undoes=change)
    split = change.kind == ChangeKind.SPLIT
    tell(
        "invoice.split_undone" if split else "invoice.due_move_undone",
        invoice,
        actor,
        from_on=change.to_on.isoformat() if change.to_on else None,
        to_on=change.from_on.isoformat(),
        left_minor=standing.left,
    )


def _undo_write_down(invoice: Invoice, change: Change, actor: Asker) -> None:
    assert change.transfer is not None
    reverse_transfer(change.transfer)
    _note(invoice, ChangeKind.UNDONE, actor, None, undoes=change)
    tell(
        "invoice.write_down_undone",
        invoice,
        actor,
        amount_minor=change.transfer.amount_minor,
        left_minor=queries.figures(invoice).left,
    )


def begin(invoice_id: int, request_id: uuid.UUID | None) -> tuple[Invoice, Standing, Change | None]:
    """Lock the invoice; how it stands, and what this very form has changed before."""
    invoice = documents.lock_invoice(invoice_id)
    return invoice, standing_of(invoice), documents.changed_already(invoice, request_id)


def check_staff(actor: Asker, action: Action, standing: Standing) -> None:
    """Refuse what the invoice no longer lets the role do."""
    # Who asks for what the role never may has been kept out by the view: this is our own bug.
    assert policy.staff_may(actor.by, action), (actor.by, action)
    if not policy.staff_can(actor.by, action, standing):
        raise Refused(N_("The invoice has changed meanwhile, and this can no longer be done."))


def _note(
    invoice: Invoice, kind: ChangeKind, actor: Asker, request_id: uuid.UUID | None, **facts: Any
) -> None:
    documents.note_change(invoice, kind, actor, request_id, **facts)


def tell(kind: str, invoice: Invoice, actor: Asker, **data: Any) -> None:
    """Record what was done to the invoice."""
    record(
        kind,
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        **data,
    )


def is_done(invoice_id: int, request_id: str) -> bool:
    """Whether the form with this id has done its work on the invoice."""
    try:
        asked = uuid.UUID(request_id)
    except ValueError:
        return False
    return any(
        model._default_manager.filter(public_id=asked, invoice_id=invoice_id).exists()
        for model in (Change, Adjustment)
    )
