"""Draws under bad luck: files come again, out of order and cut off; a process dies; and whatever
people and banks do in whatever order, nothing is drawn twice by us and no money is lost.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from invoices import clock
from invoices.documents.actions import credit_invoice
from invoices.errors import FormatError, Refused
from invoices.history.actors import CUSTOMER, SYSTEM
from invoices.history.models import HistoryEntry
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.models import Account
from invoices.ledger.queries import balance, faults
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankLine
from payments.claims.actions import Moves
from payments.claims.answers import actions as answers
from payments.claims.models import Claim
from payments.claims.sending.actions import send_claims
from payments.claims.states import IN_FLIGHT, ClaimState
from payments.claims.wishes.actions import resume_draw, stop_draw
from payments.outgoing.models import OutgoingFile, Series
from payments.providers.actions import note_status
from payments.providers.base import Seen, Status
from payments.providers.models import PaymentIntent
from payments.underway.models import Underway
from tests.build import a_line, a_payment
from tests.payments.claims.house import House, a_house, at, work
from tests.payments.claims.test_life import MONDAY, sent

pytestmark = pytest.mark.django_db

S = ClaimState


class Killed(BaseException):
    """SIGKILL, as the code sees it: nothing after this line runs."""


@pytest.fixture
def clock_hands() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY), tick=False) as traveller:
        yield traveller


def answers_of(house: House, clock_hands: time_machine.Traveller) -> list[bytes]:
    """What a bank says of one draw: tried in vain, drawn, and paid back."""
    claim = sent(house, clock_hands)
    clock_hands.move_to(at(claim.draw_on, 12))
    tried = house.bank.draws("9")
    clock_hands.move_to(at(claim.draw_on + timedelta(days=1), 12))
    drawn = house.bank.draws()
    refunded = house.bank.refunds(claim)
    assert tried is not None
    assert drawn is not None
    return [tried, drawn, refunded]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_answers_thrice_and_in_any_order_end_the_same(
    order: tuple[int, ...], clock_hands: time_machine.Traveller
) -> None:
    house = a_house()
    files = answers_of(house, clock_hands)

    for place in [*order, *order, *reversed(order)]:
        house.receive(files[place])

    assert house.claim.state == S.REFUNDED
    assert house.left == 50_000
    assert not Underway.objects.filter(until=None).exists()
    assert balance(biller_account(house.biller.pk, AccountKind.CLEARING, "SEK")) == 0
    assert HistoryEntry.objects.filter(kind="claim.settled").count() == 1
    assert HistoryEntry.objects.filter(kind="claim.refunded").count() == 1
    assert faults() == []


def test_a_file_cut_off_at_any_line_is_refused_or_says_nothing_new(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    _tried, drawn, _refunded = answers_of(house, clock_hands)
    lines = drawn.splitlines(keepends=True)

    for kept in range(len(lines)):
        with pytest.raises(FormatError):
            receive_file(house.biller, "cut.txt", b"".join(lines[:kept]), actor=SYSTEM)
        work()
        assert house.claim.state == S.SENT
        assert not BankLine.objects.exists()

    house.receive(drawn)
    assert house.claim.state == S.SETTLED


def test_a_process_that_dies_while_it_asks_the_bank_has_written_nothing(
    clock_hands: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = a_house()
    clock_hands.move_to(at(house.claim.notice_by))
    house.tick()
    clock_hands.move_to(at(house.claim.send_from))

    def dies(_self: Moves) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Moves, "write", dies)
        with pytest.raises(Killed), transaction.atomic():
            send_claims(house.biller.pk, "autogiro", actor=SYSTEM)
    assert not OutgoingFile.objects.exists()
    assert not Series.objects.filter(next__gt=1).exists()
    assert not Underway.objects.exists()

    house.tick()
    house.tick()
    assert OutgoingFile.objects.count() == 1
    assert house.claim.state == S.SENT


@pytest.mark.parametrize("step", ["lead_drawn", "_settle", "note_answer"])
def test_a_process_that_dies_while_it_hears_an_answer_books_once(
    step: str, clock_hands: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = a_house()
    claim = sent(house, clock_hands)
    clock_hands.move_to(at(claim.draw_on, 12))
    drawn = house.bank.draws()
    assert drawn is not None
    real = getattr(answers, step)

    def dies(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        raise Killed

    file = receive_file(house.biller, "drawn.txt", drawn, actor=SYSTEM).file
    with monkeypatch.context() as patch:
        patch.setattr(answers, step, dies)
        with pytest.raises(Killed):
            work()
    assert house.claim.state == S.SENT

    answers.hear_file(file, actor=SYSTEM)
    work()
    answers.hear_file(file, actor=SYSTEM)
    assert house.claim.state == S.SETTLED
    assert house.left == 0
    assert HistoryEntry.objects.filter(kind="payment.matched").count() == 1
    assert faults() == []


# --- Whatever happens, in whatever order --------------------------------------------------------

ACTS = st.lists(
    st.sampled_from(
        [
            *("day", "day", "week", "round", "draw", "draw", "no_cover", "later"),
            *("bank", "part", "page", "page_done", "credit", "stop", "resume", "again", "silence"),
        ]
    ),
    min_size=4,
    max_size=14,
)


class Story:
    """Carries out what people and banks do, and keeps books of its own: ``asked`` is what the
    invoice asks for, ``by_hand`` what people paid. ``late``: somebody paid when it was too late to
    take the draw back, which nobody can prevent.
    """

    def __init__(self, house: House, hands: time_machine.Traveller) -> None:
        self.house, self.hands, self.late = house, hands, False
        self.asked, self.by_hand = house.left, 0

    def do(self, act: str) -> None:
        getattr(self, f"do_{act}")()
        work()

    def forward(self, days: int) -> None:
        self.hands.move_to(clock.now() + timedelta(days=days))
        self.house.tick()

    def do_day(self) -> None:
        self.forward(1)

    def do_week(self) -> None:
        self.forward(7)

    def do_round(self) -> None:
        self.house.tick()

    def do_draw(self, code: str = "0") -> None:
        self.house.receive(self.house.bank.draws(code))

    def do_no_cover(self) -> None:
        self.do_draw("1")

    def do_later(self) -> None:
        self.do_draw("9")

    def _by_bank(self, amount: int) -> None:
        if amount <= 0:
            return
        self._mark_late()
        self.by_hand += amount
        self.house.receive(self.house.bank.pays(self.house.invoice, amount))

    def _mark_late(self) -> None:
        """Also where the bank holds an order of ours that we had given up, or were told nothing
        of: it may draw by it.
        """
        self.house.bank.read()
        flying = Claim.objects.filter(state__in=sorted(IN_FLIGHT))
        if any(clock.now() >= claim.cancel_by or claim.state == S.RETRYING for claim in flying) or (
            self.house.bank.orders and not flying
        ):
            self.late = True

    def do_bank(self) -> None:
        self._by_bank(self.house.left)

    def do_part(self) -> None:
        self._by_bank(min(10_000, self.house.left))

    def do_page(self) -> None:
        try:
            with transaction.atomic():
                a_payment(self.house.invoice, self.house.left)
        except Refused:
            return
        self._mark_late()

    def do_page_done(self) -> None:
        intent = PaymentIntent.objects.filter(state__in=["created", "waiting"]).last()
        if intent is not None:
            self.by_hand += intent.amount_minor
            note_status(intent.pk, Status(Seen.CAPTURED, intent.amount_minor), actor=SYSTEM)

    def do_credit(self) -> None:
        if self.house.left >= 10_000:
            self._mark_late()
            line = a_line(8_000)
            try:
                credit_invoice(self.house.invoice.pk, [line], reason="x", actor=SYSTEM)
            except Refused:
                return
            self.asked -= 10_000

    def _wish(self, wish: Any) -> None:
        if Claim.objects.exists():
            try:
                with transaction.atomic():
                    wish(self.house.invoice.pk, self.house.claim.public_id, actor=CUSTOMER)
            except Refused:
                return

    def do_stop(self) -> None:
        self._wish(stop_draw)

    def do_resume(self) -> None:
        self._wish(resume_draw)

    def do_again(self) -> None:
        for raw in self.house.bank.files[-3:]:
            self.house.receive(raw)

    def do_silence(self) -> None:
        self.forward(20)


@pytest.mark.parametrize("country", ["SE", "NO"])
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
@example(acts=["page", "bank", "page_done", "week", "draw"])
@example(acts=["page", "credit", "page_done"])
@example(acts=["round", "stop", "bank", "draw"])
@example(acts=["week", "draw", "again", "again", "bank", "page"])
def test_nothing_is_drawn_twice_and_no_money_is_lost(country: str, acts: list[str]) -> None:
    with time_machine.travel(at(MONDAY), tick=False) as hands, transaction.atomic():
        house = a_house(country)
        story = Story(house, hands)
        for act in ("week", "week", *acts):
            story.do(act)

        _everything_is_accounted_for(house)
        credit, paid = _credit(house), story.by_hand + house.bank.drawn
        assert house.left - credit == story.asked - paid, "money is lost, or made"
        if not story.late:  # what is too much, people paid twice themselves: no draw did
            assert credit == max(0, story.by_hand - story.asked), _claims()
        transaction.set_rollback(True)


def _everything_is_accounted_for(house: House) -> None:
    assert faults() == []
    currency = house.biller.currency
    assert balance(biller_account(house.biller.pk, AccountKind.CLEARING, currency)) == 0
    lines = list(Claim.objects.exclude(line=None).values_list("line_id", flat=True))
    assert len(lines) == len(set(lines))
    drawn = Claim.objects.filter(state=S.SETTLED).aggregate(s=Sum("line__amount_minor"))["s"] or 0
    assert drawn == sum(
        Claim.objects.filter(state=S.SETTLED).values_list("amount_minor", flat=True)
    )
    flying = Claim.objects.filter(state__in=sorted(IN_FLIGHT)).count()
    moving = Underway.objects.filter(until=None, by=Underway.By.CLAIM).count()
    assert flying == moving <= 1


def _claims() -> list[tuple[str, int]]:
    return list(Claim.objects.order_by("pk").values_list("state", "amount_minor"))


def _credit(house: House) -> int:
    account = Account.objects.filter(customer=house.customer).first()
    return balance(account) if account else 0
