"""What came of every line of a file, told so that any set of payments can be scored from outside.

The names below are promised to scripts: a name may be added, none is changed or taken away.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import batched
from typing import Any, Final

from invoices.errors import plain
from payments.bankfiles.models import BankFile, BankLine
from payments.formats import Payment
from payments.matching.evidence import KINDS, Evidence
from payments.matching.models import Match
from payments.matching.queries import ranked_for
from payments.matching.ranking import Ranked

RANKED_AT_ONCE = 500
KEYS_AT_ONCE = 10_000

ABOUT: Final = """\
Each of "lines" is one payment of the file, in its order:
  line             where it starts in the file, from 1
  reference, text, payer_name, payer_account, amount_minor, currency, booked_on
                   as the bank wrote them; amounts in minor units, negative for money taken back
  result           matched: booked on invoices without a person
                   review: waits for a person, with candidates
                   unmatched: waits for a person, and nothing leads to an invoice
                   duplicate: known before from this or another file; nothing was booked again
  invoice          number of the invoice it was booked on, null where it waits; with several
                   invoices the first of them
  booked           [{invoice, to_invoice_minor, to_credit_minor}]: what each invoice got, and what
                   of it became credit on the customer's account; [] where it waits
  rule             name of what led there, null where it waits; exact, or a code of evidence
  evidence         [{code, points, words}] for what was booked; [] where the exact reference says
                   all, paid_before among them where a second payment is suspected
  candidates       where it waits, the best first: [{invoices, score, rule, evidence}]; "invoices"
                   are numbers, more than one where the payment is for all of them together
"""


def results_of(
    file: BankFile, payments: Sequence[Payment], *, known_before: bool
) -> list[dict[str, Any]]:
    """Every payment of the file with what came of it. ``known_before``: the file itself was."""
    lines = _lines(file, payments)
    booked = _booked([line.pk for line in lines.values()])
    own = {pk for pk, file_id in _files(lines) if file_id == file.pk and not known_before}
    waiting = [pk for pk in own if pk not in booked]
    ranked: dict[int, list[Ranked]] = {}
    for start in range(0, len(waiting), RANKED_AT_ONCE):
        ranked |= ranked_for(file.biller_id, waiting[start : start + RANKED_AT_ONCE])
    return [
        _told(payment, lines[payment.key].pk, own, booked, ranked)
        for payment in payments
        if payment.key in lines
    ]


def _lines(file: BankFile, payments: Sequence[Payment]) -> dict[str, BankLine]:
    found: dict[str, BankLine] = {}
    for chunk in batched(payments, KEYS_AT_ONCE, strict=False):
        keys = [payment.key for payment in chunk]
        lines = BankLine.objects.filter(biller_id=file.biller_id, key__in=keys)
        found |= {line.key: line for line in lines.only("key", "file_id")}
    return found


def _files(lines: dict[str, BankLine]) -> list[tuple[int, int]]:
    return [(line.pk, line.file_id) for line in lines.values()]


def _booked(line_ids: Sequence[int]) -> dict[int, list[Match]]:
    found: dict[int, list[Match]] = defaultdict(list)
    standing = Match.objects.filter(undone=None).select_related("invoice").order_by("pk")
    for chunk in batched(line_ids, KEYS_AT_ONCE, strict=False):
        for match in standing.filter(line_id__in=chunk):
            found[match.line_id].append(match)
    return found


def _told(
    payment: Payment,
    pk: int,
    own: set[int],
    booked: dict[int, list[Match]],
    ranked: dict[int, list[Ranked]],
) -> dict[str, Any]:
    matches = booked.get(pk, [])
    candidates = [_candidate(each, payment.currency) for each in ranked.get(pk, ())]
    if pk not in own:
        result = "duplicate"
    elif matches:
        result = "matched"
    else:
        result = "review" if candidates else "unmatched"
    return {
        "line": payment.line_no,
        "reference": payment.reference,
        "text": payment.text,
        "payer_name": payment.payer_name,
        "payer_account": payment.payer_account,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "booked_on": payment.booked_on.isoformat(),
        "result": result,
        "invoice": matches[0].invoice.number if matches else None,
        "booked": [
            {
                "invoice": match.invoice.number,
                "to_invoice_minor": match.to_invoice_minor,
                "to_credit_minor": match.to_credit_minor,
            }
            for match in matches
        ],
        "rule": matches[0].rule if matches else None,
        "evidence": _evidence(
            [Evidence(code, *values) for code, *values in matches[0].evidence] if matches else [],
            payment.currency,
        ),
        "candidates": candidates,
    }


def _candidate(ranked: Ranked, currency: str) -> dict[str, Any]:
    return {
        "invoices": [invoice.number for invoice in ranked.invoices],
        "score": ranked.score,
        "rule": ranked.rule,
        "evidence": _evidence(ranked.pieces, currency),
    }


def _evidence(pieces: Sequence[Evidence], currency: str) -> list[dict[str, Any]]:
    return [
        {
            "code": piece.code,
            "points": piece.kind.points,
            "words": piece.kind.say.format(**plain({**piece.values, "currency": currency})),
        }
        for piece in pieces
        if piece.code in KINDS
    ]
