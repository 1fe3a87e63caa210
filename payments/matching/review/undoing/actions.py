"""The only writer of undone bookings: reverses their transfers, and lets the payment wait again."""

import uuid
from collections import Counter
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from invoices import clock
from invoices.documents.models import Adjustment
from invoices.documents.queries import paid_of
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import record
from invoices.ledger.actions import TransferDraft, post_transfers, reverse_transfer
from invoices.ledger.codes import Code
from invoices.ledger.models import Account, Transfer
from payments.bankfiles.models import BankLine
from payments.matching.booking.actions import source_of
from payments.matching.evidence import WHOLE
from payments.matching.expected.actions import reopen
from payments.matching.models import Decision, Match, PayerAccount, Undone, Waiting
from payments.matching.review.queries import kept_source, rounds_of, standing_matches
from payments.matching.review.reasons import NOTE_MAX, Reason

NOTHING = N_("There is nothing to undo: this payment waits, or somebody was quicker.")


@transaction.atomic
def undo_booking(
    line: BankLine,
    *,
    reason: Reason,
    actor: Actor,
    request_id: uuid.UUID,
    note: str = "",
) -> None:
    """Take back what was booked of a payment, by whomever, and let it wait again.

    Every transfer is reversed; the reason is kept. What the payer's account had confirmed is
    forgotten, unless another payment says the same. Records ``payment.undone`` on each invoice, or
    ``payment.let_go`` of what was kept as credit. Refuses where the money is there no more: credit
    that was used or paid out since, and what the bank has taken back.
    """
    matches = _locked_matches(line)
    if Decision.objects.filter(request_id=request_id).exists():
        return
    kept = None if matches else _kept(line)
    if not matches and kept is None:
        raise Refused(NOTHING)
    transfers = _transfers(line, matches) if kept is None else [kept]
    _refuse_used(matches, transfers, line.currency)
    for transfer in transfers:
        reverse_transfer(transfer)
    decision = Decision.objects.create(
        line=line,
        biller_id=line.biller_id,
        kind=Decision.Kind.UNDONE,
        automatic=False,
        user_id=actor.user_id,
        reason=reason.value,
        note=note[:NOTE_MAX],
        request_id=request_id,
        at=clock.now(),
    )
    _credit_notes_count_again(matches, decision)
    Undone.objects.bulk_create([Undone(match=match, decision=decision) for match in matches])
    Waiting.objects.create(line=line, biller_id=line.biller_id)
    _forget_payer(line)
    _record(line, matches, kept, reason, actor)
    came = [match for match in matches if match.to_invoice_minor + match.to_credit_minor > 0]
    reopen({match.invoice_id: match.at for match in came}, actor=actor)


def _locked_matches(line: BankLine) -> list[Match]:
    """What stands booked of the payment; its invoices are locked first, in order of id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM invoices_invoice WHERE id IN"
            " (SELECT invoice_id FROM payments_match WHERE line_id = %s)"
            " ORDER BY id FOR NO KEY UPDATE",
            [line.pk],
        )
    return list(standing_matches(line.pk))


def _kept(line: BankLine) -> Transfer | None:
    """The transfer that keeps the payment as credit, with its account locked."""
    source = kept_source(line.pk, rounds_of([line.pk]).get(line.pk, 0))
    found = Transfer.objects.filter(source=source).first()
    if found is None:
        return None
    Account.objects.select_for_update(no_key=True).get(pk=found.credit_id)
    return None if Transfer.objects.filter(reverses=found).exists() else found


def _transfers(line: BankLine, matches: Sequence[Match]) -> list[Transfer]:
    sources = [source_of(line.pk, match.invoice_id, match.round) for match in matches]
    sources += [f"{source}:over" for source in sources]
    return list(Transfer.objects.filter(source__in=sources).order_by("pk"))


def _refuse_used(matches: Sequence[Match], transfers: Sequence[Transfer], currency: str) -> None:
    """Refuse where a reversal would take what is not there any more."""
    paid = paid_of([match.invoice_id for match in matches])
    if any(match.to_invoice_minor > paid.get(match.invoice_id, 0) for match in matches):
        raise Refused(
            N_("The bank has taken some of this payment back since; it cannot be undone.")
        )
    off, on = Counter[int](), Counter[int]()  # what the mirror images take off and put on accounts
    for transfer in transfers:
        off[transfer.credit_id] += transfer.amount_minor
        on[transfer.debit_id] += transfer.amount_minor
    own = Account.objects.filter(pk__in=[*off, *on]).exclude(invoice=None, customer=None)
    for account in own.order_by("pk").select_for_update(no_key=True):
        held = abs(account.credit_minor - account.debit_minor)
        if account.customer_id and held < off[account.pk]:
            raise Refused(
                N_("{amount} of it became credit, of which {held} is left: the rest is used."),
                amount_minor=off[account.pk],
                held_minor=held,
                currency=currency,
            )
        if account.invoice_id and held < on[account.pk]:
            raise Refused(
                N_("Only {held} is left of the invoice: it was paid or credited again since."),
                held_minor=held,
                currency=currency,
            )


def _credit_notes_count_again(matches: Sequence[Match], decision: Decision) -> None:
    """What a credit note made credit on account, because the invoice was paid, lowers the invoice
    itself now that it is not; as far as the customer still has that credit.
    """
    for match in matches:
        if match.to_invoice_minor <= 0:
            continue
        receivable = Account.objects.get(invoice_id=match.invoice_id)
        account = Account.objects.select_for_update(no_key=True).filter(
            customer_id=match.invoice.customer_id
        )
        if (credit := account.first()) is None:
            continue
        notes = Adjustment.objects.filter(invoice_id=match.invoice_id).values_list("pk", flat=True)
        given = Transfer.objects.filter(source__in=[f"adjustment:{pk}:paid" for pk in notes])
        before = Transfer.objects.filter(debit=credit, credit=receivable, code=Code.CREDIT_NOTE)
        amount = min(
            _sum(given) - _sum(before),
            credit.credit_minor - credit.debit_minor,
            receivable.debit_minor - receivable.credit_minor,
        )
        if amount > 0:
            source = f"undo:{decision.pk}:{match.invoice_id}"
            draft = TransferDraft(credit.pk, receivable.pk, amount, Code.CREDIT_NOTE, source)
            post_transfers([draft], biller_id=decision.biller_id)


def _sum(transfers: QuerySet[Transfer]) -> int:
    return transfers.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _forget_payer(line: BankLine) -> None:
    """Forget what this payment said of its payer's account; another may say the same."""
    mine = PayerAccount.objects.filter(line=line)
    customers = list(mine.values_list("customer_id", flat=True))
    mine.delete()
    for customer_id in customers:
        others = Match.objects.filter(
            invoice__customer_id=customer_id,
            line__payer_account=line.payer_account,
            line__amount_minor__gt=0,
            undone=None,
        ).order_by("pk")
        sure = next((m for m in others if not m.automatic or m.rule in WHOLE), None)
        if sure is not None:
            PayerAccount.objects.create(
                biller_id=line.biller_id,
                account=line.payer_account,
                customer_id=customer_id,
                line_id=sure.line_id,
                confirmed_at=clock.now(),
            )


def _record(
    line: BankLine,
    matches: Sequence[Match],
    kept: Transfer | None,
    reason: Reason,
    actor: Actor,
) -> None:
    ids = [match.invoice_id for match in matches]
    receivables = Account.objects.in_bulk(ids, field_name="invoice_id")
    for match in matches:
        account = receivables[match.invoice_id]
        amount = match.to_invoice_minor + match.to_credit_minor
        record(
            "payment.undone",
            biller_id=line.biller_id,
            actor=actor,
            invoice_id=match.invoice_id,
            customer_id=match.invoice.customer_id,
            amount_minor=abs(amount),
            left_minor=account.debit_minor - account.credit_minor,
            back=amount < 0,
            reason=reason.value,
            line=line.pk,
        )
    if kept is not None:
        record(
            "payment.let_go",
            biller_id=line.biller_id,
            actor=actor,
            customer_id=Account.objects.get(pk=kept.credit_id).customer_id,
            amount_minor=kept.amount_minor,
            currency=line.currency,
            reason=reason.value,
            line=line.pk,
        )
