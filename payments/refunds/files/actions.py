"""The only writer of files for the bank with paybacks, and of the bank's answers."""

import hashlib
import uuid
from dataclasses import dataclass

from django.db import transaction

from invoices import clock
from invoices.bankdays import next_bank_day
from invoices.billers.models import Agreement, Biller
from invoices.errors import N_, FormatError, Refused
from invoices.history.actors import BANK, Actor
from invoices.history.record import record
from payments.formats import pain
from payments.formats.pain import Answered
from payments.refunds.accounts import PayTo
from payments.refunds.actions import follow, note_code, put_in_file
from payments.refunds.models import PayoutFile, PayoutReply, Refund
from payments.refunds.queries import refunds_of, terms_of
from payments.refunds.states import RefundState

LARGEST_BYTES = 5 * 1024 * 1024
_FORMS = {
    PayTo.KONTONR: pain.AccountForm.BBAN,
    PayTo.ACCOUNT: pain.AccountForm.BBAN,
    PayTo.BANKGIRO: pain.AccountForm.BANKGIRO,
    PayTo.PLUSGIRO: pain.AccountForm.PLUSGIRO,
}
# The bank's word for one payback -> where it leads; None: nothing has moved yet.
_LEADS = {
    Answered.RECEIVED: None,
    Answered.UNDERWAY: None,
    Answered.DONE: RefundState.PAID,
    Answered.REFUSED: RefundState.RETURNED,
}


@transaction.atomic
def make_file(biller: Biller, *, request_id: uuid.UUID, actor: Actor) -> PayoutFile:
    """Put all approved paybacks into one file for the bank; records ``payout.file_made``.

    The bytes are kept. The same ``request_id`` makes one file. Refused where nothing is approved.
    """
    assert actor.user_id is not None
    locked = Biller.objects.select_for_update(no_key=True).get(pk=biller.pk)
    if known := PayoutFile.objects.filter(public_id=request_id, biller=locked).first():
        return known
    approved = list(refunds_of(locked).filter(state=RefundState.APPROVED))
    if not approved:
        raise Refused(N_("Nothing is approved, so there is no file to make."))
    newest = PayoutFile.objects.filter(biller=locked).values_list("number", flat=True).first()
    number = (newest or 0) + 1
    message_id = f"NOTA-{locked.pk}-{number}-{request_id.hex[:8]}"
    file = PayoutFile.objects.create(
        public_id=request_id,
        biller=locked,
        number=number,
        message_id=message_id,
        raw=_written(locked, message_id, approved),
        payouts=len(approved),
        sum_minor=sum(refund.amount_minor for refund in approved),
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    for refund in sorted(approved, key=lambda each: (each.invoice_id, each.pk)):
        put_in_file(refund, file.pk, actor=actor)
    record(
        "payout.file_made",
        biller_id=locked.pk,
        actor=actor,
        count=file.payouts,
        amount_minor=file.sum_minor,
        currency=locked.currency,
        file=file.message_id,
    )
    return file


def _written(biller: Biller, message_id: str, refunds: list[Refund]) -> bytes:
    agreement = Agreement.objects.select_related("account").get(biller=biller, is_default=True)
    today = clock.today()
    return pain.write(
        pain.PainFile(
            message_id=message_id,
            made_at=clock.now(),
            pay_on=next_bank_day(today, biller.country),
            name=biller.name,
            org_no=biller.org_no,
            country=biller.country,
            currency=biller.currency,
            account=_own_account(agreement),
            payouts=tuple(_payout(refund) for refund in refunds),
        ),
        terms_of(biller.pk).pain_version,
    )


def _own_account(agreement: Agreement) -> pain.PainAccount:
    account = agreement.account
    if account.iban:
        return pain.PainAccount(pain.AccountForm.IBAN, account.iban)
    forms = {"bankgiro": pain.AccountForm.BANKGIRO, "plusgiro": pain.AccountForm.PLUSGIRO}
    return pain.PainAccount(forms.get(account.kind, pain.AccountForm.BBAN), account.number)


def _payout(refund: Refund) -> pain.Payout:
    to = refund.destination
    return pain.Payout(
        end_to_end_id=refund.end_to_end_id,
        amount_minor=refund.amount_minor,
        name=refund.customer.name,
        account=pain.PainAccount(_FORMS[to.pay_to], to.number, to.clearing),
        text=f"{refund.biller.name} {refund.invoice.number}",
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer of the bank has changed."""

    file: PayoutFile
    paid: int = 0
    returned: int = 0
    waiting: int = 0
    known: bool = False


@transaction.atomic
def take_answer(biller: Biller, raw: bytes, *, actor: Actor) -> Taken:
    """Take in the bank's answer to a file (pain.002); records ``payout.answered``.

    What was carried out is paid, what was refused becomes credit again; where the whole file was
    refused, its paybacks wait for the next file. The same bytes again change nothing. FormatError
    for what is no such answer, Refused for an answer to a file that was never made here.
    """
    if len(raw) > LARGEST_BYTES:
        raise Refused(N_("The file is too large to be an answer of the bank."))
    answer = pain.parse(raw)
    locked = Biller.objects.select_for_update(no_key=True).get(pk=biller.pk)
    file = PayoutFile.objects.filter(biller=locked, message_id=answer.message_id).first()
    if file is None:
        raise Refused(N_("This answers a file that was not made here. Nothing was changed."))
    digest = hashlib.sha256(raw).digest()
    if PayoutReply.objects.filter(biller=locked, sha256=digest).exists():
        return Taken(file, known=True)
    refunds = {refund.end_to_end_id: refund for refund in Refund.objects.filter(file=file)}
    unknown = [each.end_to_end_id for each in answer.payouts if each.end_to_end_id not in refunds]
    if unknown and not PayoutReply.objects.filter(file=file).exists():
        # Of a file that nobody has answered yet, all are still in it.
        raise FormatError(None, N_("It speaks of a payment that is not in that file."))
    PayoutReply.objects.create(
        biller=locked, sha256=digest, raw=raw, file=file, received_at=clock.now()
    )
    taken = _follow_all(file, answer, refunds)
    record(
        "payout.answered",
        biller_id=locked.pk,
        actor=actor,
        file=file.message_id,
        paid=taken.paid,
        returned=taken.returned,
        waiting=taken.waiting,
    )
    return taken


def _follow_all(file: PayoutFile, answer: pain.PainAnswer, refunds: dict[str, Refund]) -> Taken:
    """Each payback as its own answer says, else as the whole file's does; by id of invoice."""
    single = {each.end_to_end_id: each for each in answer.payouts}
    counts = {RefundState.PAID: 0, RefundState.RETURNED: 0, None: 0}
    for key, refund in sorted(refunds.items(), key=lambda each: (each[1].invoice_id, each[1].pk)):
        said = single.get(key)
        if said is not None:
            new, code = _LEADS[said.answered], f"{said.code} {said.why}".strip()
        elif answer.whole == Answered.REFUSED:
            new, code = RefundState.APPROVED, f"{answer.code} {answer.why}".strip()
        elif answer.whole is not None:
            new, code = _LEADS[answer.whole], answer.code
        else:
            continue
        if new is None or new == RefundState.APPROVED:
            counts[None] += 1
        if new is None:
            note_code(refund.pk, code, actor=BANK)
        elif follow(refund.pk, new, actor=BANK, code=code, file_id=file.pk):
            counts[new] = counts.get(new, 0) + 1
    return Taken(
        file,
        paid=counts[RefundState.PAID],
        returned=counts[RefundState.RETURNED],
        waiting=counts[None],
    )
