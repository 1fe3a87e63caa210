"""The import room: a bank file imported, matched, settled and in the history.

The floor is COPY of the payments' rows alone, as text that lies ready, into a table with the
same columns and indexes but without foreign keys and triggers.
"""

from datetime import date
from typing import Final

from invoices import clock
from invoices.billers.models import Biller
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM
from payments.bankfiles.actions import receive_file
from payments.formats import ocrgiro
from payments.matching.actions import match_file
from payments.matching.queries import outcome
from tests.bench.issue import (
    ROWS,
    a_biller,
    copy_floors,
    customers_of,
    drafts_for,
    issue,
    rate_row,
    timed,
)
from tests.bench.table import Row

ACCOUNT: Final = "15030000002"
ROUNDS: Final = 2
AIM: Final = 0.05


def run() -> list[Row]:
    """Measure; bounded to well below 90 seconds for 100,000 payments."""
    biller = a_biller("bench-import", ACCOUNT)
    customers = customers_of(biller, ROWS)
    ours: list[float] = []
    floor: list[float] = []
    for number in range(1, ROUNDS + 1):
        raw = _bank_file(issue(biller, drafts_for(customers)), number)
        ours.append(timed(lambda raw=raw: _import(biller, raw)))  # type: ignore[misc]
        floor += copy_floors({"payments_bankline": "id"})
    return [rate_row("import", "payments of a bank file settled", ours, floor, AIM)]


def _bank_file(invoice_ids: list[int], number: int) -> bytes:
    """An OCR giro file in which every invoice is paid in full."""
    due = Invoice.objects.filter(pk__in=invoice_ids).values_list("reference", "total_minor")
    today: date = clock.today()
    payments = tuple(
        ocrgiro.OcrPayment(amount_minor=total, booked_on=today, kid=reference)
        for reference, total in due
    )
    assignment = ocrgiro.OcrAssignment(account=ACCOUNT, number=number, payments=payments)
    return ocrgiro.write(
        ocrgiro.OcrFile(number=number, written_on=today, assignments=(assignment,))
    )


def _import(biller: Biller, raw: bytes) -> None:
    receipt = receive_file(biller, "bench.txt", raw, actor=SYSTEM)
    match_file(receipt.file)
    done = outcome(receipt.file)
    assert (done.matched, done.unmatched) == (receipt.payments, 0), done
