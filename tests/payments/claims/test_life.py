"""A draw from the day it is planned to the day the money is here, in both schemes."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from invoices.documents.actions import (
    charge_invoice,
    credit_invoice,
    move_due_date,
    split_invoice,
)
from invoices.documents.references import make_ocr
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from invoices.ledger.queries import faults
from payments.bankfiles.models import BankAnswer
from payments.claims.models import Claim
from payments.claims.states import ClaimState
from payments.outgoing.models import OutgoingFile
from payments.underway.models import Underway
from tests.build import a_line, an_invoice
from tests.payments.claims.house import House, a_house, at, work

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 10, 5)
S = ClaimState


@pytest.fixture(autouse=True)
def _on_monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY), tick=False) as traveller:
        yield traveller


@pytest.fixture
def clock_hands(_on_monday: time_machine.Traveller) -> time_machine.Traveller:
    return _on_monday


def sent(house: House, clock_hands: time_machine.Traveller) -> Claim:
    """Let the draw be told of and sent; the clock stands on the day it is sent."""
    house.tick()
    clock_hands.move_to(at(house.claim.notice_by))
    house.tick()
    clock_hands.move_to(at(house.claim.send_from))
    house.tick()
    claim = house.claim
    assert claim.state == S.SENT
    return claim


@pytest.mark.parametrize("country", ["SE", "NO"])
def test_an_invoice_is_drawn_and_paid_by_the_draw(
    country: str, clock_hands: time_machine.Traveller
) -> None:
    house = a_house(country)

    claim = sent(house, clock_hands)
    assert Underway.objects.get(until=None).amount_minor == 50_000
    clock_hands.move_to(at(claim.draw_on, 12))
    house.receive(house.bank.draws())

    claim.refresh_from_db()
    assert claim.state == S.SETTLED
    assert claim.line is not None
    assert house.left == 0
    assert house.told() == [
        "claim.planned",
        "claim.notified",
        "claim.sent",
        "claim.settled",
    ]
    assert not Underway.objects.filter(until=None).exists()
    assert faults() == []


def test_what_is_due_too_soon_is_paid_by_hand() -> None:
    house = a_house(due_in=9)

    house.tick()

    assert not Claim.objects.exists()


def test_a_customer_who_wants_no_notice_gets_none(clock_hands: time_machine.Traveller) -> None:
    house = a_house("NO", wants_notice=False)
    clock_hands.move_to(at(house.claim.send_from))

    house.tick()

    assert house.told() == ["claim.planned", "claim.sent"]


def test_the_round_run_again_tells_and_sends_nothing_twice(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    sent(house, clock_hands)
    entries, files = HistoryEntry.objects.count(), OutgoingFile.objects.count()

    for _ in range(3):
        house.tick()

    assert HistoryEntry.objects.count() == entries
    assert OutgoingFile.objects.count() == files == 1


def test_a_moved_due_date_moves_the_draw() -> None:
    house = a_house()
    to_on = house.invoice.due_on + timedelta(days=10)

    move_due_date(house.invoice.pk, to_on, reason="", actor=SYSTEM)
    work()

    assert house.claim.draw_on >= to_on
    assert Claim.objects.count() == 1
    assert house.told() == ["claim.planned", "claim.replanned"]


def test_a_split_is_drawn_part_by_part() -> None:
    house = a_house()
    first = house.invoice.due_on
    parts = [(first, 20_000), (first + timedelta(days=30), 30_000)]

    split_invoice(house.invoice.pk, parts, reason="", actor=SYSTEM)
    work()

    drawn = Claim.objects.order_by("draw_on").values_list("part", "amount_minor", "state")
    assert list(drawn) == [(1, 20_000, S.PLANNED), (2, 30_000, S.PLANNED)]


def test_a_credit_lowers_the_draw_and_one_of_all_calls_it_off() -> None:
    house = a_house()

    credit_invoice(house.invoice.pk, [a_line(8_000)], reason="x", actor=SYSTEM)
    work()
    assert house.claim.amount_minor == 40_000

    credit_invoice(house.invoice.pk, None, reason="x", actor=SYSTEM)
    work()
    assert house.claim.state == S.WITHDRAWN


def test_a_charge_that_comes_too_late_for_a_notice_is_not_drawn(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    sent(house, clock_hands)

    charge_invoice(house.invoice.pk, [a_line(8_000)], reason="x", actor=SYSTEM)
    work()

    assert (house.claim.state, house.claim.amount_minor) == (S.SENT, 50_000)


@pytest.mark.parametrize("country", ["SE", "NO"])
def test_a_payment_by_hand_before_the_cut_off_takes_the_draw_back(
    country: str, clock_hands: time_machine.Traveller
) -> None:
    house = a_house(country)
    sent(house, clock_hands)
    house.bank.read()

    house.receive(house.bank.pays(house.invoice, 50_000))
    house.bank.read()

    assert house.claim.state == S.CANCELLING
    assert house.bank.orders == []
    assert OutgoingFile.objects.filter(kind="cancellations").count() == 1
    assert not Underway.objects.filter(until=None).exists()


def test_a_payment_by_hand_after_the_cut_off_leaves_credit_and_says_so(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    claim = sent(house, clock_hands)
    clock_hands.move_to(claim.cancel_by)

    house.receive(house.bank.pays(house.invoice, 50_000))
    assert house.told()[-1] == "claim.overlaps"
    clock_hands.move_to(at(claim.draw_on, 12))
    house.receive(house.bank.draws())

    assert house.claim.state == S.SETTLED
    assert house.left == 0
    matched = HistoryEntry.objects.filter(kind="payment.matched").latest("pk")
    assert matched.data["overpaid_minor"] == 50_000
    assert faults() == []


def test_a_payment_of_a_part_before_the_cut_off_draws_the_rest(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    sent(house, clock_hands)

    house.receive(house.bank.pays(house.invoice, 20_000))
    house.tick()

    assert (house.claim.state, house.claim.amount_minor) == (S.SENT, 30_000)
    clock_hands.move_to(at(house.claim.draw_on, 12))
    house.receive(house.bank.draws())
    assert house.left == 0
    assert faults() == []


def test_a_draw_without_cover_is_tried_again_and_then_settled(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    claim = sent(house, clock_hands)
    clock_hands.move_to(at(claim.draw_on, 12))

    house.receive(house.bank.draws("9"))
    assert (house.claim.state, house.claim.tries) == (S.RETRYING, 1)
    assert Underway.objects.filter(until=None).exists()
    assert house.claim.retry_on is not None

    clock_hands.move_to(at(house.claim.retry_on, 12))
    house.receive(house.bank.draws())
    assert house.claim.state == S.SETTLED
    assert house.left == 0


@pytest.mark.parametrize("code", ["1", "2"])
def test_a_draw_that_fails_is_to_be_paid_by_hand_and_says_why(
    code: str, clock_hands: time_machine.Traveller
) -> None:
    house = a_house()
    claim = sent(house, clock_hands)
    clock_hands.move_to(at(claim.draw_on, 12))

    house.receive(house.bank.draws(code))

    assert house.claim.state == S.FAILED
    entry = HistoryEntry.objects.get(kind="claim.failed")
    assert entry.data["why"]
    assert not Underway.objects.filter(until=None).exists()
    assert house.left == 50_000


@pytest.mark.parametrize("old", [True, False])
def test_a_draw_that_bankgirot_did_not_take(old: bool, clock_hands: time_machine.Traveller) -> None:
    house = a_house()
    claim = sent(house, clock_hands)

    house.receive(house.bank.rejects(claim, old=old))

    assert house.claim.state == S.REJECTED
    assert house.told()[-1] == "claim.rejected"


def test_the_old_layout_settles_and_fails_too(clock_hands: time_machine.Traveller) -> None:
    house = a_house()
    claim = sent(house, clock_hands)
    clock_hands.move_to(at(claim.draw_on, 12))

    house.receive(house.bank.old_specification(claim))

    assert house.claim.state == S.SETTLED
    assert house.left == 0


def test_a_refund_opens_the_invoice_again(clock_hands: time_machine.Traveller) -> None:
    house = a_house()
    claim = sent(house, clock_hands)
    clock_hands.move_to(at(claim.draw_on, 12))
    house.receive(house.bank.draws())

    house.receive(house.bank.refunds(claim))

    assert house.claim.state == S.REFUNDED
    assert house.claim.refund is not None
    assert house.left == 50_000
    assert house.told()[-1] == "claim.refunded"
    assert faults() == []


@pytest.mark.parametrize("country", ["SE", "NO"])
def test_silence_counts_as_unpaid_and_money_that_comes_after_all_is_taken(
    country: str, clock_hands: time_machine.Traveller
) -> None:
    house = a_house(country)
    claim = sent(house, clock_hands)
    clock_hands.move_to(at(claim.answer_by))
    house.tick()
    assert house.claim.state == S.SENT

    clock_hands.move_to(at(claim.answer_by + timedelta(days=1)))
    house.tick()
    assert house.claim.state == S.FAILED

    house.receive(house.bank.draws())
    assert house.claim.state == S.SETTLED
    assert house.told()[-1] == "claim.settled_after_all"
    assert house.left == 0


def test_a_draw_that_the_bank_moved(clock_hands: time_machine.Traveller) -> None:
    house = a_house()
    claim = sent(house, clock_hands)
    moved_to = claim.draw_on + timedelta(days=3)

    house.receive(house.bank.changes(claim, "14", by="29", moved_to=moved_to))

    assert (house.claim.state, house.claim.draw_on) == (S.SENT, moved_to)


def test_a_draw_that_the_payer_stopped_in_the_bank_is_not_planned_again(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    claim = sent(house, clock_hands)

    house.receive(house.bank.changes(claim, "12", by="11"))
    house.tick()

    assert house.claim.state == S.CANCELLED
    assert Claim.objects.count() == 1


def test_a_draw_whose_reference_does_not_fit_the_file_finds_its_invoice_by_the_claim(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    long = an_invoice(house.customer, due_in=30, reference=make_ocr(10**18, 3, []))
    work()
    house.invoice = long
    claim = sent(house, clock_hands)
    assert len(claim.reference) <= 16
    clock_hands.move_to(at(claim.draw_on, 12))

    house.receive(house.bank.draws())

    assert house.claim.state == S.SETTLED
    assert house.left == 0
    assert faults() == []


def test_an_answer_that_fits_no_claim_is_told_to_finance(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    claim = sent(house, clock_hands)
    claim.reference = "9999"

    house.receive(house.bank.rejects(claim))

    assert BankAnswer.objects.get().result == "unknown"
    assert HistoryEntry.objects.filter(kind="claim.unknown").count() == 1
    assert house.claim.state == S.SENT


@pytest.mark.parametrize("country", ["SE", "NO"])
def test_the_second_failure_in_a_row_pauses_the_mandate_and_says_so(
    country: str, clock_hands: time_machine.Traveller
) -> None:
    house = a_house(country)
    second = an_invoice(house.customer, due_in=60)
    work()
    for invoice in (house.invoice, second):
        house.invoice = invoice
        claim = Claim.objects.get(invoice=invoice)
        for day in (claim.notice_by, claim.send_from, claim.draw_on):
            clock_hands.move_to(at(day, 12))
            house.tick()
        house.receive(house.bank.draws("1"))
        clock_hands.move_to(at(claim.answer_by + timedelta(days=1)))
        house.tick()
        house.mandate.refresh_from_db()
        expected = "paused" if invoice == second else "active"
        assert house.mandate.state == expected, house.told()

    assert house.told()[-1] == "claim.rested"
    third = an_invoice(house.customer, due_in=40)
    work()
    assert not Claim.objects.filter(invoice=third).exists()


def test_a_draw_that_succeeds_between_two_failures_keeps_the_mandate(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    invoices = [house.invoice, *(an_invoice(house.customer, due_in=days) for days in (60, 90))]
    work()
    for invoice, code in zip(invoices, ("1", "0", "1"), strict=True):
        claim = Claim.objects.get(invoice=invoice)
        for day in (claim.notice_by, claim.send_from, claim.draw_on):
            clock_hands.move_to(at(day, 12))
            house.tick()
        house.receive(house.bank.draws(code))

    house.mandate.refresh_from_db()
    assert house.mandate.state == "active"
