"""Draws over Vipps' API, against a simulator that speaks it: each draws once, or never."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
import time_machine
from django.test import Client

from invoices.documents.actions import charge_invoice, credit_invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, SYSTEM
from invoices.history.models import HistoryEntry
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.queries import balance, faults
from payments.claims.charges import next_look, where
from payments.claims.charging import work as charging
from payments.claims.models import Claim
from payments.claims.states import ClaimState
from payments.claims.wishes.actions import stop_draw
from payments.mandates import work as mandate_work
from payments.mandates.models import Mandate
from payments.mandates.states import MandateState
from payments.schemes.base import Charged
from payments.schemes.vipps_recurring import VippsRecurring
from payments.underway.models import Underway
from tests.build import a_biller, a_customer, a_line, a_link, a_payment, an_invoice
from tests.jobs import run_queue
from tests.payments.claims.house import Bank, House, at, work
from tests.payments.mandates.house import enrolled, with_direct_debit
from tests.payments.providers.playground import Playground

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 10, 5)
S = ClaimState


@pytest.fixture(autouse=True)
def clock_hands() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY), tick=False) as traveller:
        yield traveller


@pytest.fixture
def house(playground: Playground) -> House:
    """An invoice of 500 kr that Vipps will draw: agreed on in the app."""
    biller = a_biller()
    with_direct_debit(biller, vipps=playground.keys("vipps"))
    invoice = an_invoice(a_customer(biller), due_in=20)
    mandate = mandate_work.hand_over(enrolled(invoice, "vipps").pk)
    playground.customer(mandate.handover_url, "approve")
    mandate_work.look(mandate.pk)
    work()
    return House(biller, invoice.customer, Mandate.objects.get(), invoice, Bank(biller))


def jobs() -> None:
    """Let the worker do all that is due now, calls to Vipps too."""
    while run_queue("reactions") + run_queue("payments"):
        pass


def asked(house: House, clock_hands: time_machine.Traveller) -> Claim:
    """Let the draw be told of, and asked for."""
    house.tick()
    clock_hands.move_to(at(house.claim.send_from))
    house.tick()
    jobs()
    return house.claim


def play(playground: Playground, claim: Claim, what: str) -> None:
    """Vipps does something with the charge."""
    url = f"{playground.url}/vipps/play/{claim.public_id.hex}"
    assert httpx.post(url, data={"what": what}).status_code == 204


def vipps(playground: Playground) -> VippsRecurring:
    return VippsRecurring(**playground.keys("vipps"))


def drawn_by_vipps(house: House) -> int:
    """What the biller has with Vipps, by its books."""
    account = biller_account(house.biller.pk, AccountKind.PROVIDER, "NOK")
    return balance(account)


def test_vipps_draws_what_it_was_asked_for_and_the_invoice_is_paid(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    claim = asked(house, clock_hands)
    assert claim.state == S.ACCEPTED
    assert Underway.objects.get(until=None).amount_minor == 50_000

    clock_hands.move_to(at(claim.draw_on))
    play(playground, claim, "draw")
    charging.look(claim.pk)
    jobs()

    assert (house.claim.state, house.claim.drawn_minor, house.left) == (S.SETTLED, 50_000, 0)
    assert drawn_by_vipps(house) == 50_000
    assert not Underway.objects.filter(until=None).exists()
    assert house.told() == [
        *("claim.planned", "claim.notified", "claim.sent", "claim.accepted", "claim.settled")
    ]
    assert HistoryEntry.objects.filter(kind="payment.matched", invoice=house.invoice).count() == 1
    assert faults() == []


def test_looking_again_and_again_asks_once_and_books_once(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    claim = asked(house, clock_hands)
    for _ in range(3):
        charging.look(claim.pk)
    clock_hands.move_to(at(claim.draw_on))
    play(playground, claim, "draw")

    for _ in range(3):
        charging.look(claim.pk)

    assert (house.left, drawn_by_vipps(house)) == (0, 50_000)
    assert house.told().count("claim.settled") == 1
    assert faults() == []


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_charge_whose_answer_was_lost_is_found_and_made_once(
    house: House, playground: Playground, clock_hands: time_machine.Traveller, lost: int
) -> None:
    house.tick()
    clock_hands.move_to(at(house.claim.send_from))
    playground.lose("/charges", lost)
    house.tick()

    jobs()
    for _ in range(lost):
        charging.look(house.claim.pk)

    claim = house.claim
    assert claim.state == S.ACCEPTED
    play(playground, claim, "draw")
    charging.look(claim.pk)
    assert (house.left, drawn_by_vipps(house)) == (0, 50_000)


def test_while_vipps_draws_nobody_pays_by_hand_and_the_other_way_round(
    house: House, clock_hands: time_machine.Traveller
) -> None:
    house.tick()
    clock_hands.move_to(at(house.claim.send_from))
    intent = a_payment(house.invoice, 10_000)
    house.tick()
    assert house.claim.state == S.NOTIFIED  # not asked for while somebody pays

    Underway.objects.filter(reference=intent.reference).update(until=datetime.now(UTC))
    house.tick()
    jobs()

    assert house.claim.state == S.ACCEPTED
    with pytest.raises(Refused):
        a_payment(house.invoice, 10_000)


def test_what_is_taken_back_can_be_paid_by_hand_once_vipps_has_said_so(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    claim = asked(house, clock_hands)
    stop_draw(house.invoice.pk, claim.public_id, actor=CUSTOMER)
    assert house.claim.state == S.CANCELLING
    with pytest.raises(Refused):
        a_payment(house.invoice, 10_000)  # Vipps may still draw it

    jobs()

    assert house.claim.state == S.CANCELLED
    assert a_payment(house.invoice, 10_000).amount_minor == 10_000
    assert vipps(playground).find_charge(charging.charge_of(claim)).what == Charged.CANCELLED


def test_pay_now_instead_takes_the_charge_back_and_leads_to_paying_at_once(
    house: House, clock_hands: time_machine.Traveller
) -> None:
    claim = asked(house, clock_hands)
    anna = Client()
    anna.get(a_link(house.invoice))

    answer = anna.post(f"/invoice/{house.invoice.public_id}/draws/{claim.public_id}/instead/")

    assert answer.headers["Location"] == f"/invoice/{house.invoice.public_id}/pay/"
    assert house.claim.state == S.CANCELLED
    assert not Underway.objects.filter(until=None).exists()


def test_what_is_taken_back_too_late_is_drawn_and_booked_once(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    claim = asked(house, clock_hands)
    play(playground, claim, "begin")
    stop_draw(house.invoice.pk, claim.public_id, actor=CUSTOMER)
    jobs()
    assert house.claim.state == S.CANCELLING
    with pytest.raises(Refused):
        a_payment(house.invoice, 10_000)

    play(playground, claim, "draw")
    charging.look(claim.pk)

    assert (house.claim.state, house.left, drawn_by_vipps(house)) == (S.SETTLED, 0, 50_000)


def test_taken_back_before_it_was_asked_for_it_never_is(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    house.tick()
    clock_hands.move_to(at(house.claim.send_from))
    house.tick()  # the job that asks has not run yet
    claim = house.claim
    stop_draw(house.invoice.pk, claim.public_id, actor=CUSTOMER)

    jobs()

    assert house.claim.state == S.CANCELLED
    assert vipps(playground).find_charge(charging.charge_of(claim)).what == Charged.UNKNOWN


def test_taken_back_while_a_call_may_be_on_its_way_it_waits_until_none_can_be(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    house.tick()
    clock_hands.move_to(at(house.claim.send_from))
    house.tick()
    claim = house.claim
    Claim.objects.filter(pk=claim.pk).update(asked_at=at(claim.send_from))  # it died in the call
    stop_draw(house.invoice.pk, claim.public_id, actor=CUSTOMER)
    charging.look(claim.pk)
    assert house.claim.state == S.CANCELLING

    vipps(playground).charge(charging.charge_of(claim))  # and the call arrives after all
    clock_hands.shift(timedelta(minutes=2))
    charging.look(claim.pk)

    assert house.claim.state == S.CANCELLED
    assert vipps(playground).find_charge(charging.charge_of(claim)).what == Charged.CANCELLED


def test_a_draw_that_fails_is_tried_again_and_then_asks_to_be_paid_by_hand(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    claim = asked(house, clock_hands)
    play(playground, claim, "retry")
    clock_hands.move_to(at(claim.draw_on + timedelta(days=1)))
    charging.look(claim.pk)
    assert house.claim.state == S.RETRYING

    play(playground, claim, "fail")
    charging.look(claim.pk)

    claim = house.claim
    assert (claim.state, claim.reason) == (S.FAILED, "vipps.user_action_required")
    entry = HistoryEntry.objects.get(kind="claim.failed")
    assert "not enough money" in entry.data["why"]
    assert a_payment(house.invoice, 50_000).amount_minor == 50_000


def test_more_than_the_customer_allows_in_vipps_is_said_so(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    charge_invoice(house.invoice.pk, [a_line(400_000)], reason="", actor=SYSTEM)
    work()
    claim = asked(house, clock_hands)
    play(playground, claim, "draw")

    charging.look(claim.pk)

    assert (house.claim.state, house.claim.reason) == (S.FAILED, "vipps.charge_amount_too_high")
    assert drawn_by_vipps(house) == 0


def test_silence_of_vipps_is_no_answer_and_the_draw_stays_under_way(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    claim = asked(house, clock_hands)
    clock_hands.move_to(at(claim.answer_by + timedelta(days=3)))
    playground.lose("/charges", 1)
    charging.look(claim.pk)
    house.tick()

    assert house.claim.state == S.ACCEPTED
    assert Underway.objects.filter(until=None).exists()


def test_an_agreement_that_is_not_in_force_at_vipps_takes_no_draw(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    playground.customer(house.mandate.handover_url, "stop")

    claim = asked(house, clock_hands)

    assert (claim.state, claim.reason) == (S.REJECTED, "vipps.rejected")
    assert not Underway.objects.filter(until=None).exists()


def test_what_the_customer_ends_in_the_app_is_cancelled_and_not_asked_for_again(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    claim = asked(house, clock_hands)
    playground.customer(house.mandate.handover_url, "stop")

    charging.look(claim.pk)
    mandate_work.look(house.mandate.pk)
    jobs()
    house.tick()

    assert Claim.objects.get().state == S.CANCELLED
    assert Mandate.objects.get().state == MandateState.ENDED


def test_what_vipps_gives_back_is_left_to_pay_again_part_by_part(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    claim = asked(house, clock_hands)
    play(playground, claim, "draw")
    charging.look(claim.pk)
    charge = charging.charge_of(claim)

    for _ in range(2):  # the same refund asked for twice
        vipps(playground).refund_charge(charge, 20_000, f"{charge.reference}-a")
        charging.look(claim.pk)
    assert (house.claim.state, house.left, drawn_by_vipps(house)) == (S.SETTLED, 20_000, 30_000)

    play(playground, claim, "refund")
    charging.look(claim.pk)
    charging.look(claim.pk)

    assert (house.claim.state, house.left, drawn_by_vipps(house)) == (S.REFUNDED, 50_000, 0)
    assert house.told().count("claim.refunded") == 2
    assert faults() == []


def test_what_is_drawn_too_much_is_credit_and_goes_back_from_there_first(
    house: House, playground: Playground, clock_hands: time_machine.Traveller
) -> None:
    claim = asked(house, clock_hands)
    play(playground, claim, "begin")
    credit_invoice(house.invoice.pk, [a_line(8_000)], reason="", actor=SYSTEM)
    jobs()
    play(playground, claim, "draw")
    charging.look(claim.pk)
    assert house.left == 0

    vipps(playground).refund_charge(charging.charge_of(claim), 10_000, "back")
    charging.look(claim.pk)

    assert (house.left, drawn_by_vipps(house)) == (0, 40_000)
    assert faults() == []


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("what", list(Charged))
def test_every_answer_in_every_state_leads_along_an_edge_or_nowhere(
    state: ClaimState, what: Charged
) -> None:
    for today in (MONDAY, MONDAY + timedelta(days=2)):
        new = where(state, what, draw_on=MONDAY + timedelta(days=1), today=today)

        assert new is None or new in (S.ACCEPTED, S.RETRYING, S.SETTLED, S.FAILED, S.CANCELLED)
        assert new not in (S.ACCEPTED, S.RETRYING) or what == Charged.WAITING


@pytest.mark.parametrize("state", list(S))
def test_what_may_still_move_is_asked_about_again(state: ClaimState) -> None:
    now = at(MONDAY)
    again = next_look(state, draw_on=MONDAY, now=now, changed_at=now)

    moving = state in (S.SENT, S.ACCEPTED, S.RETRYING, S.CANCELLING)
    assert (again is not None) or not moving
    assert again is None or again > now
