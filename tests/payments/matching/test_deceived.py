"""Sets made to deceive: nothing is booked that was not meant so."""

from collections import Counter

import pytest
from django.db import transaction
from django.db.models import Sum

from invoices.ledger.queries import faults
from payments.matching.models import Match
from tests.build import a_biller, a_camt_file, a_customer, an_invoice, receive
from tests.payments.matching.deceivers import KINDS, Deceiver, Trick

pytestmark = pytest.mark.django_db

EACH = 5


def booked_wrongly(tricks: list[Trick], deceiver: Deceiver) -> tuple[list[str], Counter[str]]:
    """What went where it was not meant to, and how many of each kind were booked at all."""
    raw = a_camt_file(deceiver.biller, *(trick.payment for trick in tricks))
    receipt = receive(deceiver.biller, raw)
    wrong, booked = [], Counter[str]()
    for line, trick in zip(receipt.file.lines.order_by("pk"), tricks, strict=True):
        matches = Match.objects.filter(line=line).select_related("invoice")
        booked[trick.kind] += bool(matches)
        wrong += [
            f"{trick.kind}: {trick.payment} on {match.invoice} by {match.rule} {match.evidence}"
            for match in matches
            if not _meant(trick, match)
        ]
    return wrong, booked


def _meant(trick: Trick, match: Match) -> bool:
    """Booked where it was meant to, or put on the account of whom it is of."""
    credit_only = not match.to_invoice_minor
    own = match.invoice.customer_id == trick.customer_id
    return match.invoice_id in trick.may or (credit_only and own)


def booked_apart(tricks: list[Trick], deceiver: Deceiver) -> tuple[list[str], Counter[str]]:
    """As ``booked_wrongly``, each trick in the same town, as if no other had been played."""
    wrong: list[str] = []
    booked = Counter[str]()
    for trick in tricks:
        with transaction.atomic():
            faulty, found = booked_wrongly([trick], deceiver)
            transaction.set_rollback(True)
        wrong += faulty
        booked += found
    return wrong, booked


@pytest.mark.parametrize("seed", [20_261_127, 99_991])
def test_no_trick_makes_the_matcher_book_wrongly(seed: int) -> None:
    deceiver = Deceiver(a_biller(), seed)
    tricks = list(deceiver.tricks(EACH))
    assert {trick.kind for trick in tricks} == {kind.__name__ for kind in KINDS}

    wrong, booked = booked_apart(tricks, deceiver)

    assert wrong == []
    assert booked["digit_by_another"] + booked["said_of_another"] == 0, "two lead to two"


def test_tricks_in_one_file_leave_the_books_right() -> None:
    deceiver = Deceiver(a_biller(), 20_261_127)

    booked_wrongly(list(deceiver.tricks(EACH)), deceiver)

    assert faults() == []


def test_a_second_payment_of_each_paid_invoice_is_credit_and_settles_nothing() -> None:
    deceiver = Deceiver(a_biller(), 5, debtors=6)
    twice = [
        deceiver.pay(
            "twice",
            debtor.invoice.total_minor,
            whose=debtor,
            reference=debtor.invoice.reference,
            name=debtor.name,
            iban=debtor.iban,
            may=(debtor.invoice,),
        )
        for debtor in deceiver.town
        for _ in range(2)
    ]

    wrong, booked = booked_wrongly(twice, deceiver)

    assert (wrong, booked["twice"]) == ([], 12)
    for debtor in deceiver.town:
        sums = Match.objects.filter(invoice=debtor.invoice).aggregate(
            invoice=Sum("to_invoice_minor"), credit=Sum("to_credit_minor")
        )
        owed = debtor.invoice.total_minor
        assert sums == {"invoice": owed, "credit": owed}


def test_another_companys_own_reference_is_never_ours() -> None:
    ours, theirs = a_biller(), a_biller("nordnett")
    for number in range(10):
        invoice = an_invoice(a_customer(theirs, "Anna Berg", number=f"A{number}"))
    an_invoice(a_customer(ours, "Anna Berg"))
    deceiver = Deceiver(ours, 1, debtors=2)
    payment = deceiver.pay(
        "theirs", 50_000, whose=None, reference=invoice.reference, name="Anna Berg"
    )

    wrong, booked = booked_wrongly([payment], deceiver)

    assert (wrong, booked["theirs"]) == ([], 0)
