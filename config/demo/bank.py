"""The demo's bank: writes the very files a real one sends, for payments made up on the spot."""

from typing import Final

from invoices import clock
from invoices.billers.models import Biller, PayeeAccount
from payments.bankfiles.models import BankFile
from payments.formats import bgmax, ocrgiro

# Whether it is OCR giro -> how the record of a payment begins, and where its amount's kroner are.
HUNDREDS: Final = {True: (b"NY091030", 46), False: (b"20", 52)}

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
        starts, place = HUNDREDS[raw[:2] == b"NY"]
        at = next(i for i, line in enumerate(lines) if line.startswith(starts))
        digit = b"3" if lines[at][place : place + 1] == b"7" else b"7"
        lines[at] = lines[at][:place] + digit + lines[at][place + 1 :]
    return b"".join(lines)


def latest_file(biller: Biller) -> tuple[str, bytes] | None:
    """The bank's last file that was taken in, to be sent a second time."""
    booked = BankFile.objects.filter(biller=biller, state=BankFile.State.BOOKED)
    newest = booked.filter(payments__gt=0).first()
    return (newest.name, bytes(newest.raw)) if newest else None
