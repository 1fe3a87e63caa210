"""The only writer of invoices: issue, credit, charge, move the due date, split."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from django.db import transaction
from django.db.models import F

from invoices import clock
from invoices.billers.models import Agreement, Biller
from invoices.bulk import copy_rows, reserve_ids
from invoices.documents import queries, references
from invoices.documents.amounts import LineDraft, allocate
from invoices.documents.models import Adjustment, Instalment, Invoice, InvoiceLine
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


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """An invoice to be; a blank number or reference is made from the biller's series."""

    customer_id: int
    customer_no: int  # Customer.reference_no, for the customer part of a KID
    issued_on: date
    due_on: date
    lines: Sequence[LineDraft]
    number: str = ""
    reference: str = ""
    total_minor: int = field(init=False)
    vat_minor: int = field(init=False)

    def __post_init__(self) -> None:
        net = vat = 0
        for line in self.lines:
            net += line.net_minor
            vat += line.vat_minor
        object.__setattr__(self, "total_minor", net + vat)
        object.__setattr__(self, "vat_minor", vat)


@transaction.atomic
def issue_invoice(draft: InvoiceDraft, *, biller: Biller, actor: Actor) -> Invoice:
    """Issue one invoice; see ``issue_invoices``."""
    return Invoice.objects.get(pk=issue_invoices([draft], biller=biller, actor=actor)[0])


@transaction.atomic
def issue_invoices(drafts: Sequence[InvoiceDraft], *, biller: Biller, actor: Actor) -> list[int]:
    """Issue invoices: all or none. Returns their ids in the order given.

    Numbers and references left blank are taken from the biller's series in one step. Posts sales
    -> receivable and records ``invoice.issued`` for each. Refuses an invoice without lines or
    without anything to pay, and a reference that its agreement does not allow.
    """
    for draft in drafts:
        _check(draft)
    agreement = Agreement.objects.get(biller=biller, is_default=True)
    drafts = _numbered(drafts, biller, agreement)
    invoice_ids = reserve_ids(Invoice, len(drafts))
    _copy_documents(invoice_ids, drafts, biller, agreement)
    _book_issued(invoice_ids, drafts, biller)
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


def _check(draft: InvoiceDraft) -> None:
    if not draft.lines:
        raise Refused(N_("The invoice {number} has no lines."), number=draft.number)
    if draft.total_minor <= 0:
        raise Refused(
            N_("The invoice {number} comes to nothing to pay; send a credit note instead."),
            number=draft.number,
        )
    if draft.due_on < draft.issued_on:
        raise Refused(
            N_("The invoice {number} would be due before it is issued."), number=draft.number
        )


def _numbered(
    drafts: Sequence[InvoiceDraft], biller: Biller, agreement: Agreement
) -> list[InvoiceDraft]:
    """The drafts with every number and reference in place; only blank ones use up the series."""
    blank = sum(not draft.number for draft in drafts)
    numbers = count(_take(Biller, biller.pk, "next_invoice_no", blank))
    blank = sum(not draft.reference for draft in drafts)
    serials = count(_take(Agreement, agreement.pk, "next_serial", blank))
    return [
        InvoiceDraft(
            customer_id=draft.customer_id,
            customer_no=draft.customer_no,
            issued_on=draft.issued_on,
            due_on=draft.due_on,
            lines=draft.lines,
            number=draft.number or str(next(numbers)),
            reference=_reference(draft, agreement, serials),
        )
        for draft in drafts
    ]


def _take(model: type[Biller] | type[Agreement], pk: int, field: str, count: int) -> int:
    """Take ``count`` numbers of a series; the row lock makes a second writer wait."""
    row = model._default_manager.filter(pk=pk)
    row.update(**{field: F(field) + count})
    return int(row.values_list(field, flat=True).get()) - count


def _reference(draft: InvoiceDraft, agreement: Agreement, serials: Iterator[int]) -> str:
    if draft.reference:
        return _checked(references.bare(draft.reference), agreement)
    serial = next(serials)
    if agreement.scheme == Agreement.Scheme.OCR:
        return references.make_ocr(serial, agreement.level or 1, agreement.lengths)
    customer = ""
    if agreement.customer_digits:
        customer = f"{draft.customer_no:0{agreement.customer_digits}d}"
    return references.make_kid(serial, max(agreement.lengths), agreement.algorithm, customer)


def is_allowed(reference: str, agreement: Agreement) -> bool:
    """Whether the agreement with the bank lets an invoice have the (bare) reference."""
    if agreement.scheme == Agreement.Scheme.OCR:
        return references.is_ocr(reference, agreement.level or 1, agreement.lengths)
    return references.is_kid(reference, agreement.lengths, agreement.algorithm)


def _checked(reference: str, agreement: Agreement) -> str:
    if not is_allowed(reference, agreement):
        raise Refused(
            N_("The reference {reference} is not valid under the agreement with the bank."),
            reference=reference,
        )
    return reference


def _copy_documents(
    invoice_ids: Sequence[int],
    drafts: Sequence[InvoiceDraft],
    biller: Biller,
    agreement: Agreement,
) -> None:
    now = clock.now()
    copy_rows(
        Invoice,
        ("id", "biller_id", "customer_id", "agreement_id", "number", "reference", "currency")
        + ("issued_on", "issued_due_on", "due_on", "total_minor", "vat_minor", "created_at"),
        (
            (invoice_id, biller.pk, draft.customer_id, agreement.pk, draft.number)
            + (draft.reference, biller.currency, draft.issued_on, draft.due_on, draft.due_on)
            + (draft.total_minor, draft.vat_minor, now)
            for invoice_id, draft in zip(invoice_ids, drafts, strict=True)
        ),
    )
    _copy_lines(
        [
            (invoice_id, None, draft.lines)
            for invoice_id, draft in zip(invoice_ids, drafts, strict=True)
        ]
    )


def _copy_lines(documents: Sequence[tuple[int, int | None, Sequence[LineDraft]]]) -> None:
    copy_rows(
        InvoiceLine,
        ("invoice_id", "adjustment_id", "position", "text", "detail", "nature", "quantity_milli")
        + ("unit_price_minor", "vat_basis_points", "net_minor", "vat_minor"),
        (
            (invoice_id, adjustment_id, position, line.text, line.detail, line.nature)
            + (
                line.quantity_milli,
                line.unit_price_minor,
                line.vat_basis_points,
                line.net_minor,
                line.vat_minor,
            )
            for invoice_id, adjustment_id, lines in documents
            for position, line in enumerate(lines, start=1)
        ),
    )


def _book_issued(
    invoice_ids: Sequence[int], drafts: Sequence[InvoiceDraft], biller: Biller
) -> None:
    sales = biller_account(biller.pk, AccountKind.SALES, biller.currency)
    account_ids = reserve_ids(Account, len(drafts))
    copy_rows(
        Account,
        ("id", "biller_id", "kind", "currency", "invoice_id"),
        (
            (account_id, biller.pk, AccountKind.RECEIVABLE.value, biller.currency, invoice_id)
            for account_id, invoice_id in zip(account_ids, invoice_ids, strict=True)
        ),
    )
    post_transfers(
        [
            TransferDraft(
                account_id, sales.pk, draft.total_minor, Code.ISSUE, f"issue:{invoice_id}"
            )
            for account_id, invoice_id, draft in zip(account_ids, invoice_ids, drafts, strict=True)
        ],
        biller_id=biller.pk,
    )


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
    credit more than the invoice asks for. The same ``request_id`` credits once.
    """
    invoice = lock_invoice(invoice_id)
    if done := _already(request_id):
        return done
    lines = queries.uncredited(invoice) if lines is None else lines
    amount = sum(line.net_minor + line.vat_minor for line in lines)
    figures = queries.figures(invoice)
    creditable = queries.creditable(invoice)
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
    if done := _already(request_id):
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


def _already(request_id: uuid.UUID | None) -> Adjustment | None:
    return Adjustment.objects.filter(public_id=request_id).first() if request_id else None


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
    _copy_lines([(invoice.pk, note.pk, lines)])
    return note


@transaction.atomic
def move_due_date(invoice_id: int, to_on: date, *, reason: str, actor: Actor) -> Invoice:
    """Move the due date. Moving it to where it stands changes nothing.

    Refuses a paid invoice, a day that has passed, and a day beyond the biller's
    ``move_due_days_max`` after the date of issue's due date. Instalments keep their own dates.
    """
    invoice = lock_invoice(invoice_id)
    from_on = invoice.due_on
    if to_on == from_on:
        return invoice
    latest = queries.latest_due_on(invoice)
    if queries.figures(invoice).left == 0:
        raise Refused(N_("The invoice is settled; there is no due date to move."))
    if not clock.today() <= to_on <= latest:
        raise Refused(
            N_("The due date can be moved to any day from today to {latest_on}."),
            latest_on=latest.isoformat(),
        )
    invoice.due_on = to_on
    invoice.save(update_fields=["due_on"])
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
    invoice_id: int, parts: Sequence[tuple[date, int]], *, reason: str, actor: Actor
) -> list[Instalment]:
    """Split what is left into instalments (day, minor units); supersedes an earlier split.

    Refuses parts that do not add up to what is left, are not in order of day, or begin in the
    past. The invoice's due date becomes the last instalment's.
    """
    invoice = lock_invoice(invoice_id)
    left = queries.figures(invoice).left
    days = [due_on for due_on, _ in parts]
    if len(parts) < 2 or any(amount <= 0 for _, amount in parts):
        raise Refused(N_("A split needs at least two instalments, each more than nothing."))
    if sum(amount for _, amount in parts) != left:
        raise Refused(
            N_("The instalments must add up to what is left, {left}."),
            left_minor=left,
            currency=invoice.currency,
        )
    if days != sorted(set(days)) or days[0] < clock.today():
        raise Refused(N_("The instalments need different days, in order, none in the past."))
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
    from_on, invoice.due_on = invoice.due_on, days[-1]
    invoice.save(update_fields=["due_on"])
    record(
        "invoice.split",
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        from_on=from_on.isoformat(),
        count=len(parts),
        first_minor=parts[0][1],
        first_on=days[0].isoformat(),
        reason=reason,
    )
    return made


def lock_invoice(invoice_id: int) -> Invoice:
    """The invoice, locked until the transaction ends: the first lock of every action on it.

    Rows that only refer to the invoice (a message, a link) are let through: the key stays.
    """
    return Invoice.objects.select_for_update(of=("self",), no_key=True).get(pk=invoice_id)
