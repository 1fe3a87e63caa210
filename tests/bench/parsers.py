"""The parsers room: every bank format read whole, with all its control totals verified.

The floor of a fixed-width format is the least that any reader must do: split the same file into
lines and slice every line into as many fields as our records have, on the same machine, in the same
run. The floor of camt is lxml building the same tree and taking the text of every element in it.
Nothing is looked up or stored.
"""

import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from lxml import etree

from invoices.documents.references import mod10
from payments import formats
from payments.formats import avtalegiro, bgmax, camt, ocrgiro
from payments.formats.autogiro import bank
from tests.bench.table import Row

PAYMENTS: Final = 20_000
ROUNDS: Final = 3
DAY: Final = date(2026, 11, 20)
FIELDS: Final = ((0, 2), (2, 4), (4, 6), (6, 8), (8, 15), (15, 25), (25, 32), (32, 49), (49, 74))
# How many times the floor a format may take: fixed-width records are checked field by field.
AIM_FIXED: Final = 25.0
AIM_XML: Final = 10.0


def run() -> list[Row]:
    """Measure every format; bounded to well below 60 seconds."""
    return [
        _fixed("OCR giro", _ocr(), formats.parse),
        _fixed("BgMax", _bgmax(), formats.parse),
        _fixed("AvtaleGiro claims", _claims(), avtalegiro.read),
        _fixed("Autogiro specification", _autogiro(), formats.parse),
        _xml("camt.054", _camt()),
    ]


def _fixed(name: str, raw: bytes, parse: Callable[[bytes], object]) -> Row:
    floor = _quickest(lambda: _sliced(raw))
    return _row(name, raw, _quickest(lambda: parse(raw)), floor, AIM_FIXED)


def _xml(name: str, raw: bytes) -> Row:
    floor = _quickest(lambda: [each.text for each in etree.fromstring(raw).iter()])
    return _row(name, raw, _quickest(lambda: formats.parse(raw)), floor, AIM_XML)


def _sliced(raw: bytes) -> int:
    """The least work: every line, every field of it."""
    count = 0
    for line in raw.decode("latin-1").splitlines():
        count += len([line[start:end] for start, end in FIELDS])
    return count


def _quickest(work: Callable[[], object]) -> float:
    """Seconds of processor time of the quickest of a few rounds: others work here too."""
    found = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def _row(name: str, raw: bytes, ours: float, floor: float, aim: float) -> Row:
    megabytes = len(raw) / 2**20
    note = f"{PAYMENTS:,} of {megabytes:.1f} MB in {ours:.2f} s: {PAYMENTS / ours:,.0f} a second"
    return Row("parsers", name, ours * 1000, floor * 1000, ours / floor, aim, "lower", "ms", note)


def _kids() -> list[str]:
    bodies = [f"{n:012d}" for n in range(1, PAYMENTS + 1)]
    return [body + mod10(body) for body in bodies]


def _ocr() -> bytes:
    paid = tuple(
        ocrgiro.OcrPayment(50_000 + n, DAY, kid=kid, archive_ref=n)
        for n, kid in enumerate(_kids(), 1)
    )
    assignment = ocrgiro.OcrAssignment("15030000009", 1, paid)
    return ocrgiro.write(ocrgiro.OcrFile(1, DAY, (assignment,)))


def _bgmax() -> bytes:
    paid = tuple(
        bgmax.BgPayment(50_000 + n, kid, payer_name="Anna Berg", serial=n)
        for n, kid in enumerate(_kids(), 1)
    )
    section = bgmax.BgSection("9912346", DAY, paid)
    return bgmax.write(bgmax.BgMaxFile(datetime(2026, 11, 20, 9), (section,)))  # noqa: DTZ001


def _camt() -> bytes:
    paid = tuple(
        camt.CamtPayment(50_000 + n, kid, payer_name="Anna Berg", servicer_ref=f"R{n}")
        for n, kid in enumerate(_kids(), 1)
    )
    entry = camt.CamtEntry(DAY, paid, "E1")
    return camt.write(camt.CamtFile("M1", "NO9386011117947", (entry,)))


def _claims() -> bytes:
    asked = tuple(avtalegiro.Claim(50_000 + n, DAY, kid) for n, kid in enumerate(_kids(), 1))
    assignment = avtalegiro.ClaimAssignment("15030000009", 1, asked)
    return avtalegiro.write(avtalegiro.ClaimFile(1, 1, (assignment,))).raw


def _autogiro() -> bytes:
    drawn = tuple(
        bank.PaymentLine(str(100 + n), 50_000 + n, DAY, str(n).rjust(7, "1"))
        for n in range(1, PAYMENTS + 1)
    )
    return bank.write_specification(
        bank.Head(471_117, "9912346", DAY), (bank.PaymentSection(DAY, drawn),)
    )
