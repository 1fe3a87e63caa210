"""A bank file is taken in whole or not at all, and every payment in it once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices import clock
from invoices.billers.models import Biller, PayeeAccount
from invoices.errors import FormatError
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.models import Transfer
from invoices.ledger.queries import balance, faults
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankFile, BankLine
from payments.bankfiles.queries import biller_of_accounts
from payments.formats import ocrgiro
from payments.formats.autogiro.bank import (
    Head,
    PaymentLine,
    PaymentSection,
    write_specification,
)
from payments.formats.avtalegiro_register import Mandate, Register
from payments.formats.bgmax import BgPayment
from payments.formats.camt import CamtPayment
from tests.build import a_bgmax_file, a_biller, a_camt_file, an_invoice, an_ocr_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def biller() -> Biller:
    return a_biller()


def money_at(biller: Biller, kind: AccountKind) -> int:
    return balance(biller_account(biller.pk, kind, biller.currency))


def test_every_payment_is_kept_as_it_came_and_booked_on_clearing(biller: Biller) -> None:
    raw = an_ocr_file(("4711", 20_000), ("4712", -500), biller=biller)

    receipt = receive_file(biller, "ocr.txt", raw, actor=SYSTEM)

    assert (receipt.payments, receipt.sum_minor, receipt.duplicates) == (2, 19_500, 0)
    assert bytes(BankFile.objects.get().raw) == raw
    lines = BankLine.objects.values_list("reference", "amount_minor", "kind")
    assert list(lines) == [
        ("4711", 20_000, "payment"),
        ("4712", -500, "reversal"),
    ]
    assert money_at(biller, AccountKind.BANK) == 19_500
    assert money_at(biller, AccountKind.CLEARING) == 19_500
    assert faults() == []


def test_a_file_is_told_of_once_and_its_matching_is_a_job_of_the_same_transaction(
    biller: Biller,
) -> None:
    receipt = receive_file(biller, "ocr.txt", an_ocr_file(("4711", 1), biller=biller), actor=SYSTEM)

    entry = HistoryEntry.objects.get(kind="bankfile.received")
    assert entry.data == {
        "file": "ocr.txt",
        "file_id": receipt.file.pk,
        "count": 1,
        "amount_minor": 1,
        "currency": "NOK",
        "duplicates": 0,
    }
    jobs = [job.args for job in ProcrastinateJob.objects.all()]
    assert {"reaction": "payments.reactions.match_received", "entry_ids": [entry.pk]} in jobs
    assert all(args["entry_ids"] == [entry.pk] for args in jobs)


def test_the_same_bytes_again_book_and_tell_nothing(biller: Biller) -> None:
    raw = an_ocr_file(("4711", 20_000), biller=biller)
    first = receive_file(biller, "ocr.txt", raw, actor=SYSTEM)

    again = receive_file(biller, "copy of ocr.txt", raw, actor=SYSTEM)

    assert (again.file, again.payments, again.duplicates) == (first.file, 1, 1)
    assert Transfer.objects.count() == BankLine.objects.count() == 1
    assert HistoryEntry.objects.filter(kind="bankfile.received").count() == 1


def test_a_payment_that_another_file_repeats_is_booked_once(biller: Biller) -> None:
    paid = CamtPayment(500, "4711", servicer_ref="PAY-1")
    new = CamtPayment(700, "4712", servicer_ref="PAY-2")
    receive_file(biller, "1.xml", a_camt_file(biller, paid), actor=SYSTEM)

    receipt = receive_file(biller, "2.xml", a_camt_file(biller, paid, new, number=2), actor=SYSTEM)

    assert (receipt.payments, receipt.duplicates) == (2, 1)
    assert list(BankLine.objects.values_list("amount_minor", flat=True)) == [500, 700]
    assert money_at(biller, AccountKind.BANK) == 1_200


def test_two_payments_that_look_alike_in_one_file_are_two(biller: Biller) -> None:
    paid = CamtPayment(500, "4711")

    receipt = receive_file(biller, "1.xml", a_camt_file(biller, paid, paid), actor=SYSTEM)

    assert (receipt.payments, receipt.duplicates) == (2, 0)
    assert money_at(biller, AccountKind.BANK) == 1_000


def test_a_line_that_brings_words_but_no_money_is_kept_and_moves_nothing() -> None:
    biller = a_biller("telia", "SE")
    raw = a_bgmax_file(biller, BgPayment(0, "13565", texts=("Fel belopp, ring mig",)))

    receive_file(biller, "bgmax.txt", raw, actor=SYSTEM)

    assert BankLine.objects.get().text == "Fel belopp, ring mig"
    assert not Transfer.objects.exists()


def refused(biller: Biller, raw: bytes, match: str) -> FormatError:
    """The refusal of a file, of which nothing may be left but the file itself."""
    with pytest.raises(FormatError, match=match) as info:
        receive_file(biller, "bad.txt", raw, actor=SYSTEM)

    kept = BankFile.objects.get(biller=biller)
    assert (kept.state, bytes(kept.raw)) == (BankFile.State.REFUSED, raw)
    assert (kept.refused_line, kept.refused_why) == (info.value.line_no, info.value.template)
    assert not BankLine.objects.exists()
    assert not Transfer.objects.exists()
    assert [entry.kind for entry in HistoryEntry.objects.all()] == ["bankfile.refused"]
    return info.value


def test_a_file_for_an_account_that_nobody_has_is_refused(biller: Biller) -> None:
    raw = an_ocr_file(("4711", 500), biller=biller)
    PayeeAccount.objects.filter(biller=biller).update(number="99999999999")

    error = refused(biller, raw, "not an account of Fjordfiber")

    assert error.line_no == 3


def test_a_file_for_another_billers_account_is_refused(biller: Biller) -> None:
    other = a_biller("nordnett")

    refused(biller, an_ocr_file(("4711", 500), biller=other), "not an account of Fjordfiber")


def test_a_payment_of_tomorrow_refuses_the_file_on_its_line(biller: Biller) -> None:
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        raw = an_ocr_file(("4711", 500), biller=biller)

    error = refused(biller, raw, "in the future")

    assert error.line_no == 3


def test_another_currency_than_the_billers_is_refused() -> None:
    biller = a_biller("telia", "SE")
    raw = a_bgmax_file(biller, BgPayment(500, "13565")).replace(b"SEK", b"EUR")

    error = refused(biller, raw, "in EUR, but the biller's accounts are in SEK")

    assert error.line_no == 3


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (lambda raw: raw.replace(b"00000000000050000", b"00000000000050001"), "add up to"),
        (lambda raw: b"".join(raw.splitlines(keepends=True)[:-1]), "ends before"),
        (lambda raw: raw + raw, "goes on"),
        (lambda raw: b"", "is empty"),
        (lambda raw: b"Dear customer, your file is late", "not a bank file"),
        (lambda raw: raw.replace(b"NY0910", b"NY\x0010"), "does not belong"),
    ],
)
def test_a_broken_file_is_refused_whole(
    biller: Biller, broken: Callable[[bytes], bytes], why: str
) -> None:
    raw = broken(an_ocr_file(("4711", 50_000), ("4712", 100), biller=biller))

    refused(biller, raw, why)


def test_a_file_that_is_too_large_is_refused(
    biller: Biller, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = an_ocr_file(("4711", 50_000), biller=biller)
    monkeypatch.setattr("payments.bankfiles.actions.LARGEST_FILE_BYTES", len(raw))
    receive_file(biller, "just right.txt", raw, actor=SYSTEM)

    with pytest.raises(FormatError, match="larger than"):
        receive_file(biller, "too large.txt", raw + b"\n", actor=SYSTEM)

    assert BankLine.objects.count() == 1


def test_a_refused_file_is_told_of_once_however_often_it_comes(biller: Biller) -> None:
    for _ in range(2):
        refused(biller, b"not a file", "not a bank file")


def test_a_refused_file_is_booked_when_its_reason_is_gone(biller: Biller) -> None:
    account = PayeeAccount.objects.get(biller=biller)
    raw = an_ocr_file(("4711", 500), biller=biller)
    PayeeAccount.objects.update(number="99999999999")
    refused(biller, raw, "not an account")
    PayeeAccount.objects.update(number=account.number)

    receipt = receive_file(biller, "again.txt", raw, actor=SYSTEM)

    kept = BankFile.objects.get()
    assert (receipt.file, kept.state, kept.payments) == (kept, BankFile.State.BOOKED, 1)
    assert (kept.refused_line, kept.refused_why, kept.refused_values) == (None, "", {})
    assert money_at(biller, AccountKind.BANK) == 500


def test_the_same_bytes_are_each_billers_own(biller: Biller) -> None:
    other = a_biller("nordnett")
    raw = an_ocr_file(("4711", 500), biller=biller)
    with pytest.raises(FormatError):
        receive_file(other, "ours.txt", raw, actor=SYSTEM)

    assert receive_file(biller, "ours.txt", raw, actor=SYSTEM).payments == 1
    assert BankFile.objects.get(biller=other).state == BankFile.State.REFUSED


def test_a_hundred_payments_take_as_many_queries_as_one(biller: Biller) -> None:
    receive_file(biller, "0.txt", an_ocr_file(("1", 1), biller=biller), actor=SYSTEM)
    one = an_ocr_file(("2", 1), biller=biller, number=2)
    hundred = an_ocr_file(*[(f"9{n}", 100 + n) for n in range(100)], biller=biller, number=3)

    with CaptureQueriesContext(connection) as for_one:
        receive_file(biller, "1.txt", one, actor=SYSTEM)
    with CaptureQueriesContext(connection) as for_hundred:
        receive_file(biller, "100.txt", hundred, actor=SYSTEM)

    assert len(for_hundred) == len(for_one)
    assert BankLine.objects.count() == 102


def test_the_biller_of_a_file_is_known_by_its_accounts_or_not_at_all(biller: Biller) -> None:
    other = a_biller("nordnett")
    ours, theirs = PayeeAccount.objects.get(biller=biller), PayeeAccount.objects.get(biller=other)

    assert biller_of_accounts((ours.number,)) == biller
    assert biller_of_accounts((ours.iban, ours.number)) == biller
    assert biller_of_accounts((ours.number, theirs.number)) is None
    assert biller_of_accounts(("99999999999",)) is None
    assert biller_of_accounts(()) is None


def test_a_file_with_answers_only_is_taken_in_and_books_nothing(biller: Biller) -> None:
    account = PayeeAccount.objects.get(biller=biller).number
    register = Register(account, 1, (Mandate("0000100000018"),))
    raw = ocrgiro.write(ocrgiro.OcrFile(1, clock.today(), (), registers=(register,)))

    receipt = receive_file(biller, "fbo.txt", raw, actor=SYSTEM)

    assert (receipt.payments, receipt.sum_minor) == (0, 0)
    assert receipt.file.state == BankFile.State.BOOKED
    assert not Transfer.objects.exists()


def test_a_register_of_another_account_is_refused(biller: Biller) -> None:
    register = Register("86011117947", 1, (Mandate("0000100000018"),))
    raw = ocrgiro.write(ocrgiro.OcrFile(1, clock.today(), (), registers=(register,)))

    with pytest.raises(FormatError, match="account 86011117947"):
        receive_file(biller, "fbo.txt", raw, actor=SYSTEM)


def test_a_draw_is_booked_and_its_refund_taken_back() -> None:
    biller = a_biller("fjallfiber", "SE")
    head = Head(471117, PayeeAccount.objects.get(biller=biller).number, clock.today())
    draw = PaymentLine("101", 49_900, clock.today(), "1234574")
    refund = PaymentLine("101", 20_000, clock.today(), "1234574", "03")
    sections = [
        PaymentSection(clock.today(), (draw, replace(draw, code="1"))),
        PaymentSection(clock.today(), (refund,), kind="77"),
    ]

    receipt = receive_file(biller, "ag.txt", write_specification(head, sections), actor=SYSTEM)

    assert (receipt.payments, receipt.sum_minor) == (2, 29_900)
    lines = BankLine.objects.values_list("reference", "amount_minor", "kind", "code")
    assert list(lines) == [
        ("1234574", 49_900, "payment", "82"),
        ("1234574", -20_000, "reversal", "7703"),
    ]
    assert money_at(biller, AccountKind.BANK) == 29_900


def test_a_file_cut_off_at_any_line_books_nothing_and_the_whole_one_does() -> None:
    invoice = an_invoice()
    raw = an_ocr_file((invoice, 20_000), (invoice, 10_000), ("999", 700))
    lines = raw.splitlines(keepends=True)

    for end in range(1, len(lines)):
        with pytest.raises(FormatError):
            receive_file(invoice.biller, "cut.txt", b"".join(lines[:end]), actor=SYSTEM)
        assert (BankLine.objects.count(), Transfer.objects.filter(code="receipt").count()) == (0, 0)

    receive_file(invoice.biller, "whole.txt", raw, actor=SYSTEM)
    assert BankLine.objects.count() == 3
