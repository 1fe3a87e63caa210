"""From received payments to invoices: what is booked, what stays, what is told."""

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.billers.models import Agreement, Biller
from invoices.customers.models import Customer
from invoices.documents.actions import credit_invoice
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.models import Account, Transfer
from invoices.ledger.queries import balance, faults
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankLine
from payments.formats import Part
from payments.formats.bgmax import BgPayment
from payments.formats.camt import CamtPayment
from payments.formats.ocrgiro import OcrAssignment, OcrFile, OcrPayment, write
from payments.matching import actions
from payments.matching.actions import match_file
from payments.matching.models import Match
from payments.matching.queries import outcome, unmatched_lines
from tests.build import (
    a_bgmax_file,
    a_biller,
    a_camt_file,
    a_customer,
    a_line,
    an_invoice,
    an_ocr_file,
    receive,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    return a_customer(a_biller())


@pytest.fixture
def swede() -> Customer:
    return a_customer(a_biller("telia", "SE"), "Åsa Öberg")


def left(*invoices: Invoice) -> list[int]:
    return [figures(invoice).left for invoice in invoices]


def credit_of(customer: Customer) -> int:
    account = Account.objects.filter(customer=customer).first()
    return balance(account) if account else 0


def on_clearing(biller: Biller) -> int:
    return balance(biller_account(biller.pk, AccountKind.CLEARING, biller.currency))


def told(kind: str) -> list[dict[str, object]]:
    return [entry.data for entry in HistoryEntry.objects.filter(kind=kind).order_by("pk")]


def test_a_payment_with_its_reference_pays_its_invoice_and_no_other(customer: Customer) -> None:
    paid, other = an_invoice(customer), an_invoice(customer)

    receipt = receive(customer.biller, an_ocr_file((paid, 50_000)))

    assert left(paid, other) == [0, 50_000]
    assert on_clearing(customer.biller) == 0
    match = Match.objects.get()
    assert (match.invoice, match.rule, match.to_invoice_minor) == (paid, "exact", 50_000)
    assert outcome(receipt.file).matched == 1
    assert told("payment.matched") == [
        {
            "amount_minor": 50_000,
            "left_minor": 0,
            "overpaid_minor": 0,
            "booked_on": match.line.booked_on.isoformat(),
            "rule": "exact",
            "received_reference": paid.reference,
            "line": match.line_id,
            "file": "bank.txt",
        }
    ]


def test_a_payment_without_an_invoice_stays_on_clearing_for_a_person(customer: Customer) -> None:
    invoice = an_invoice(customer)
    short = invoice.reference[:-1]

    receipt = receive(customer.biller, an_ocr_file((short, 700), ("", 300), biller=invoice.biller))

    assert on_clearing(customer.biller) == 1_000
    assert left(invoice) == [50_000]
    assert outcome(receipt.file).unmatched == 2
    assert [line.reference for line in unmatched_lines(customer.biller_id)] == ["", short]
    assert [data["reference"] for data in told("payment.unmatched")] == [short, ""]
    assert faults() == []


def test_payments_of_one_file_see_each_other(customer: Customer) -> None:
    invoice = an_invoice(customer)

    receive(
        customer.biller,
        an_ocr_file((invoice, 30_000), (invoice, 30_000), (invoice, 5_000), (invoice, -60_000)),
    )

    assert [data["left_minor"] for data in told("payment.matched")] == [20_000, 0, 0]
    assert [data["overpaid_minor"] for data in told("payment.matched")] == [0, 10_000, 5_000]
    assert [data["left_minor"] for data in told("payment.taken_back")] == [50_000]
    assert (left(invoice), credit_of(customer)) == ([50_000], 5_000)
    assert faults() == []


def test_a_reference_belongs_to_the_account_it_was_given_out_for(customer: Customer) -> None:
    other = a_biller("nordnett")
    invoice = an_invoice(customer)

    receive(other, an_ocr_file((invoice.reference, 50_000), biller=other))

    assert left(invoice) == [50_000]
    assert on_clearing(other) == 50_000


def test_a_reference_that_two_agreements_gave_out_is_left_to_a_person(customer: Customer) -> None:
    biller = customer.biller
    old = an_invoice(customer)
    agreement = Agreement.objects.get(biller=biller)
    Agreement.objects.update(is_default=False)
    Agreement.objects.create(biller=biller, account=agreement.account, scheme="kid", lengths=[13])
    new = an_invoice(customer, reference=old.reference)

    receive(biller, an_ocr_file((old.reference, 50_000), biller=biller))

    assert left(old, new) == [50_000, 50_000]
    assert on_clearing(biller) == 50_000


def test_spaces_in_a_reference_do_not_matter(swede: Customer) -> None:
    invoice = an_invoice(swede, reference="1234574")

    receive(swede.biller, a_bgmax_file(swede.biller, BgPayment(50_000, "123 4574")))

    assert left(invoice) == [0]


@pytest.mark.parametrize(("type_code", "minus"), [("18", False), ("20", False), ("13", True)])
def test_ocr_reversals_reopen_the_invoice(customer: Customer, type_code: str, minus: bool) -> None:
    invoice = an_invoice(customer)
    receive(customer.biller, an_ocr_file((invoice, 50_000)))
    day, account = invoice.issued_on, invoice.agreement.account.number
    back = OcrPayment(50_000, day, invoice.reference, type_code, minus=minus)
    other = OcrPayment(50_000, day, "4711")  # the totals of a file cannot be below zero
    raw = write(OcrFile(2, day, (OcrAssignment(account, 2, (back, other)),)))

    receive(customer.biller, raw)

    assert (left(invoice), figures(invoice).paid) == ([50_000], 0)
    assert [data["amount_minor"] for data in told("payment.taken_back")] == [50_000]
    assert balance(biller_account(customer.biller_id, AccountKind.BANK, "NOK")) == 50_000


def test_a_reversal_of_what_was_never_paid_waits_on_clearing(customer: Customer) -> None:
    invoice = an_invoice(customer)

    receive(customer.biller, an_ocr_file((invoice, -50_000)))

    assert left(invoice) == [50_000]
    assert on_clearing(customer.biller) == -50_000
    assert faults() == []


def test_credit_can_be_taken_back_once_though_two_invoices_share_it(customer: Customer) -> None:
    first, second = an_invoice(customer), an_invoice(customer)
    receive(customer.biller, an_ocr_file((first, 60_000), (second, 50_000)))

    receive(customer.biller, an_ocr_file((first, -60_000), (second, -60_000), number=2))

    assert (left(first, second), credit_of(customer)) == ([50_000, 0], 0)
    assert on_clearing(customer.biller) == -60_000
    assert faults() == []


def test_what_is_overpaid_on_one_invoice_covers_a_reversal_of_the_other(
    customer: Customer,
) -> None:
    first, second = an_invoice(customer), an_invoice(customer)
    receive(customer.biller, an_ocr_file((second, 50_000)))

    receive(customer.biller, an_ocr_file((first, 60_000), (second, -60_000), number=2))

    assert (left(first, second), credit_of(customer)) == ([0, 50_000], 0)


def test_extra_references_with_amounts_share_the_payment(swede: Customer) -> None:
    first, second = an_invoice(swede), an_invoice(swede)
    parts = (Part(first.reference, 20_000), Part(second.reference, 70_000))

    receive(swede.biller, a_bgmax_file(swede.biller, BgPayment(90_000, parts=parts)))

    assert (left(first, second), credit_of(swede)) == ([30_000, 0], 20_000)
    assert [data["amount_minor"] for data in told("payment.matched")] == [20_000, 70_000]
    assert faults() == []


@pytest.mark.parametrize(("amount", "expected"), [(100_000, [0, 0]), (99_999, [50_000, 50_000])])
def test_extra_references_without_amounts_must_add_up_exactly(
    swede: Customer, amount: int, expected: list[int]
) -> None:
    first, second = an_invoice(swede), an_invoice(swede)
    parts = (Part(first.reference, None), Part(second.reference, None))

    receive(swede.biller, a_bgmax_file(swede.biller, BgPayment(amount, parts=parts)))

    assert left(first, second) == expected


@pytest.mark.parametrize(
    ("amount", "part", "expected"),
    [
        (100_000, None, [0, 0]),
        (70_000, 20_000, [0, 30_000]),
        (50_000, None, [50_000, 50_000]),  # either of them, or some of both?
    ],
)
def test_the_payments_own_reference_counts_beside_the_extra_ones(
    swede: Customer, amount: int, part: int | None, expected: list[int]
) -> None:
    first, second = an_invoice(swede), an_invoice(swede)
    payment = BgPayment(amount, first.reference, parts=(Part(second.reference, part),))

    receive(swede.biller, a_bgmax_file(swede.biller, payment))

    assert left(first, second) == expected


def test_one_extra_reference_for_a_part_of_the_money_is_left_to_a_person(swede: Customer) -> None:
    invoice = an_invoice(swede)
    payment = BgPayment(50_000, parts=(Part(invoice.reference, 20_000),))

    receive(swede.biller, a_bgmax_file(swede.biller, payment))

    assert left(invoice) == [50_000]
    assert on_clearing(swede.biller) == 50_000


def test_a_credit_note_that_is_set_off_uses_the_credit_it_left(swede: Customer) -> None:
    invoice = an_invoice(swede)
    credit_invoice(invoice.pk, [a_line(8_000)], reason="Avbrott", actor=SYSTEM)
    raw = a_bgmax_file(
        swede.biller, BgPayment(50_000, invoice.reference), BgPayment(-10_000, invoice.reference)
    )

    receive(swede.biller, raw)

    assert (left(invoice), credit_of(swede)) == ([0], 0)
    assert [match.rule for match in Match.objects.all()] == ["exact", "deducted"]
    assert balance(biller_account(swede.biller_id, AccountKind.BANK, "SEK")) == 40_000
    assert faults() == []


def test_a_credit_note_we_never_wrote_leaves_that_much_to_pay(swede: Customer) -> None:
    invoice = an_invoice(swede)
    raw = a_bgmax_file(
        swede.biller, BgPayment(50_000, invoice.reference), BgPayment(-10_000, invoice.reference)
    )

    receive(swede.biller, raw)

    assert (left(invoice), credit_of(swede)) == ([10_000], 0)


def test_several_references_in_a_camt_entry_share_the_payment(customer: Customer) -> None:
    first, second, third = (an_invoice(customer) for _ in range(3))
    payments = (
        CamtPayment(60_000, parts=(Part(first.reference, 50_000), Part(second.reference, 10_000))),
        CamtPayment(50_000, third.reference, payer_name="Kari Østby", servicer_ref="PAY-2"),
    )

    receive(customer.biller, a_camt_file(customer.biller, *payments))

    assert left(first, second, third) == [0, 40_000, 0]


def test_a_camt_reversal_takes_the_payment_back(customer: Customer) -> None:
    invoice = an_invoice(customer)
    paid = CamtPayment(50_000, invoice.reference, servicer_ref="PAY-1")
    receive(customer.biller, a_camt_file(customer.biller, paid))

    receive(customer.biller, a_camt_file(customer.biller, paid, number=2, reversal=True))

    assert left(invoice) == [50_000]
    assert balance(biller_account(customer.biller_id, AccountKind.BANK, "NOK")) == 0


def test_matching_again_does_nothing_again(customer: Customer) -> None:
    invoice = an_invoice(customer)
    receipt = receive(customer.biller, an_ocr_file((invoice, 20_000), ("4711", 10)))
    before = (Transfer.objects.count(), HistoryEntry.objects.count())

    match_file(receipt.file)

    assert (Transfer.objects.count(), HistoryEntry.objects.count()) == before
    assert left(invoice) == [30_000]


def books_after(chunk: int, slug: str, monkeypatch: pytest.MonkeyPatch) -> Sequence[object]:
    """All that a mixed file leads to, when it is matched in chunks of that many lines."""
    customer = a_customer(a_biller(slug))
    first, second = an_invoice(customer), an_invoice(customer, a_line(80_000))
    raw = an_ocr_file(
        (first, 20_000), ("4711", 1), (second, 110_000), (first, 40_000), (first, -55_000),
        (second, -5), (first, 100), ("", 7), (second, -200_000), (first, 60_000),
    )  # fmt: skip
    monkeypatch.setattr(actions, "LINES_PER_TRANSACTION", chunk)

    receipt = receive(customer.biller, raw)

    lines = BankLine.objects.filter(file=receipt.file)
    return [
        left(first, second),
        credit_of(customer),
        on_clearing(customer.biller),
        [waiting is None for waiting in lines.values_list("waiting", flat=True)],
        list(
            Match.objects.filter(line__in=lines)
            .order_by("line_id")
            .values_list("rule", "to_invoice_minor", "to_credit_minor")
        ),
    ]


def test_a_file_matched_in_chunks_is_matched_as_in_one_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = books_after(2_000, "whole", monkeypatch)

    assert books_after(1, "ones", monkeypatch) == whole
    assert books_after(3, "threes", monkeypatch) == whole
    found = [True, False, True, True, True, True, True, False, False, True]
    assert whole[3] == found
    assert faults() == []


def test_a_hundred_payments_are_matched_in_as_many_queries_as_one(customer: Customer) -> None:
    biller = customer.biller
    invoices = [an_invoice(customer) for _ in range(10)]
    receive(biller, an_ocr_file((invoices[0], 1), ("4711", 1)))
    files = [
        an_ocr_file((invoices[0], 2), ("4711", 2), number=2),
        an_ocr_file(
            *[(invoice, 3 + n) for invoice in invoices for n in range(9)],
            *[("4711", 3 + n) for n in range(10)],
            number=3,
        ),
    ]
    counts = []

    for raw in files:
        receipt = receive_file(biller, "bank.txt", raw, actor=SYSTEM)
        with CaptureQueriesContext(connection) as queries:
            match_file(receipt.file)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert Match.objects.count() == 92
