"""The demo's bank: writes the very files a real one sends, for payments made up on the spot."""

import re
from typing import Final

from invoices import clock
from invoices.billers.models import Biller, PayeeAccount
from payments.bankfiles.models import BankFile
from payments.formats import bgmax, ocrgiro

# What is zeros and then an amount, in both formats.
AMOUNT: Final = re.compile(rb"0{6,}[1-9][0-9]{2,}")

type Paid = tuple[str, int, str]  # reference, minor units, payer


def bank_file(biller: Biller, payments: list[Paid]) -> tuple[str, bytes]:
    """A file name and the bytes: OCR giro for a Norwegian biller, BgMax for a Swedish one."""
    account = PayeeAccount.objects.filter(biller=biller).get()
    number = BankFile.objects.filter(biller=biller).count() + 1
    if biller.country == Biller.Country.NO:
        return f"OCR.D{clock.today():%d%m%y}.{number:03d}", _ocr(account, number, payments)
    return f"BGMAX{clock.today():%Y%m%d}-{number:03d}.txt", _bgmax(account, number, payments)


def _ocr(account: PayeeAccount, number: int, payments: list[Paid]) -> bytes:
    paid = tuple(
        ocrgiro.OcrPayment(amount, clock.today(), kid=reference, archive_ref=number * 1000 + place)
        for place, (reference, amount, _payer) in enumerate(payments)
    )
    assignment = ocrgiro.OcrAssignment(account.number, number, paid)
    return ocrgiro.write(ocrgiro.OcrFile(number, clock.today(), (assignment,)))


def _bgmax(account: PayeeAccount, number: int, payments: list[Paid]) -> bytes:
    paid = tuple(
        bgmax.BgPayment(amount, reference, payer_name=payer, serial=number * 1000 + place)
        for place, (reference, amount, payer) in enumerate(payments)
    )
    section = bgmax.BgSection(account.number, clock.today(), paid, serial=number)
    return bgmax.write(bgmax.BgMaxFile(clock.now().replace(tzinfo=None), (section,)))


def damaged(raw: bytes, how: str) -> bytes:
    """The file as it arrives: ``cut`` off within its payment, or with an amount ``flipped``."""
    lines = raw.splitlines(keepends=True)
    if how == "cut":
        return b"".join(lines[: max(1, len(lines) - 2)])
    if how == "flipped":
        at = next(i for i, line in enumerate(lines) if AMOUNT.search(line))
        lines[at] = AMOUNT.sub(lambda found: found[0][:-3] + b"7" + found[0][-2:], lines[at], 1)
    return b"".join(lines)


def latest_file(biller: Biller) -> tuple[str, bytes] | None:
    """The bank's last file that was taken in, to be sent a second time."""
    booked = BankFile.objects.filter(biller=biller, state=BankFile.State.BOOKED)
    newest = booked.filter(payments__gt=0).first()
    return (newest.name, bytes(newest.raw)) if newest else None
