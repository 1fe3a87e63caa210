"""The issue room: invoices of three lines issued, with references, ledger and history.

The floor is COPY of the very rows that came of it, invoices and lines only, as text that lies
ready, into tables with the same columns and indexes but without foreign keys and triggers. Both
are timed in turn and their means compared: a busy machine slows both.
"""

import gc
import os
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import fmean
from typing import Final

from django.db import connection, transaction

from invoices import clock
from invoices.billers.models import Agreement, Biller, PayeeAccount
from invoices.customers.actions import CustomerDraft, register_customers
from invoices.documents.actions import issue_invoices
from invoices.documents.amounts import LineDraft
from invoices.documents.drafts import InvoiceDraft
from invoices.history.actors import SYSTEM
from tests.bench.table import Row

ROWS: Final = int(os.environ.get("NOTA_BENCH_ROWS", "100000"))
ROUNDS: Final = 2
FLOORS: Final = 3  # in each round, since one is so short that luck decides
AIM: Final = 0.1


def run() -> list[Row]:
    """Measure; bounded to well below 90 seconds for 100,000 invoices."""
    biller = a_biller("bench-issue", "15030000001")
    customers = customers_of(biller, ROWS)
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(ROUNDS):
        drafts = drafts_for(customers)
        ours.append(timed(lambda drafts=drafts: issue(biller, drafts)))  # type: ignore[misc]
        floor += copy_floors({"invoices_invoice": "id", "invoices_invoiceline": "invoice_id"})
    return [rate_row("issue", "invoices of three lines issued", ours, floor, AIM)]


def a_biller(slug: str, account_no: str) -> Biller:
    """A Norwegian biller with one account and KIDs of 16 digits, 7 of them the customer's."""
    biller = Biller.objects.create(
        slug=slug, name=slug, country="NO", currency="NOK", languages=["nb"]
    )
    account = PayeeAccount.objects.create(biller=biller, kind="kontonr", number=account_no)
    Agreement.objects.create(
        biller=biller, account=account, scheme="kid", lengths=[16], customer_digits=7
    )
    return biller


def customers_of(biller: Biller, count: int) -> list[tuple[int, int]]:
    """Customers of the biller: (id, reference number) of each."""
    drafts = [CustomerDraft(f"C{place}", f"Customer {place}", "nb") for place in range(count)]
    return list(register_customers(drafts, biller=biller).values())


def drafts_for(customers: Sequence[tuple[int, int]]) -> list[InvoiceDraft]:
    """An invoice of three lines for each customer; no two amounts in a row are equal."""
    today = clock.today()
    return [
        InvoiceDraft(
            customer_id=customer_id,
            customer_no=customer_no,
            issued_on=today,
            due_on=today + timedelta(days=14),
            lines=(
                LineDraft("Fiber 500/500", 59_920 + customer_no % 97, 2_500),
                LineDraft("Mesh, two routers", 7_920, 2_500, quantity_milli=2_000),
                LineDraft("Landline, minutes", 39, 2_500, quantity_milli=12_500),
            ),
        )
        for customer_id, customer_no in customers
    ]


def issue(biller: Biller, drafts: Sequence[InvoiceDraft]) -> list[int]:
    """Issue as the product does it."""
    return issue_invoices(drafts, biller=biller, actor=SYSTEM)


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes, commit included, with no garbage of others to collect."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def copy_floors(tables: dict[str, str]) -> list[float]:
    """Seconds to COPY the newest ROWS documents of the tables (their key: the column given).

    Measured FLOORS times. The text is fetched by COPY as well, beforehand and off the clock.
    """
    return [_copy_floor(tables) for _ in range(FLOORS)]


def _copy_floor(tables: dict[str, str]) -> float:
    seconds = 0.0
    for table, key in tables.items():
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE bench_floor (LIKE {table} INCLUDING ALL)")
            rows = (
                f"SELECT * FROM {table} WHERE {key} IN"
                f" (SELECT DISTINCT {key} FROM {table} ORDER BY 1 DESC LIMIT {ROWS})"
            )
            with cursor.copy(f"COPY ({rows}) TO STDOUT") as copied:
                text = [bytes(block) for block in copied]
            seconds += timed(lambda text=text: _copy_in(text))  # type: ignore[misc]
            cursor.execute("DROP TABLE bench_floor")
    return seconds


def _copy_in(text: Sequence[bytes]) -> None:
    statement = "COPY bench_floor FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(text), 500):
            copy.write(b"".join(text[start : start + 500]))


def rate_row(
    room: str, name: str, ours_s: Sequence[float], floor_s: Sequence[float], aim: float
) -> Row:
    """Seconds that ROWS took, of ours and of the floor, as a row of mean rates."""
    ours, floor = ROWS / fmean(ours_s), ROWS / fmean(floor_s)
    note = f"{ROWS:,} in {fmean(ours_s):.1f} s"
    return Row(room, name, ours, floor, ours / floor, aim, "higher", "/s", note)
