"""A draw whose booking is undone: not drawn twice, told to the customer, and settled again."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from invoices.billers.roles import Role
from invoices.documents.holds import reminders_wait_until
from invoices.history.actors import Actor, staff
from invoices.ledger.queries import faults
from payments.claims.models import Claim
from payments.claims.states import ClaimState
from payments.claims.unbooking.actions import unbook_lines
from payments.matching.review.actions import Choice, book_payment
from payments.matching.review.plan import Portion
from payments.matching.review.reasons import Reason
from payments.matching.review.undoing.actions import undo_booking
from tests.build import a_link, a_member, an_invoice
from tests.payments.claims.house import House, a_house, at, work

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 10, 5)
S = ClaimState


@pytest.fixture(autouse=True)
def clock_hands() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY), tick=False) as traveller:
        yield traveller


@pytest.fixture(params=["SE", "NO"])
def house(request: pytest.FixtureRequest, clock_hands: time_machine.Traveller) -> House:
    """A draw that was made and is settled."""
    house = a_house(request.param)
    house.tick()
    clock_hands.move_to(at(house.claim.send_from))
    house.tick()
    clock_hands.move_to(at(house.claim.draw_on, 12))
    house.receive(house.bank.draws())
    assert (house.claim.state, house.left) == (S.SETTLED, 0)
    return house


@pytest.fixture
def finn(house: House) -> Actor:
    return staff(a_member(house.biller, Role.FINANCE).pk)


def undone(house: House, finn: Actor) -> Claim:
    claim = Claim.objects.select_related("line").get(invoice=house.invoice)
    assert claim.line is not None
    undo_booking(
        claim.line, reason=Reason.SLIP, actor=finn, request_id=uuid.uuid4(), note="Looked at"
    )
    work()
    claim.refresh_from_db()
    return claim


def test_it_is_told_and_never_drawn_again(
    house: House, finn: Actor, clock_hands: time_machine.Traveller
) -> None:
    claim = undone(house, finn)
    assert (claim.state, house.left) == (S.UNBOOKED, 50_000)
    assert reminders_wait_until(house.invoice.pk) is not None

    for _ in range(40):
        clock_hands.shift(timedelta(days=1))
        house.tick()

    assert Claim.objects.count() == 1
    assert house.told()[-2:] == ["claim.settled", "claim.unbooked"]
    anna = Client()
    anna.get(a_link(house.invoice))
    page = anna.get(f"/invoice/{house.invoice.public_id}/").content.decode()
    assert 'class="draw warn"' in page
    assert faults() == []


def test_booked_to_its_invoice_again_it_is_settled_again(house: House, finn: Actor) -> None:
    claim = undone(house, finn)
    assert claim.line is not None

    portion = Portion(house.invoice.pk, 50_000)
    book_payment(Choice(claim.line, [portion], uuid.uuid4()), actor=finn)
    work()

    assert (house.claim.state, house.left) == (S.SETTLED, 0)
    assert house.told()[-1] == "claim.rebooked"
    assert reminders_wait_until(house.invoice.pk) is None
    assert faults() == []


def test_booked_to_another_invoice_it_settles_no_draw_of_that_one_twice(
    house: House, finn: Actor
) -> None:
    other = an_invoice(house.customer, due_in=60)
    work()
    claim = undone(house, finn)
    assert claim.line is not None

    book_payment(Choice(claim.line, [Portion(other.pk, 50_000)], uuid.uuid4()), actor=finn)
    work()

    assert Claim.objects.get(invoice=house.invoice).state == S.UNBOOKED
    assert Claim.objects.get(invoice=other).state == S.WITHDRAWN
    assert house.left == 50_000
    assert faults() == []


def test_undone_twice_is_undone_once(house: House, finn: Actor) -> None:
    undone(house, finn)
    line = house.claim.line
    assert line is not None
    unbook_lines([line.pk])

    assert house.told().count("claim.unbooked") == 1
