"""What follows for draws when others collect, credit is used, or a booking is undone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from invoices.billers.roles import Role
from invoices.changes.actions import Asker
from invoices.changes.collection.actions import hand_to_collection, take_back_from_collection
from invoices.documents.actions import split_invoice
from invoices.documents.states import Collector
from invoices.history.actors import SYSTEM
from payments.bankfiles.models import BankLine
from payments.claims.models import Claim
from payments.claims.states import ClaimState
from payments.matching.review.reasons import Reason
from payments.matching.review.undoing.actions import undo_booking
from payments.outgoing.models import OutgoingFile
from payments.refunds.credit.actions import use_credit
from tests.build import an_invoice
from tests.payments.claims.house import House, a_house, at, work
from tests.payments.claims.test_life import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_hands")]

S = ClaimState
KRAVO = Collector("Kravo AS")


@pytest.fixture
def clock_hands() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY), tick=False) as traveller:
        yield traveller


def order() -> dict[str, Any]:
    finance = Asker("staff", None, Role.FINANCE)
    return {"actor": finance, "request_id": uuid4(), "reason": "x"}


def in_two_parts(house: House) -> None:
    """500 kr in two instalments, thirty days apart."""
    first = house.invoice.due_on
    parts = [(first, 20_000), (first + timedelta(days=30), 30_000)]
    split_invoice(house.invoice.pk, parts, reason="", actor=SYSTEM)
    work()


def handed_over(house: House, clock_hands: time_machine.Traveller) -> None:
    """The first of two instalments is late, and somebody else collects the invoice."""
    first = house.invoice.due_on
    in_two_parts(house)
    clock_hands.move_to(at(first + timedelta(days=3)))
    house.tick()
    hand_to_collection(house.invoice.pk, KRAVO, **order())
    work()


def test_what_others_collect_is_not_drawn(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    handed_over(house, clock_hands)

    claim = house.claim
    assert (claim.state, claim.reason) == (S.WITHDRAWN, "collected")
    for day in (claim.notice_by, claim.send_from, claim.draw_on):
        clock_hands.move_to(at(day, 8))
        house.tick()
    assert not OutgoingFile.objects.exists()


def test_what_is_taken_back_from_collection_is_drawn_again(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    handed_over(house, clock_hands)

    take_back_from_collection(house.invoice.pk, **order())
    work()

    assert (house.claim.state, house.claim.amount_minor) == (S.PLANNED, 30_000)


def test_collection_takes_back_what_the_bank_was_asked_for_and_says_why(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    in_two_parts(house)
    second = house.claim
    for day in (second.notice_by, second.send_from):
        clock_hands.move_to(at(day))
        house.tick()
    assert house.claim.state == S.SENT

    hand_to_collection(house.invoice.pk, KRAVO, **order())
    work()
    house.bank.read()

    assert (house.claim.state, house.claim.reason) == (S.CANCELLING, "collected")
    assert house.bank.orders == []


def test_credit_that_is_used_lowers_the_draw_at_once() -> None:
    house = a_house()
    other = an_invoice(house.customer, due_in=9)
    work()
    house.receive(house.bank.pays(other, 60_000))  # 100 kr too much

    use_credit(house.invoice.pk, 10_000, request_id=uuid4(), actor=SYSTEM)
    work()

    claim = Claim.objects.get(invoice=house.invoice)
    assert (claim.state, claim.amount_minor) == (S.PLANNED, 40_000)


def test_a_payment_whose_booking_is_undone_is_drawn_after_all() -> None:
    house = a_house()
    house.receive(house.bank.pays(house.invoice, 50_000))
    assert house.claim.state == S.WITHDRAWN

    line = BankLine.objects.get()
    reason = Reason.WRONG_INVOICE
    undo_booking(line, reason=reason, actor=SYSTEM, request_id=uuid4())
    work()

    assert (house.claim.state, house.claim.amount_minor) == (S.PLANNED, 50_000)
