"""Bank files whose bytes were flipped on the way: refused whole, or taken in whole, never half."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest
from django.db import transaction

from invoices.billers.models import Biller, PayeeAccount
from invoices.errors import FormatError
from invoices.history.actors import BANK
from invoices.history.models import HistoryEntry
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.models import Transfer
from invoices.ledger.queries import balance, faults
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankAnswer, BankFile, BankLine
from payments.formats.autogiro.bank import (
    MandateLine,
    PaymentLine,
    PaymentSection,
    write_specification,
)
from payments.formats.avtalegiro_register import Mandate as Registered
from payments.formats.bgmax import BgPayment
from tests.build import a_bgmax_file, a_biller, an_ocr_file
from tests.payments.mandates.house import answers, head, register

pytestmark = pytest.mark.django_db

FLIPS: Final = 60  # of each file, at places and to values that a seed decides


@dataclass(frozen=True)
class Came:
    """What of a file is in the house."""

    payments: int
    money: int
    answers: int


def ocr(biller: Biller) -> bytes:
    return an_ocr_file(("4711", 20_000), ("4712", -500), ("4713", 90_100), biller=biller)


def bgmax(biller: Biller) -> bytes:
    return a_bgmax_file(biller, BgPayment(20_000, "4711"), BgPayment(90_100, "4713", serial=2))


def drawn(biller: Biller) -> bytes:
    told = head(biller)
    lines = (
        PaymentLine("1001", 50_000, told.written_on, "4711", "0"),
        PaymentLine("1002", 30_000, told.written_on, "4712", "1"),
    )
    section = PaymentSection(told.written_on, lines, serial=1)
    return write_specification(told, [section])


def mandates(biller: Biller) -> bytes:
    return answers(biller, MandateLine("1001", "32"), MandateLine("1002", "04"))


def fbo(biller: Biller) -> bytes:
    return register(biller, Registered("0000010000016", notice=True))


FILES: Final[dict[str, tuple[str, Callable[[Biller], bytes]]]] = {
    "ocr giro": ("NO", ocr),
    "bgmax": ("SE", bgmax),
    "autogiro specification": ("SE", drawn),
    "autogiro mandates": ("SE", mandates),
    "avtalegiro register": ("NO", fbo),
}


def taken_in(biller: Biller, raw: bytes) -> Came | None:
    """What came of it, in a transaction that is taken back; None for refused."""
    with transaction.atomic():
        came = _taken_in(biller, raw)
        transaction.set_rollback(True)
    return came


def _taken_in(biller: Biller, raw: bytes) -> Came | None:
    try:
        receive_file(biller, "bank.txt", raw, actor=BANK)
    except FormatError:
        assert BankFile.objects.get().state == BankFile.State.REFUSED
        assert not BankLine.objects.exists()
        assert not BankAnswer.objects.exists()
        assert not Transfer.objects.exists()
        assert not HistoryEntry.objects.filter(kind="bankfile.received").exists()
        return None
    file = BankFile.objects.get()
    lines = list(BankLine.objects.values_list("amount_minor", flat=True))
    bank = balance(biller_account(biller.pk, AccountKind.BANK, biller.currency))
    assert (file.payments, file.sum_minor) == (len(lines), sum(lines))
    assert bank == sum(lines)
    assert faults() == []
    return Came(len(lines), sum(lines), BankAnswer.objects.count())


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_flipped_bytes_is_taken_in_whole_or_not_at_all(name: str) -> None:
    country, make = FILES[name]
    biller = a_biller("norrsken", country)
    assert PayeeAccount.objects.filter(biller=biller).exists()
    raw = make(biller)
    whole = taken_in(biller, raw)
    assert whole is not None
    chance, refused = random.Random(name), 0

    for _ in range(FLIPS):
        place = chance.randrange(len(raw))
        damaged = raw[:place] + bytes([raw[place] ^ (1 << chance.randrange(8))]) + raw[place + 1 :]
        came = taken_in(biller, damaged)
        assert came in (None, whole), f"byte {place}: {raw[place]} -> {damaged[place]}"
        refused += came is None

    assert refused > FLIPS // 4  # most of a file is guarded


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_off_anywhere_between_two_lines_is_refused(name: str) -> None:
    country, make = FILES[name]
    biller = a_biller("norrsken", country)
    lines = make(biller).splitlines(keepends=True)

    for count in range(len(lines)):
        assert taken_in(biller, b"".join(lines[:count])) is None, count
