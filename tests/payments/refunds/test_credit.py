"""Credit on account used on invoices: by hand, by itself at issue, and put back."""

import uuid

import pytest

from invoices.documents.actions import credit_invoice
from invoices.documents.models import Invoice
from invoices.documents.pdf.present import receipt_paper
from invoices.documents.pdf.queries import payment_entry
from invoices.documents.queries import figures
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, SYSTEM
from invoices.history.models import HistoryEntry
from invoices.ledger.queries import faults
from payments.matching.expected.actions import state_paid
from payments.matching.expected.states import ExpectedState
from payments.matching.models import Expected
from payments.refunds.credit.actions import take_back_use, use_at_issue, use_credit
from payments.refunds.models import CreditTerms
from payments.refunds.queries import credit_of
from tests.build import a_customer, a_payment, an_invoice, an_ocr_file, receive
from tests.jobs import run_queue
from tests.payments.refunds.holding import Holding

pytestmark = pytest.mark.django_db


@pytest.fixture
def holding() -> Holding:
    return Holding()


def use(invoice: Invoice, minor: int) -> int:
    return use_credit(invoice.pk, minor, request_id=uuid.uuid4(), actor=CUSTOMER)


def test_credit_lowers_an_invoice_of_the_same_customer(holding: Holding) -> None:
    invoice = an_invoice(holding.customer)

    assert use(invoice, 15_000) == 15_000

    assert (figures(invoice).left, figures(invoice).paid) == (35_000, 15_000)
    assert holding.held == 5_000
    assert faults() == []


@pytest.mark.parametrize(
    ("minor", "why"), [(20_001, "can be used now"), (0, "more than nothing"), (-5, "nothing")]
)
def test_no_more_is_used_than_there_is(holding: Holding, minor: int, why: str) -> None:
    with pytest.raises(Refused, match=why):
        use(an_invoice(holding.customer), minor)


def test_no_more_is_used_than_is_left(holding: Holding) -> None:
    with pytest.raises(Refused, match="Only"):
        use(holding.invoice, 1)


def test_credit_never_crosses_to_another_customer(holding: Holding) -> None:
    bos = an_invoice(a_customer(holding.biller, "Bo Lund"))

    with pytest.raises(Refused, match="can be used now"):
        use(bos, 1)

    assert use_at_issue(bos.pk) == 0


def test_what_is_asked_to_be_paid_back_is_used_for_nothing_else(holding: Holding) -> None:
    holding.asks(15_000)

    assert credit_of(holding.customer.pk) == 5_000
    with pytest.raises(Refused, match=r"50\.00 of the credit"):
        use(an_invoice(holding.customer), 5_001)
    with pytest.raises(Refused, match=r"50\.00 of the credit"):
        holding.asks(5_001)


def test_nothing_is_used_while_a_payment_is_on_its_way(holding: Holding) -> None:
    invoice = an_invoice(holding.customer)
    a_payment(invoice, 50_000)

    with pytest.raises(Refused, match="on its way"):
        use(invoice, 100)
    assert use_at_issue(invoice.pk) == 0


def test_the_same_form_twice_uses_it_once(holding: Holding) -> None:
    one, other = an_invoice(holding.customer), an_invoice(holding.customer)
    form = uuid.uuid4()

    used = [use_credit(one.pk, 4_000, request_id=form, actor=CUSTOMER) for _ in range(2)]

    assert (used, holding.held) == ([4_000, 0], 16_000)
    with pytest.raises(Refused, match="another invoice"):
        use_credit(other.pk, 4_000, request_id=form, actor=CUSTOMER)


def test_a_new_invoice_is_lowered_by_itself(holding: Holding) -> None:
    invoice = an_invoice(holding.customer)

    run_queue("reactions")
    run_queue("reactions")

    assert (figures(invoice).left, holding.held) == (30_000, 0)
    entry = HistoryEntry.objects.get(kind="credit.used")
    assert (entry.data["automatic"], entry.data["left_minor"]) == (True, 30_000)
    assert use_at_issue(invoice.pk) == 0


def test_a_biller_can_leave_it_to_people(holding: Holding) -> None:
    CreditTerms.objects.create(biller=holding.biller, use_at_issue=False)
    invoice = an_invoice(holding.customer)

    run_queue("reactions")

    assert (figures(invoice).left, holding.held) == (50_000, 20_000)


def test_more_credit_than_the_invoice_asks_for_stays(holding: Holding) -> None:
    holding.comes(60_000, number=2)
    invoice = an_invoice(holding.customer)

    run_queue("reactions")

    assert (figures(invoice).left, holding.held) == (0, 30_000)
    assert faults() == []


def test_used_credit_is_put_back_once(holding: Holding) -> None:
    invoice = an_invoice(holding.customer)
    use(invoice, 15_000)
    transfer = invoice.receivable.credits.get().pk

    assert take_back_use(invoice.pk, transfer, actor=SYSTEM) == 15_000
    assert take_back_use(invoice.pk, transfer, actor=SYSTEM) == 0

    assert (figures(invoice).left, figures(invoice).paid, holding.held) == (50_000, 0, 20_000)
    assert faults() == []
    with pytest.raises(Refused):
        take_back_use(holding.invoice.pk, transfer, actor=SYSTEM)


def test_a_second_payment_of_a_paid_invoice_ends_as_credit(holding: Holding) -> None:
    holding.comes(50_000, number=2)

    assert (figures(holding.invoice).left, figures(holding.invoice).paid) == (0, 50_000)
    assert holding.held == 70_000
    assert faults() == []


def test_credit_that_settles_an_invoice_meets_what_was_said(holding: Holding) -> None:
    holding.comes(30_000, number=2)
    invoice = an_invoice(holding.customer)
    state_paid(invoice.pk, 50_000, invoice.issued_on, request_id=uuid.uuid4(), actor=CUSTOMER)

    use(invoice, 50_000)

    assert Expected.objects.get().state == ExpectedState.MET


def test_a_credit_note_of_what_credit_paid_is_credit_again(holding: Holding) -> None:
    invoice = an_invoice(holding.customer)
    use(invoice, 20_000)

    credit_invoice(invoice.pk, None, reason="", actor=SYSTEM)

    assert (figures(invoice).left, holding.held) == (0, 20_000)
    assert faults() == []


def test_there_is_a_receipt_for_used_credit_and_for_a_part(holding: Holding) -> None:
    invoice = an_invoice(holding.customer)
    use(invoice, 15_000)
    receive(holding.biller, an_ocr_file((invoice, 10_000), number=7))

    papers = [
        receipt_paper(invoice, entry, "en")
        for entry in HistoryEntry.objects.filter(invoice=invoice).order_by("pk")
        if payment_entry(invoice, entry.public_id)
    ]

    assert [(p.amount.minor, p.left) for p in papers] == [
        (15_000, "NOK\xa0350.00 was left to pay afterwards."),
        (10_000, "NOK\xa0250.00 was left to pay afterwards."),
    ]
    assert [bool(p.note) for p in papers] == [True, False]
