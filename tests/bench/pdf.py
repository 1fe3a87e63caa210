"""The pdf room: the first PDF of an invoice, later ones from the store, and what a core can draw.

The floor is WeasyPrint itself on an empty page, tagged as ours, with fonts and styles ready as ours
are, drawn in turn with ours; for the store it is a bare SELECT of the bytes. Ours are drawn by the
press, a process of its own, so times are those on the clock. What a process does once (starting the
press, importing WeasyPrint, reading fonts) comes before them.
"""

import io
import time
from collections.abc import Callable
from statistics import median
from typing import Final

import pikepdf
from django.db import connection
from django.utils import translation
from weasyprint import HTML

from invoices.customers.models import Customer
from invoices.documents.models import Invoice
from invoices.documents.pdf import drawing
from invoices.documents.pdf.actions import pdf_of_record
from invoices.documents.pdf.models import StoredPdf
from tests.bench.table import Row
from tests.build import a_biller, a_customer, a_line, an_invoice

ROUNDS: Final = 15
LINES: Final = 12
LONG: Final = 60
FIRST_MS: Final = 300
LATER_MS: Final = 10
SHARE: Final = 0.03


def run() -> list[Row]:
    """Draw, read back, draw a long one; bounded to well below a minute."""
    customer = a_customer(a_biller("bench-pdf"), "Lina Haugen")
    warm, *invoices = (_invoice(customer, LINES) for _ in range(ROUNDS + 1))
    _record(warm)
    _draw_nothing()
    first, floor, later, bare = [], [], [], []
    for invoice in invoices:
        first.append(_ms(_record, invoice))
        floor.append(_ms(_draw_nothing))
    for invoice in invoices * 3:
        later.append(_ms(_record, invoice))
        bare.append(_ms(_select, invoice))
    long = _invoice(customer, LONG)
    long_ms = _ms(_record, long)
    pages = len(pikepdf.open(io.BytesIO(_record(long))).pages)
    nothing = 1_000 / median(floor)
    return [
        _time("first PDF of an invoice", first, floor, FIRST_MS, "floor: an empty page"),
        _time("later, from the store", later, bare, LATER_MS, "floor: SELECT of the bytes"),
        _rate(f"{LINES} lines on a page", 1_000 / median(first), nothing),
        _rate(f"{LONG} lines on {pages} pages", 1_000 * pages / long_ms, nothing),
    ]


def _invoice(customer: Customer, lines: int) -> Invoice:
    texts = (f"Fiber {100 * number} til leilighet {number}" for number in range(1, lines + 1))
    return an_invoice(customer, *(a_line(10_000, text=text) for text in texts))


def _record(invoice: Invoice) -> bytes:
    with translation.override("nb"):
        return bytes(pdf_of_record(invoice, StoredPdf.Kind.ISSUED, language="nb").content)


def _draw_nothing() -> bytes:
    fonts, style, fetcher = drawing.tools()
    page = HTML(string='<html lang="nb"><title>Nota</title>', url_fetcher=fetcher)
    drawn: bytes = page.write_pdf(
        font_config=fonts, stylesheets=[style], pdf_variant="pdf/ua-1", pdf_tags=True
    )
    return drawn


def _select(invoice: Invoice) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM invoices_storedpdf WHERE invoice_id = %s", [invoice.pk])
        return bytes(cursor.fetchone()[0])


def _ms[**P](work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> float:
    start = time.perf_counter()
    work(*args, **kwargs)
    return 1_000 * (time.perf_counter() - start)


def _time(name: str, ours: list[float], floor: list[float], aim_ms: float, note: str) -> Row:
    mine, base = median(ours), median(floor)
    note = f"{note}; slowest {max(ours):.0f} ms"
    return Row("pdf", name, mine, base, mine / base, aim_ms, "lower", "ms", note, "ours")


def _rate(name: str, ours: float, floor: float) -> Row:
    return Row("pdf", name, ours, floor, ours / floor, SHARE, "higher", "pages/s", "per core")
