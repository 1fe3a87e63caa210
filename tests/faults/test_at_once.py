"""Many at once, each on a connection of its own: nothing is lost, nothing is booked twice."""

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from threading import Barrier

import pytest
from django.db import connection, transaction

from invoices.billers.models import Biller
from invoices.customers.actions import CustomerDraft, register_customers
from invoices.customers.models import Customer
from invoices.documents.actions import charge_invoice, credit_invoice
from invoices.documents.links.actions import make_link
from invoices.documents.models import Adjustment, Invoice
from invoices.documents.queries import figures
from invoices.errors import Refused
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from invoices.ledger.actions import biller_account, reverse_transfer
from invoices.ledger.codes import AccountKind, Code
from invoices.ledger.models import Account, Transfer
from invoices.ledger.queries import balance, faults
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankFile, BankLine
from payments.formats.camt import CamtPayment
from payments.matching.actions import match_file
from payments.matching.models import Match
from payments.matching.review.actions import Choice, book_payment, set_aside
from payments.matching.review.plan import Portion
from payments.matching.review.reasons import Reason
from payments.matching.review.undoing.actions import undo_booking
from tests.build import a_biller, a_camt_file, a_customer, a_line, an_invoice, an_ocr_file

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_S = 60


@pytest.fixture
def customer() -> Customer:
    return a_customer(a_biller())


def at_once[T](*jobs: Callable[[], T]) -> list[T | Exception]:
    """Run the jobs in threads that start together; what each returned or raised."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T | Exception:
        try:
            barrier.wait(PATIENCE_S)
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs, timeout=PATIENCE_S))


def kinds(outcomes: Sequence[object]) -> dict[str, int]:
    return dict(Counter(type(outcome).__name__ for outcome in outcomes))


def received(customer: Customer, raw: bytes) -> BankFile:
    return receive_file(customer.biller, "bank.txt", raw, actor=SYSTEM).file


def on_clearing(biller: Biller) -> int:
    return balance(biller_account(biller.pk, AccountKind.CLEARING, biller.currency))


def credit_of(customer: Customer) -> int:
    account = Account.objects.filter(customer=customer).first()
    return balance(account) if account else 0


def test_eight_writers_pay_one_invoice_in_400_parts_and_none_is_lost(customer: Customer) -> None:
    invoice = an_invoice(customer, a_line(40_000))  # 500.00, and 400 x 1.50 arrive
    files = [received(customer, an_ocr_file(*[(invoice, 150)] * 8, number=n)) for n in range(1, 51)]

    def write(own: Sequence[BankFile]) -> None:
        for file in own:
            match_file(file)

    outcomes = at_once(*(partial(write, files[n::8]) for n in range(8)))

    assert outcomes == [None] * 8
    assert (figures(invoice).paid, figures(invoice).left) == (50_000, 0)
    assert (credit_of(customer), on_clearing(customer.biller)) == (10_000, 0)
    assert Match.objects.count() == 400
    told = HistoryEntry.objects.filter(kind="payment.matched").order_by("pk")
    lefts = sorted((entry.data["left_minor"] for entry in told), reverse=True)
    assert lefts == [max(50_000 - 150 * n, 0) for n in range(1, 401)]
    assert faults() == []


def test_paying_and_crediting_at_once_ends_as_one_after_the_other(customer: Customer) -> None:
    for number in range(1, 6):
        invoice = an_invoice(customer)
        before = credit_of(customer)
        file = received(customer, an_ocr_file((invoice, 50_000), number=number))

        outcomes = at_once(
            partial(match_file, file),
            partial(credit_invoice, invoice.pk, None, reason="", actor=SYSTEM),
        )

        assert kinds(outcomes) == {"NoneType": 1, "Adjustment": 1}
        now = figures(invoice)
        assert (now.left, now.paid + now.credited) == (0, 50_000)
        assert credit_of(customer) - before == 50_000
    assert faults() == []


def test_an_invoice_is_credited_in_whole_once_however_many_ask(customer: Customer) -> None:
    invoice = an_invoice(customer)

    outcomes = at_once(
        *[lambda: credit_invoice(invoice.pk, None, reason="", actor=SYSTEM) for _ in range(4)]
    )

    assert kinds(outcomes) == {"Adjustment": 1, "Refused": 3}
    assert figures(invoice).credited == 50_000
    assert faults() == []


def test_a_request_that_is_sent_twice_at_once_charges_once(customer: Customer) -> None:
    invoice = an_invoice(customer)
    request_id = uuid.uuid4()

    def charge() -> int:
        lines = [a_line(1_000, 0)]
        note = charge_invoice(invoice.pk, lines, reason="", actor=SYSTEM, request_id=request_id)
        return note.pk

    outcomes = at_once(charge, charge, charge)

    assert outcomes == [Adjustment.objects.get().pk] * 3
    assert figures(invoice).asked == 51_000


def test_the_same_file_taken_in_twice_at_once_is_booked_once(customer: Customer) -> None:
    raw = an_ocr_file((an_invoice(customer), 20_000), ("4711", 700))

    outcomes = at_once(*[lambda: received(customer, raw).pk for _ in range(4)])

    assert outcomes == [BankFile.objects.get().pk] * 4
    assert BankLine.objects.count() == 2
    assert on_clearing(customer.biller) == 20_700
    assert HistoryEntry.objects.filter(kind="bankfile.received").count() == 1


def test_a_payment_in_two_files_taken_in_at_once_is_booked_once(customer: Customer) -> None:
    paid = CamtPayment(20_000, "4711", servicer_ref="PAY-1")
    files = [a_camt_file(customer.biller, paid, number=number) for number in (1, 2)]

    at_once(*[partial(received, customer, raw) for raw in files])

    assert BankFile.objects.filter(state=BankFile.State.BOOKED).count() == 2
    assert on_clearing(customer.biller) == 20_000


def test_two_matchers_on_one_file_book_it_once(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.matching.actions.LINES_PER_TRANSACTION", 3)
    invoices = [an_invoice(customer) for _ in range(3)]
    raw = an_ocr_file(*[(invoice, 1_000 + n) for n in range(5) for invoice in invoices])
    file = received(customer, raw)

    outcomes = at_once(*[lambda: match_file(file) for _ in range(3)])

    assert outcomes == [None] * 3
    assert [figures(invoice).paid for invoice in invoices] == [5_010] * 3
    assert Match.objects.count() == 15
    assert HistoryEntry.objects.filter(kind="payment.matched").count() == 15
    assert faults() == []


def test_files_that_name_the_same_invoices_in_other_orders_wait_for_each_other(
    customer: Customer,
) -> None:
    invoices = [an_invoice(customer) for _ in range(6)]
    rest = cycle([invoices, invoices[::-1]])
    files = [
        received(customer, an_ocr_file(*[(each, 10_001) for each in order], number=number))
        for number, order in zip(range(1, 9), rest, strict=False)
    ]

    outcomes = at_once(*[partial(match_file, file) for file in files])

    assert outcomes == [None] * 8
    assert [figures(invoice).left for invoice in invoices] == [0] * 6
    assert credit_of(customer) == 6 * (8 * 10_001 - 50_000)
    assert faults() == []


def test_credit_that_two_invoices_share_is_taken_back_once(customer: Customer) -> None:
    invoices = [an_invoice(customer), an_invoice(customer)]
    match_file(received(customer, an_ocr_file((invoices[0], 60_000), (invoices[1], 50_000))))
    files = [
        received(customer, an_ocr_file((invoice, -60_000), number=number))
        for number, invoice in enumerate(invoices, start=2)
    ]

    outcomes = at_once(*[partial(match_file, file) for file in files])

    assert outcomes == [None, None]
    assert credit_of(customer) == 0
    taken_back = BankLine.objects.filter(amount_minor__lt=0)
    assert taken_back.count() == 2
    assert taken_back.filter(waiting__isnull=False).count() == 1
    assert faults() == []


def test_a_transfer_is_undone_once_however_many_try(customer: Customer) -> None:
    invoice = an_invoice(customer)
    match_file(received(customer, an_ocr_file((invoice, 20_000))))
    payment = Transfer.objects.get(code=Code.PAYMENT)

    outcomes = at_once(*[lambda: transaction.atomic(reverse_transfer)(payment) for _ in range(4)])

    assert kinds(outcomes) == {"Transfer": 1, "Refused": 3}
    assert figures(invoice).left == 50_000
    assert faults() == []


def test_invoices_issued_at_once_have_numbers_without_gaps_or_repeats(customer: Customer) -> None:
    def issue() -> None:
        for _ in range(4):
            an_invoice(customer)

    outcomes = at_once(*[issue] * 6)

    assert outcomes == [None] * 6
    numbers = sorted(int(number) for number in Invoice.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 25))
    assert Invoice.objects.values("reference").distinct().count() == 24


def test_a_customer_registered_by_two_imports_at_once_is_one(customer: Customer) -> None:
    drafts = [CustomerDraft(f"K{n}", "Bo Dahl", "nb") for n in range(20)]

    first, second = at_once(
        lambda: register_customers(drafts, biller=customer.biller),
        lambda: register_customers(drafts[::-1], biller=customer.biller),
    )

    assert first == second
    assert Customer.objects.count() == 21


def within_a_second[T](job: Callable[[], T]) -> T | Exception:
    """Run a job in a thread of its own, where no lock is waited for longer than a second."""

    def impatient() -> T:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
        return job()

    return at_once(impatient)[0]


def test_a_customer_is_credited_while_a_file_of_the_biller_is_taken_in(customer: Customer) -> None:
    invoice = an_invoice(customer)

    with transaction.atomic():
        received(customer, an_ocr_file(("4711", 20_000), biller=customer.biller))
        outcome = within_a_second(
            lambda: credit_invoice(invoice.pk, None, reason="", actor=SYSTEM).total_minor
        )

    assert outcome == 50_000


def test_a_link_is_made_while_the_invoice_is_being_paid(customer: Customer) -> None:
    invoice = an_invoice(customer)
    file = received(customer, an_ocr_file((invoice, 20_000)))

    with transaction.atomic():
        match_file(file)
        outcome = within_a_second(lambda: make_link(invoice, actor=SYSTEM))

    assert isinstance(outcome, str)
    assert HistoryEntry.objects.filter(invoice=invoice).count() == 3


def test_one_payment_decided_by_many_at_once_is_booked_once(customer: Customer) -> None:
    biller = customer.biller
    invoices = [an_invoice(customer) for _ in range(4)]
    receipt = receive_file(biller, "x", an_ocr_file(("4711", 30_000), biller=biller), actor=SYSTEM)
    match_file(receipt.file)
    line = BankLine.objects.select_related("file", "biller").get()
    choices = [
        Choice(line, [Portion(invoice.pk, 30_000, 50_000)], uuid.uuid4()) for invoice in invoices
    ]

    answers = at_once(
        *(partial(book_payment, choice, actor=SYSTEM) for choice in choices),
        partial(set_aside, line, actor=SYSTEM, request_id=uuid.uuid4()),
    )

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    booked = Match.objects.count()
    # Whoever is first decides; one set aside can still be booked by whoever comes after.
    assert (booked, len(refused) in (3, 4)) == (1, True)
    assert len(refused) + answers.count(None) == len(answers)
    assert sum(500_00 - figures(invoice).left for invoice in invoices) == 30_000 * booked
    assert faults() == []


def test_one_booking_undone_by_many_at_once_is_reversed_once(customer: Customer) -> None:
    invoice = an_invoice(customer)
    raw = an_ocr_file((invoice, 50_000))
    match_file(receive_file(customer.biller, "x", raw, actor=SYSTEM).file)
    line = BankLine.objects.select_related("file", "biller").get()

    answers = at_once(
        *(
            partial(undo_booking, line, reason=Reason.SLIP, actor=SYSTEM, request_id=uuid.uuid4())
            for _ in range(4)
        )
    )

    assert answers.count(None) == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 3
    assert figures(invoice).left == 50_000
    assert Transfer.objects.filter(code=Code.REVERSAL).count() == 1
    assert faults() == []
