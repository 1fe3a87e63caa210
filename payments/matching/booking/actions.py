"""The only writer of matches: one payment that a person leads is a set of one."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from invoices import clock
from invoices.billers.models import Biller
from invoices.bulk import array, copy_rows
from invoices.history.actors import BANK, Actor
from invoices.history.record import Draft, record_many
from invoices.ledger.actions import (
    TransferDraft,
    biller_account,
    credit_accounts,
    post_transfers,
)
from invoices.ledger.codes import AccountKind, Code
from payments.matching.engine import Verdict
from payments.matching.evidence import WHOLE
from payments.matching.expected.actions import Arrived, meet
from payments.matching.facts import Open
from payments.matching.models import Decision, Match
from payments.matching.reading import Line
from payments.matching.rules import Share

SUGGESTED = 3


class Judged(NamedTuple):
    """A line with its verdict, what was left of each invoice after it, the name of its file, and
    how often the line was undone before.
    """

    line: Line
    verdict: Verdict
    left_after: dict[int, int]
    file: str
    round: int = 0


class Led(NamedTuple):
    """A share of a line, with the invoice it goes to."""

    judged: Judged
    share: Share
    invoice: Open

    @property
    def source(self) -> str:
        return source_of(self.judged.line.pk, self.share.invoice_id, self.judged.round)


def source_of(line_id: int, invoice_id: int, again: int) -> str:
    """What names the transfers: the same share of the same line moves money once.

    What became credit has ``:over`` behind it.
    """
    source = f"match:{line_id}:{invoice_id}"
    return f"{source}:again{again}" if again else source


def book(
    judged: Sequence[Judged],
    invoices: dict[int, Open],
    *,
    biller: Biller,
    actor: Actor = BANK,
) -> None:
    """Book judged lines from clearing to their invoices; what is more becomes credit on account.

    Records ``payment.matched`` or ``payment.taken_back``, remembers the payers' accounts where the
    reference was whole or a person decided, keeps a Decision of each that the reference alone did
    not settle, and notes what customers had said of it. The invoices are locked by the caller.
    """
    assert connection.in_atomic_block
    led = [
        Led(each, share, invoices[share.invoice_id])
        for each in judged
        for share in each.verdict.shares
    ]
    _post(led, biller)
    automatic = actor.user_id is None
    now = clock.now()
    copy_rows(
        Match,
        ("line_id", "invoice_id", "rule", "evidence", "automatic", "round")
        + ("to_invoice_minor", "to_credit_minor", "at"),
        (
            (each.judged.line.pk, each.share.invoice_id, each.judged.verdict.rule)
            + (_evidence(each.judged.verdict), automatic, each.judged.round)
            + (each.share.to_invoice, each.share.to_credit, now)
            for each in led
        ),
    )
    _remember_payers(led, biller.pk, automatic=automatic)
    if automatic:
        keep_decisions([each for each in judged if each.verdict.score is not None], biller.pk)
    _record(led, biller.pk, actor)
    meet(_arrived(led), biller_id=biller.pk, actor=actor)


def _post(led: Sequence[Led], biller: Biller) -> None:
    clearing = biller_account(biller.pk, AccountKind.CLEARING, biller.currency)
    customers = {each.invoice.customer_id for each in led if each.share.to_credit}
    held = credit_accounts(biller.pk, biller.currency, customers)
    drafts = []
    for each in led:
        if each.share.to_invoice:
            to, amount = each.invoice.receivable_id, each.share.to_invoice
            drafts.append(_moved(clearing.pk, to, amount, Code.PAYMENT, each.source))
        if each.share.to_credit:
            to, amount = held[each.invoice.customer_id].pk, each.share.to_credit
            drafts.append(_moved(clearing.pk, to, amount, Code.OVERPAYMENT, f"{each.source}:over"))
    post_transfers(drafts, biller_id=biller.pk)


def _moved(
    clearing_id: int, account_id: int, amount: int, code: Code, source: str
) -> TransferDraft:
    """From clearing to the account; back again where the amount is negative."""
    if amount > 0:
        return TransferDraft(clearing_id, account_id, amount, code, source)
    return TransferDraft(account_id, clearing_id, -amount, Code.PAYMENT_BACK, source)


def _evidence(verdict: Verdict) -> str:
    if not verdict.evidence:
        return "[]"
    return json.dumps([piece.as_json() for piece in verdict.evidence])


def _remember_payers(led: Iterable[Led], biller_id: int, *, automatic: bool) -> None:
    sure = {
        (each.judged.line.payer_account, each.invoice.customer_id): each.judged.line.pk
        for each in led
        if each.judged.line.payer_account
        and each.judged.line.amount_minor > 0
        and (not automatic or each.judged.verdict.rule in WHOLE)
    }
    if not sure:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO payments_payeraccount"
            " (biller_id, account, customer_id, line_id, confirmed_at)"
            " SELECT %s, t.*, %s FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS t"
            " ON CONFLICT (biller_id, account, customer_id) DO NOTHING",
            [
                biller_id,
                clock.now(),
                array(account for account, _ in sure),
                array(customer_id for _, customer_id in sure),
                array(sure.values()),
            ],
        )


def keep_decisions(judged: Sequence[Judged], biller_id: int) -> None:
    """Keep what the matcher decided by evidence, with what else it might have been."""
    now = clock.now()
    copy_rows(
        Decision,
        ("line_id", "biller_id", "kind", "automatic", "rule", "score", "suggested", "chosen")
        + ("rank", "at"),
        (
            (each.line.pk, biller_id, Decision.Kind.BOOKED.value, True, each.verdict.rule)
            + (each.verdict.score, json.dumps(suggested(each.verdict)))
            + (each.verdict.ranked[0].key, 1, now)
            for each in judged
        ),
    )


def suggested(verdict: Verdict) -> list[list[str | int]]:
    """The best candidates, as a Decision keeps them."""
    return [[each.key, each.score, each.rule] for each in verdict.ranked[:SUGGESTED]]


def _arrived(led: Iterable[Led]) -> dict[int, Arrived]:
    """Invoice id -> what has come for it now, and what is left after the last of it."""
    arrived: dict[int, Arrived] = {}
    for each in led:
        invoice_id, share = each.share.invoice_id, each.share
        if share.to_invoice + share.to_credit > 0:
            before = arrived[invoice_id].amount_minor if invoice_id in arrived else 0
            arrived[invoice_id] = Arrived(
                each.invoice.customer_id,
                before + share.to_invoice + share.to_credit,
                each.judged.left_after[invoice_id],
            )
    return arrived


def _record(led: Iterable[Led], biller_id: int, actor: Actor) -> None:
    received: list[Draft] = []
    back: list[Draft] = []
    for each in led:
        line, share = each.judged.line, each.share
        data = {
            "amount_minor": abs(share.to_invoice + share.to_credit),
            "left_minor": each.judged.left_after[share.invoice_id],
            "overpaid_minor": max(share.to_credit, 0),
            "booked_on": line.booked_on.isoformat(),
            "rule": each.judged.verdict.rule,
            "received_reference": line.reference,
            "line": line.pk,
            "file": each.judged.file,
        }
        draft = Draft(data, share.invoice_id, each.invoice.customer_id)
        (received if line.amount_minor > 0 else back).append(draft)
    for kind, drafts in (("payment.matched", received), ("payment.taken_back", back)):
        record_many(kind, drafts, biller_id=biller_id, actor=actor)
