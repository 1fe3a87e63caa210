"""The only writer of bank files: takes one in, whole or not at all."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from django.db import connection, transaction

from invoices import clock
from invoices.billers.models import Biller, PayeeAccount
from invoices.bulk import array, copy_rows, reserve_ids
from invoices.errors import N_, FormatError
from invoices.history.actors import Actor
from invoices.history.record import record
from invoices.ledger.actions import TransferDraft, biller_account, post_transfers
from invoices.ledger.codes import AccountKind, Code
from payments import formats
from payments.bankfiles.models import BankAnswer, BankFile, BankLine
from payments.bankfiles.queries import accounts_by_name
from payments.formats import Parsed, Payment
from payments.formats.base import ClaimAnswer, MandateAnswer

LARGEST_FILE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a file: ``duplicates`` of its payments were booked before, by any file."""

    file: BankFile
    payments: int
    sum_minor: int
    duplicates: int


def receive_file(biller: Biller, name: str, raw: bytes, *, actor: Actor) -> Receipt:
    """Take in a file from the bank and book its payments on clearing, in one transaction.

    Records ``bankfile.received``, whose reactions match the payments and follow what the bank says
    of mandates and claims (kept as ``BankAnswer``s). The same bytes again, or
    the same payment in another file, book nothing again. A file that breaks its format, speaks
    of an account that is not the biller's, or is dated in the future raises FormatError with the
    line; it is kept as refused, and nothing of it is booked.
    """
    try:
        return _take_in(biller, name, raw, actor)
    except FormatError as error:
        _keep_refused(biller, name, raw, error, actor)
        raise


@transaction.atomic
def _take_in(biller: Biller, name: str, raw: bytes, actor: Actor) -> Receipt:
    # One file of a biller at a time; rows that refer to the biller need not wait (no key).
    Biller.objects.select_for_update(no_key=True).get(pk=biller.pk)
    earlier = BankFile.objects.filter(biller=biller, sha256=_sha256(raw)).first()
    if earlier is not None and earlier.state == BankFile.State.BOOKED:
        return Receipt(earlier, earlier.payments, earlier.sum_minor, earlier.payments)
    if len(raw) > LARGEST_FILE_BYTES:
        raise FormatError(
            None,
            N_("The file is larger than {megabytes} MB; ask the bank for smaller files."),
            megabytes=LARGEST_FILE_BYTES // 2**20,
        )
    parsed = formats.parse(raw)
    accounts = accounts_by_name(biller.pk)
    _check(parsed, biller, accounts)
    booked = _booked_keys(biller, parsed.payments)
    fresh = [payment for payment in parsed.payments if payment.key not in booked]
    duplicates = len(parsed.payments) - len(fresh)
    file, _made = BankFile.objects.update_or_create(
        biller=biller,
        sha256=_sha256(raw),
        defaults={
            "name": name[:200],
            "raw": raw,
            "format": parsed.format,
            "state": BankFile.State.BOOKED,
            "payments": len(parsed.payments),
            "sum_minor": parsed.sum_minor,
            "duplicates": duplicates,
            "notes": list(parsed.notes),
            "refused_line": None,  # where an earlier try was refused
            "refused_why": "",
            "refused_values": {},
            "received_at": clock.now(),
        },
    )
    _book(file, fresh, accounts)
    _keep_answers(file, parsed)
    record(
        "bankfile.received",
        biller_id=biller.pk,
        actor=actor,
        file=file.name,
        file_id=file.pk,
        count=len(parsed.payments),
        amount_minor=parsed.sum_minor,
        currency=biller.currency,
        duplicates=duplicates,
    )
    return Receipt(file, len(parsed.payments), parsed.sum_minor, duplicates)


def _sha256(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def _check(parsed: Parsed, biller: Biller, accounts: Mapping[str, PayeeAccount]) -> None:
    for account in parsed.accounts:
        if account not in accounts:
            raise FormatError(
                _line_of(parsed, account),
                N_("The file is for account {account}, which is not an account of {biller}."),
                account=account,
                biller=biller.name,
            )
    today = clock.today()
    for payment in parsed.payments:
        if payment.booked_on > today:
            raise FormatError(
                payment.line_no,
                N_("The payment is dated {day}, which is in the future."),
                day=payment.booked_on.isoformat(),
            )
        if payment.currency != biller.currency:
            raise FormatError(
                payment.line_no,
                N_("The payment is in {found}, but the biller's accounts are in {expected}."),
                found=payment.currency,
                expected=biller.currency,
            )


def _line_of(parsed: Parsed, account: str) -> int | None:
    return next((p.line_no for p in parsed.payments if p.account == account), None)


def _booked_keys(biller: Biller, payments: Sequence[Payment]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM payments_bankline WHERE biller_id = %s AND key = ANY(%s::text[])",
            [biller.pk, array(payment.key for payment in payments)],
        )
        return {row[0] for row in cursor.fetchall()}


def _book(
    file: BankFile, payments: Sequence[Payment], accounts: Mapping[str, PayeeAccount]
) -> None:
    """Store the payments and book them between bank and clearing."""
    line_ids = reserve_ids(BankLine, len(payments))
    copy_rows(
        BankLine,
        ("id", "biller_id", "file_id", "account_id", "line_no", "key", "kind", "code")
        + ("amount_minor", "currency", "booked_on", "reference", "parts", "text")
        + ("payer_name", "payer_account"),
        (
            (line_id, file.biller_id, file.pk, accounts[p.account].pk, p.line_no, p.key)
            + (p.kind.value, p.code[:40], p.amount_minor, p.currency, p.booked_on)
            + (p.reference[:80], _parts(p), p.text, p.payer_name[:160], p.payer_account[:40])
            for line_id, p in zip(line_ids, payments, strict=True)
        ),
    )
    currency = file.biller.currency
    bank = biller_account(file.biller_id, AccountKind.BANK, currency).pk
    clearing = biller_account(file.biller_id, AccountKind.CLEARING, currency).pk
    drafts = []
    for line_id, payment in zip(line_ids, payments, strict=True):
        debit, credit = (bank, clearing) if payment.amount_minor > 0 else (clearing, bank)
        if payment.amount_minor:  # a line may bring no money, only words
            drafts.append(
                TransferDraft(
                    debit, credit, abs(payment.amount_minor), Code.RECEIPT, f"line:{line_id}"
                )
            )
    post_transfers(drafts, biller_id=file.biller_id)


def _keep_answers(file: BankFile, parsed: Parsed) -> None:
    """Store what the bank says of mandates and claims, for the rooms that know them."""
    answers: list[tuple[str, MandateAnswer | ClaimAnswer]] = [
        *((BankAnswer.About.MANDATE.value, each) for each in parsed.mandate_answers),
        *((BankAnswer.About.CLAIM.value, each) for each in parsed.claim_answers),
    ]
    ids = reserve_ids(BankAnswer, len(answers))
    copy_rows(
        BankAnswer,
        ("id", "biller_id", "file_id", "line_no", "about", "data", "result"),
        (
            (answer_id, file.biller_id, file.pk, answer.line_no, about, _told(answer), "")
            for answer_id, (about, answer) in zip(ids, answers, strict=True)
        ),
    )


def _told(answer: MandateAnswer | ClaimAnswer) -> str:
    """The answer as JSON, without what is at its default and without a personal number."""
    told = {
        field.name: value
        for field in fields(answer)
        if (value := getattr(answer, field.name)) != field.default
        and field.name not in ("line_no", "payer_id_no")
    }
    return json.dumps(told, default=str)


@transaction.atomic
def note_answer(answer: BankAnswer, result: str, *, actor: Actor) -> None:
    """Keep what came of an answer: a word of the room that took it, "unknown" for nobody's."""
    answer.result = result
    answer.save(update_fields=["result"])


def _parts(payment: Payment) -> str:
    if not payment.parts:
        return "[]"
    return json.dumps([[part.reference, part.amount_minor] for part in payment.parts])


@transaction.atomic
def _keep_refused(biller: Biller, name: str, raw: bytes, error: FormatError, actor: Actor) -> None:
    file, made = BankFile.objects.get_or_create(
        biller=biller,
        sha256=_sha256(raw),
        defaults={
            "name": name[:200],
            "raw": raw[:LARGEST_FILE_BYTES],
            "state": BankFile.State.REFUSED,
            "refused_line": error.line_no,
            "refused_why": error.template,
            "refused_values": {key: str(value) for key, value in error.values.items()},
            "received_at": clock.now(),
        },
    )
    if made:
        record(
            "bankfile.refused", biller_id=biller.pk, actor=actor, file=file.name, file_id=file.pk
        )
