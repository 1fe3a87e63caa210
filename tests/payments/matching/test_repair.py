"""Damaged payments in bank files: what is booked, what waits, what deceiving sets come to."""

from datetime import timedelta

import pytest

from invoices import clock
from invoices.billers.models import Biller
from invoices.customers.models import Customer
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.history.kinds import KINDS
from invoices.history.models import HistoryEntry
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.models import Account
from invoices.ledger.queries import balance, faults
from payments.formats.camt import CamtPayment
from payments.matching.models import Decision, Match, PayerAccount, Waiting
from payments.matching.queries import ranked_for
from tests.build import a_biller, a_camt_file, a_customer, a_line, an_invoice, receive

pytestmark = pytest.mark.django_db

IBAN = "NO9386011117947"


@pytest.fixture
def biller() -> Biller:
    return a_biller()


@pytest.fixture
def anna(biller: Biller) -> Customer:
    return a_customer(biller, "Anna Berg")


@pytest.fixture
def bo(biller: Biller) -> Customer:
    return a_customer(biller, "Bo Dahl")


def left(*invoices: Invoice) -> list[int]:
    return [figures(invoice).left for invoice in invoices]


def pay(biller: Biller, *payments: CamtPayment, number: int = 1) -> None:
    receive(biller, a_camt_file(biller, *payments, number=number))


def waiting(biller: Biller) -> int:
    return Waiting.objects.filter(biller=biller).count()


def credit_of(customer: Customer) -> int:
    account = Account.objects.filter(customer=customer).first()
    return balance(account) if account else 0


def swapped(reference: str) -> str:
    at = next(
        at
        for at in range(len(reference) - 1)
        if reference[at] != reference[at + 1] and set(reference[at : at + 2]) != {"0", "9"}
    )
    return reference[:at] + reference[at + 1] + reference[at] + reference[at + 2 :]


def test_a_kid_one_digit_short_finds_its_invoice_and_says_so(anna: Customer) -> None:
    invoice = an_invoice(anna)

    pay(
        anna.biller, CamtPayment(50_000, text=f"KID {invoice.reference[:5]}{invoice.reference[6:]}")
    )

    assert left(invoice) == [0]
    match = Match.objects.get()
    assert (match.rule, match.automatic) == ("digit_missing", True)
    assert ["digit_missing"] in match.evidence
    (entry,) = HistoryEntry.objects.filter(kind="payment.matched")
    said = KINDS["payment.matched"].detail(entry.data)
    assert said == "We found your payment although one digit was missing."
    decision = Decision.objects.get()
    assert (decision.automatic, decision.rank, decision.chosen) == (True, 1, invoice.number)
    assert faults() == []


def test_a_digit_and_the_amount_damaged_at_once_are_proposed(anna: Customer) -> None:
    invoice = an_invoice(anna)

    pay(anna.biller, CamtPayment(49_900, swapped(invoice.reference)))

    assert (left(invoice), waiting(anna.biller)) == ([50_000], 1)
    (ranked,) = ranked_for(anna.biller_id, [Waiting.objects.get().line_id]).values()
    assert ranked[0].key == invoice.number
    assert {"digits_swapped", "amount_less"} <= ranked[0].codes


@pytest.mark.parametrize("name", ["BO DAHL", "Dahl, Bo"])
def test_an_exact_reference_waits_where_the_payers_name_fits_another(
    anna: Customer, bo: Customer, name: str
) -> None:
    annas, bos = an_invoice(anna, a_line(80_000)), an_invoice(bo)

    pay(anna.biller, CamtPayment(50_000, annas.reference, payer_name=name))

    assert left(annas, bos) == [100_000, 50_000]
    (ranked,) = ranked_for(anna.biller_id, [Waiting.objects.get().line_id]).values()
    assert {each.key for each in ranked[:2]} == {annas.number, bos.number}


def test_an_exact_reference_waits_where_the_payers_account_fits_another(
    anna: Customer, bo: Customer
) -> None:
    earlier = an_invoice(bo)
    pay(anna.biller, CamtPayment(50_000, earlier.reference, payer_iban=IBAN))
    annas, bos = an_invoice(anna), an_invoice(bo)

    pay(anna.biller, CamtPayment(50_000, annas.reference, payer_iban=IBAN), number=2)

    assert (left(annas, bos), waiting(anna.biller)) == ([50_000, 50_000], 1)


@pytest.mark.parametrize(
    ("amount", "name", "expected"),
    [
        (50_000, "Cia Lund", 0),  # somebody pays for Anna
        (20_000, "BO DAHL", 30_000),  # Bo owes another amount
        (20_000, "", 30_000),
    ],
)
def test_an_exact_reference_is_booked_also_in_part(
    anna: Customer, bo: Customer, amount: int, name: str, expected: int
) -> None:
    annas = an_invoice(anna)
    an_invoice(bo, a_line(100_000))

    pay(anna.biller, CamtPayment(amount, annas.reference, payer_name=name))

    assert left(annas) == [expected]


def test_one_payment_for_two_invoices_pays_both(anna: Customer) -> None:
    first, second = an_invoice(anna), an_invoice(anna, a_line(24_000))

    pay(anna.biller, CamtPayment(80_000, first.reference))

    assert (left(first, second), credit_of(anna)) == ([0, 0], 0)
    assert Match.objects.count() == 2


def test_a_second_payment_of_a_paid_invoice_is_credit_and_settles_nothing(anna: Customer) -> None:
    paid, other = an_invoice(anna), an_invoice(anna)

    pay(anna.biller, CamtPayment(50_000, paid.reference), CamtPayment(50_000, paid.reference))
    pay(anna.biller, CamtPayment(50_000, paid.reference, servicer_ref="3"), number=2)

    assert (left(paid, other), credit_of(anna)) == ([0, 50_000], 100_000)
    assert figures(paid).paid == 50_000
    first, *again = (each.evidence for each in Match.objects.order_by("pk"))
    assert first == []
    assert all(["exact"] in each and ["paid_before"] in each for each in again)


def test_a_damaged_reference_of_a_paid_invoice_waits(anna: Customer) -> None:
    paid = an_invoice(anna)
    pay(anna.biller, CamtPayment(50_000, paid.reference))

    pay(anna.biller, CamtPayment(50_000, swapped(paid.reference)), number=2)

    assert (waiting(anna.biller), credit_of(anna)) == (1, 0)


def test_last_months_reference_pays_what_is_open_now(anna: Customer) -> None:
    with clock.standing_at(clock.now() - timedelta(days=30)):
        old = an_invoice(anna)
        pay(anna.biller, CamtPayment(50_000, old.reference))
    new = an_invoice(anna)

    pay(anna.biller, CamtPayment(50_000, old.reference), number=2)

    assert (left(new), credit_of(anna)) == ([0], 0)
    assert Match.objects.latest("pk").rule == "old_reference"


def test_an_account_is_remembered_by_a_whole_reference_and_not_by_a_repaired_one(
    anna: Customer, bo: Customer
) -> None:
    first, bos = an_invoice(anna), an_invoice(bo)
    pay(
        anna.biller,
        CamtPayment(50_000, first.reference, payer_iban=IBAN),
        CamtPayment(50_000, swapped(bos.reference), payer_iban="NO11"),
    )
    second = an_invoice(anna, a_line(52_000))

    pay(anna.biller, CamtPayment(65_000, payer_iban=IBAN), number=2)

    assert left(first, bos, second) == [0, 0, 0]
    known = PayerAccount.objects.values_list("account", "customer_id")
    assert list(known) == [(IBAN, anna.pk)]


def test_another_billers_customers_are_never_candidates(anna: Customer) -> None:
    other = a_biller("nordnett")
    invoice = an_invoice(anna)
    broken = swapped(invoice.reference)

    receive(other, a_camt_file(other, CamtPayment(50_000, broken, payer_name="Anna Berg")))

    assert left(invoice) == [50_000]
    (ranked,) = ranked_for(other.pk, [Waiting.objects.get().line_id]).values()
    assert ranked == []


def test_two_damaged_payments_of_one_invoice_settle_it_once(anna: Customer) -> None:
    invoice = an_invoice(anna)
    broken = swapped(invoice.reference)

    pay(anna.biller, CamtPayment(50_000, broken), CamtPayment(50_000, broken))

    assert (left(invoice), credit_of(anna), waiting(anna.biller)) == ([0], 0, 1)
    clearing = biller_account(anna.biller_id, AccountKind.CLEARING, "NOK")
    assert balance(clearing) == 50_000
    assert faults() == []


def test_who_pays_another_amount_is_proposed_and_never_booked(anna: Customer, bo: Customer) -> None:
    biller, account = anna.biller, "NO9312345678901"
    paid = an_invoice(anna)
    pay(biller, CamtPayment(50_000, paid.reference, payer_iban=account, servicer_ref="1"))
    annas, bos = an_invoice(anna), an_invoice(bo)

    pay(
        biller,
        CamtPayment(12_300, payer_iban=account, servicer_ref="2"),
        CamtPayment(45_600, payer_name="DAHL BO", servicer_ref="3"),
        CamtPayment(45_600, payer_name="Bo", servicer_ref="4"),
        number=2,
    )

    assert left(annas, bos) == [50_000, 50_000]
    lines = list(Waiting.objects.order_by("pk").values_list("pk", flat=True))
    by_account, by_name, by_first_name = (
        [(each.key, each.rule) for each in ranked_for(biller.pk, lines)[pk]] for pk in lines
    )
    assert by_account == [(annas.number, "account_known")]
    assert by_name == [(bos.number, "name_alike")]
    assert by_first_name == []
