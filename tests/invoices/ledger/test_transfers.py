"""Transfers: posted once, undone once, never changed."""

import pytest
from django.db import IntegrityError, connection, transaction

from invoices.customers.models import Customer
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.ledger.actions import (
    TransferDraft,
    biller_account,
    credit_accounts,
    post_transfers,
    reverse_transfer,
)
from invoices.ledger.codes import AccountKind, Code
from invoices.ledger.models import Account, Transfer
from invoices.ledger.queries import Fault, balance, faults
from tests.build import a_biller, a_customer, an_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice()


def clearing_of(invoice: Invoice) -> Account:
    return biller_account(invoice.biller_id, AccountKind.CLEARING, invoice.currency)


def a_payment(invoice: Invoice, amount: int, source: str) -> TransferDraft:
    receivable = Account.objects.get(invoice=invoice)
    return TransferDraft(clearing_of(invoice).pk, receivable.pk, amount, Code.PAYMENT, source)


def posted(*drafts: TransferDraft, biller_id: int) -> set[str]:
    with transaction.atomic():
        return post_transfers(drafts, biller_id=biller_id)


def left(invoice: Invoice) -> int:
    return balance(Account.objects.get(invoice=invoice))


def test_a_transfer_moves_its_amount_from_one_account_to_the_other(invoice: Invoice) -> None:
    done = posted(a_payment(invoice, 20_000, "match:1"), biller_id=invoice.biller_id)

    assert done == {"match:1"}
    assert left(invoice) == 30_000
    assert balance(clearing_of(invoice)) == -20_000
    assert faults() == []


def test_the_same_source_moves_money_once(invoice: Invoice) -> None:
    first, second = a_payment(invoice, 200, "match:1"), a_payment(invoice, 300, "match:2")
    posted(first, biller_id=invoice.biller_id)

    done = posted(first, second, second, biller_id=invoice.biller_id)

    assert done == {"match:2"}
    assert left(invoice) == 49_500
    assert balance(clearing_of(invoice)) == -500
    assert faults() == []


def test_nothing_posted_is_nothing_asked_of_the_database(
    invoice: Invoice, django_assert_num_queries: type
) -> None:
    with django_assert_num_queries(0):
        assert post_transfers([], biller_id=invoice.biller_id) == set()


def test_an_invoice_can_be_paid_to_the_last_minor_unit_and_no_further(invoice: Invoice) -> None:
    posted(a_payment(invoice, 50_000, "match:1"), biller_id=invoice.biller_id)

    with pytest.raises(IntegrityError, match="receivable_never_negative"):
        posted(a_payment(invoice, 1, "match:2"), biller_id=invoice.biller_id)

    assert left(invoice) == 0


def test_credit_that_is_not_there_cannot_be_used(invoice: Invoice) -> None:
    customer_id = invoice.customer_id
    credit = credit_accounts(invoice.biller_id, "NOK", [customer_id])[customer_id]
    clearing = clearing_of(invoice).pk
    over = TransferDraft(clearing, credit.pk, 700, Code.OVERPAYMENT, "over:1")
    posted(over, biller_id=invoice.biller_id)

    with pytest.raises(IntegrityError, match="credit_never_negative"):
        posted(
            TransferDraft(credit.pk, clearing, 701, Code.PAYMENT_BACK, "back:1"),
            biller_id=invoice.biller_id,
        )

    credit.refresh_from_db()
    assert balance(credit) == 700


@pytest.mark.parametrize("amount", [0, -1])
def test_a_transfer_is_more_than_nothing(invoice: Invoice, amount: int) -> None:
    with pytest.raises(IntegrityError, match="transfer_positive"):
        posted(a_payment(invoice, amount, "match:1"), biller_id=invoice.biller_id)


def test_a_transfer_is_between_two_accounts(invoice: Invoice) -> None:
    clearing = clearing_of(invoice).pk
    itself = TransferDraft(clearing, clearing, 1, Code.RECEIPT, "line:1")

    with pytest.raises(IntegrityError, match="transfer_between_two"):
        posted(itself, biller_id=invoice.biller_id)


def test_a_reversal_is_the_mirror_image_and_the_first_stays(invoice: Invoice) -> None:
    posted(a_payment(invoice, 20_000, "match:1"), biller_id=invoice.biller_id)
    payment = Transfer.objects.get(source="match:1")

    with transaction.atomic():
        mirror = reverse_transfer(payment)

    assert (mirror.debit, mirror.credit) == (payment.credit, payment.debit)
    assert (mirror.amount_minor, mirror.code) == (20_000, Code.REVERSAL)
    assert mirror.reverses == payment
    assert left(invoice) == 50_000
    assert Transfer.objects.count() == 3
    assert faults() == []


def test_a_transfer_is_undone_once(invoice: Invoice) -> None:
    posted(a_payment(invoice, 20_000, "match:1"), biller_id=invoice.biller_id)
    payment = Transfer.objects.get(source="match:1")
    mirror = reverse_transfer(payment)

    with pytest.raises(Refused, match="undone already"):
        reverse_transfer(payment)
    with pytest.raises(Refused, match="A reversal cannot be reversed"):
        reverse_transfer(mirror)

    assert left(invoice) == 50_000


def test_even_by_hand_a_transfer_is_reversed_once(invoice: Invoice) -> None:
    posted(a_payment(invoice, 20_000, "match:1"), biller_id=invoice.biller_id)
    mirror = reverse_transfer(Transfer.objects.get(source="match:1"))
    mirror.pk, mirror.source = None, "again"

    with pytest.raises(IntegrityError, match="reverses_id"), transaction.atomic():
        mirror.save()


def test_a_biller_has_one_account_of_a_kind(invoice: Invoice) -> None:
    sales = biller_account(invoice.biller_id, AccountKind.SALES, "NOK")

    assert biller_account(invoice.biller_id, AccountKind.SALES, "NOK") == sales
    assert balance(sales) == 50_000
    with pytest.raises(IntegrityError, match="account_once_per_biller"), transaction.atomic():
        Account.objects.create(biller=invoice.biller, kind=AccountKind.SALES, currency="NOK")


@pytest.mark.parametrize(
    ("kind", "owner", "constraint"),
    [
        (AccountKind.RECEIVABLE, None, "account_owner_of_kind"),
        (AccountKind.CREDIT, None, "account_owner_of_kind"),
        (AccountKind.BANK, "customer", "account_owner_of_kind"),
        (AccountKind.RECEIVABLE, "customer", "account_owner_of_kind"),
    ],
)
def test_an_account_has_the_owner_of_its_kind(
    invoice: Invoice, kind: AccountKind, owner: str | None, constraint: str
) -> None:
    owned = {owner: getattr(invoice, owner)} if owner else {}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Account.objects.create(biller=invoice.biller, kind=kind, currency="NOK", **owned)


def test_only_accounts_of_one_owner_have_running_totals(invoice: Invoice) -> None:
    clearing = clearing_of(invoice)
    clearing.debit_minor = 1

    with pytest.raises(IntegrityError, match="account_totals_of_kind"), transaction.atomic():
        clearing.save()


def test_credit_accounts_are_opened_once_for_each_customer() -> None:
    biller = a_biller()
    customers: list[Customer] = [a_customer(biller) for _ in range(3)]
    one = credit_accounts(biller.pk, "NOK", [customers[0].pk])

    all_of_them = credit_accounts(biller.pk, "NOK", [customer.pk for customer in customers])

    assert set(all_of_them) == {customer.pk for customer in customers}
    assert all_of_them[customers[0].pk] == one[customers[0].pk]
    assert Account.objects.filter(kind=AccountKind.CREDIT).count() == 3


def spoil(statement: str, *values: int | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def found() -> list[str]:
    faulty: list[Fault] = faults()
    return [fault.what for fault in faulty]


def test_the_proof_sees_a_running_total_that_was_touched(invoice: Invoice) -> None:
    spoil("UPDATE invoices_account SET debit_minor = 50001 WHERE invoice_id = %s", invoice.pk)

    assert found() == ["the running total differs from the sum of its transfers"]


def test_the_proof_sees_money_of_another_biller(invoice: Invoice) -> None:
    other = a_biller("nordnett")
    posted(a_payment(invoice, 1, "match:1"), biller_id=other.pk)

    assert set(found()) == {"a transfer of another biller touches it"}


def test_the_proof_sees_mixed_currencies(invoice: Invoice) -> None:
    euros = biller_account(invoice.biller_id, AccountKind.CLEARING, "EUR")
    receivable = Account.objects.get(invoice=invoice)
    mixed = TransferDraft(euros.pk, receivable.pk, 1, Code.PAYMENT, "match:1")
    posted(mixed, biller_id=invoice.biller_id)

    assert found() == ["a transfer mixes currencies"]


def test_the_proof_sees_an_invoice_that_was_never_booked(invoice: Invoice) -> None:
    spoil("SET CONSTRAINTS ALL IMMEDIATE")
    spoil("ALTER TABLE invoices_transfer DISABLE TRIGGER USER")
    spoil("UPDATE invoices_transfer SET code = 'charge' WHERE source LIKE %s", "issue:%")

    assert found() == ["the invoice's total is not what was booked when it was issued"]
