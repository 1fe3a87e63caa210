"""The only writer of invoices: issue, credit, charge, move the due date, split."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from invoices import clock
from invoices.billers.models import Agreement, Biller
from invoices.bulk import reserve_ids
from invoices.documents import queries
from invoices.documents.amounts import LineDraft, allocate
from invoices.documents.drafts import InvoiceDraft, check_draft
from invoices.documents.models import Adjustment, Change, Instalment, Invoice
from invoices.documents.numbers import Book, numbered, refuse_repeated
from invoices.documents.rows import book_issued, copy_documents, copy_lines
from invoices.documents.states import ChangeKind
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import Draft, record, record_many
from invoices.ledger.actions import (
    TransferDraft,
    biller_account,
    credit_accounts,
    post_transfers,
)
from invoices.ledger.codes import AccountKind, Code
from invoices.ledger.models import Account


@transaction.atomic
def issue_invoice(draft: InvoiceDraft, *, biller: Biller, actor: Actor) -> Invoice:
    """Issue one invoice; see ``issue_invoices``."""
    return Invoice.objects.get(pk=issue_invoices([draft], biller=biller, actor=actor)[0])


@transaction.atomic
def issue_invoices(drafts: Sequence[InvoiceDraft], *, biller: Biller, actor: Actor) -> list[int]:
    """Issue invoices: all or none. Returns their ids in the order given.

    Numbers and references left blank are taken from the biller's series in one step. Posts sales
    -> receivable and records ``invoice.issued`` for each. Refuses an invoice without lines or
    without anything to pay, a reference that its agreement does not allow, and a number or a
    reference that another invoice has.
    """
    for draft in drafts:
        check_draft(draft)
    book = Book(biller, Agreement.objects.get(biller=biller, is_default=True))
    try:
        with transaction.atomic():
            return _issue(numbered(drafts, book), book, actor)
    except IntegrityError:  # asked only now, so that nobody else pays for it
        refuse_repeated(drafts, book)
        return _issue(numbered(drafts, book, past_used=True), book, actor)


def _issue(drafts: Sequence[InvoiceDraft], book: Book, actor: Actor) -> list[int]:
    biller = book.biller
    invoice_ids = reserve_ids(Invoice, len(drafts))
    copy_documents(invoice_ids, drafts, biller, book.agreement)
    book_issued(invoice_ids, drafts, biller)
    record_many(
        "invoice.issued",
        [
            Draft(
                {"amount_minor": draft.total_minor, "due_on": draft.due_on.isoformat()},
                invoice_id,
                draft.customer_id,
            )
            for invoice_id, draft in zip(invoice_ids, drafts, strict=True)
        ],
        biller_id=biller.pk,
        actor=actor,
    )
    return invoice_ids


@transaction.atomic
def credit_invoice(
    invoice_id: int,
    lines: Sequence[LineDraft] | None,
    *,
    reason: str,
    actor: Actor,
    request_id: uuid.UUID | None = None,
) -> Adjustment:
    """Lower an invoice by a credit note: ``lines``, or all that is left of it where None.

    What the customer had already paid of it becomes credit on the customer's account. Refuses to
    credit more than the invoice asks for, and what is written down. The same ``request_id``
    credits once.
    """
    invoice = lock_invoice(invoice_id)
    if done := _already(invoice, request_id):
        return done
    lines = queries.uncredited(invoice) if lines is None else lines
    amount = sum(line.net_minor + line.vat_minor for line in lines)
    figures = queries.figures(invoice)
    creditable = queries.creditable(invoice) - figures.written_down
    if not 0 < amount <= creditable:
        raise Refused(
            N_("{amount} cannot be credited; {creditable} of the invoice is not credited yet."),
            amount_minor=amount,
            creditable_minor=creditable,
            currency=invoice.currency,
        )
    note = _adjust(invoice, Adjustment.Kind.CREDIT, lines, reason, request_id)
    off_invoice, refundable = allocate(amount, figures.left)
    _book_credit(invoice, note, off_invoice, refundable)
    record(
        "invoice.credited",
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        amount_minor=amount,
        refundable_minor=refundable,
        left_minor=figures.left - off_invoice,
        reason=reason,
    )
    return note


def _book_credit(invoice: Invoice, note: Adjustment, off_invoice: int, refundable: int) -> None:
    sales = biller_account(invoice.biller_id, AccountKind.SALES, invoice.currency)
    source = f"adjustment:{note.pk}"
    drafts = []
    if off_invoice:
        receivable = Account.objects.get(invoice=invoice)
        drafts.append(TransferDraft(sales.pk, receivable.pk, off_invoice, Code.CREDIT_NOTE, source))
    if refundable:
        customer_id = invoice.customer_id
        credit = credit_accounts(invoice.biller_id, invoice.currency, [customer_id])[customer_id]
        drafts.append(
            TransferDraft(sales.pk, credit.pk, refundable, Code.CREDIT_REFUNDABLE, f"{source}:paid")
        )
    post_transfers(drafts, biller_id=invoice.biller_id)


@transaction.atomic
def charge_invoice(
    invoice_id: int,
    lines: Sequence[LineDraft],
    *,
    reason: str,
    actor: Actor,
    request_id: uuid.UUID | None = None,
) -> Adjustment:
    """Add to an invoice by a debit note. The same ``request_id`` charges once."""
    invoice = lock_invoice(invoice_id)
    if done := _already(invoice, request_id):
        return done
    amount = sum(line.net_minor + line.vat_minor for line in lines)
    if amount <= 0:
        raise Refused(N_("A charge must be more than nothing."))
    note = _adjust(invoice, Adjustment.Kind.DEBIT, lines, reason, request_id)
    receivable = Account.objects.get(invoice=invoice)
    sales = biller_account(invoice.biller_id, AccountKind.SALES, invoice.currency)
    source = f"adjustment:{note.pk}"
    post_transfers(
        [TransferDraft(receivable.pk, sales.pk, amount, Code.CHARGE, source)],
        biller_id=invoice.biller_id,
    )
    record(
        "invoice.charged",
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        amount_minor=amount,
        reason=reason,
    )
    return note


def _already(invoice: Invoice, request_id: uuid.UUID | None) -> Adjustment | None:
    done = Adjustment.objects.filter(public_id=request_id).first() if request_id else None
    return _of(invoice, done)


def _of[T: (Adjustment, Change)](invoice: Invoice, done: T | None) -> T | None:
    """What a form has done before; a form of another invoice is refused."""
    if done is not None and done.invoice_id != invoice.pk:
        raise Refused(N_("This form belongs to another invoice. Please open it again."))
    return done


def _adjust(
    invoice: Invoice,
    kind: Adjustment.Kind,
    lines: Sequence[LineDraft],
    reason: str,
    request_id: uuid.UUID | None,
) -> Adjustment:
    earlier = Adjustment.objects.filter(invoice=invoice).count()
    note = Adjustment.objects.create(
        public_id=request_id or uuid.uuid4(),
        invoice=invoice,
        kind=kind,
        number=f"{invoice.number}-{earlier + 1}",
        issued_on=clock.today(),
        reason=reason,
        total_minor=sum(line.net_minor + line.vat_minor for line in lines),
        vat_minor=sum(line.vat_minor for line in lines),
        created_at=clock.now(),
    )
    copy_lines([(invoice.pk, note.pk, lines)])
    return note


@transaction.atomic
def move_due_date(
    invoice_id: int,
    to_on: date,
    *,
    reason: str,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    latest_on: date | None = None,
) -> Invoice:
    """Move the due date. Moving it to where it stands changes nothing.

    Refuses a settled invoice, a day that has passed, and a day after ``latest_on``: by default
    the biller's ``move_due_days_max`` after the due date as issued. Instalments keep their own
    dates. The same ``request_id`` moves once.
    """
    invoice = lock_invoice(invoice_id)
    from_on = invoice.due_on
    if to_on == from_on or changed_already(invoice, request_id):
        return invoice
    latest = latest_on or queries.latest_due_on(invoice)
    if queries.figures(invoice).left == 0:
        raise Refused(N_("The invoice is settled; there is no due date to move."))
    if not clock.today() <= to_on <= latest:
        raise Refused(
            N_("The due date can be moved to any day from today to {latest_on}."),
            latest_on=latest.isoformat(),
        )
    set_due_on(invoice, to_on)
    note_change(
        invoice,
        ChangeKind.DUE_MOVED,
        actor,
        request_id,
        from_on=from_on,
        to_on=to_on,
        bites_on=from_on,
    )
    record(
        "invoice.due_moved",
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        from_on=from_on.isoformat(),
        to_on=to_on.isoformat(),
        reason=reason,
    )
    return invoice


@transaction.atomic
def split_invoice(
    invoice_id: int,
    parts: Sequence[tuple[date, int]],
    *,
    reason: str,
    actor: Actor,
    request_id: uuid.UUID | None = None,
) -> list[Instalment]:
    """Split what is left into instalments (day, minor units); supersedes an earlier split.

    Refuses parts that do not add up to what is left, are not in order of day, or begin in the
    past. The invoice's due date becomes the last instalment's. The same ``request_id`` splits
    once.
    """
    invoice = lock_invoice(invoice_id)
    if done := changed_already(invoice, request_id):
        return list(Instalment.objects.filter(invoice=invoice, plan=done.plan or 0))
    left = queries.figures(invoice).left
    _check_parts(parts, left, invoice.currency)
    plan = Instalment.objects.filter(invoice=invoice).values("plan").distinct().count() + 1
    made = Instalment.objects.bulk_create(
        [
            Instalment(
                invoice=invoice,
                plan=plan,
                position=position,
                due_on=due_on,
                amount_minor=amount,
                left_before_minor=left,
                created_at=clock.now(),
            )
            for position, (due_on, amount) in enumerate(parts, start=1)
        ]
    )
    first_on, last_on, from_on = parts[0][0], parts[-1][0], invoice.due_on
    set_due_on(invoice, last_on)
    note_change(
        invoice,
        ChangeKind.SPLIT,
        actor,
        request_id,
        from_on=from_on,
        to_on=last_on,
        bites_on=min(from_on, first_on),
        plan=plan,
    )
    record(
        "invoice.split",
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        from_on=from_on.isoformat(),
        count=len(parts),
        first_minor=parts[0][1],
        first_on=first_on.isoformat(),
        reason=reason,
    )
    return made


def _check_parts(parts: Sequence[tuple[date, int]], left: int, currency: str) -> None:
    days = [due_on for due_on, _ in parts]
    if len(parts) < 2 or any(amount <= 0 for _, amount in parts):
        raise Refused(N_("A split needs at least two instalments, each more than nothing."))
    if sum(amount for _, amount in parts) != left:
        raise Refused(
            N_("The instalments must add up to what is left, {left}."),
            left_minor=left,
            currency=currency,
        )
    if days != sorted(set(days)) or days[0] < clock.today():
        raise Refused(N_("The instalments need different days, in order, none in the past."))


def set_due_on(invoice: Invoice, on: date) -> None:
    """Put another due date in force on a locked invoice; the caller notes and records it."""
    invoice.due_on = on
    invoice.save(update_fields=["due_on"])


def note_change(
    invoice: Invoice,
    kind: ChangeKind,
    actor: Actor,
    request_id: uuid.UUID | None,
    **facts: Any,
) -> Change:
    """Keep the change of a locked invoice, as the rules of undoing will look at it."""
    return Change.objects.create(
        public_id=request_id or uuid.uuid4(),
        invoice=invoice,
        kind=kind,
        actor_kind=actor.kind,
        at=clock.now(),
        bookings=queries.bookings(invoice),
        **facts,
    )


def changed_already(invoice: Invoice, request_id: uuid.UUID | None) -> Change | None:
    """What the form has changed of a locked invoice before; see ``_of``."""
    done = Change.objects.filter(public_id=request_id).first() if request_id else None
    return _of(invoice, done)


def lock_invoice(invoice_id: int) -> Invoice:
    """The invoice, locked until the transaction ends: the first lock of every action on it.

    Rows that only refer to the invoice (a message, a link) are let through: the key stays.
    """
    return Invoice.objects.select_for_update(of=("self",), no_key=True).get(pk=invoice_id)
