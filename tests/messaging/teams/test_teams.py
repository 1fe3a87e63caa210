"""Who is given what is new: whoever is there and has least to do, one at a time."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from invoices.billers.models import Biller, User
from invoices.billers.roles import Role
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, staff
from invoices.history.models import HistoryEntry
from messaging.sorting.mentions import Known, mentioned
from messaging.teams import actions
from messaging.teams.actions import Rules
from messaging.teams.load import Hand, next_hand
from messaging.teams.models import Attendance, Team
from messaging.teams.queries import members_of, unowned
from messaging.teams.reactions import give_out_what_is_new
from messaging.teams.tasks import give_out_threads
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from tests.build import a_biller, a_customer, a_member, an_invoice

T0 = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hands", "chosen"),
    [
        ([], None),
        ([Hand(1, 2, None), Hand(2, 1, None)], 2),
        ([Hand(1, 1, T0), Hand(2, 1, T0 - timedelta(hours=1))], 2),
        ([Hand(1, 1, T0), Hand(2, 1, None)], 2),
        ([Hand(2, 0, None), Hand(1, 0, None)], 1),
        ([Hand(1, 5, None), Hand(2, 6, None)], None),
        ([Hand(1, 5, None), Hand(2, 4, T0)], 2),
    ],
)
def test_whoever_has_least_and_waited_longest_is_next(
    hands: list[Hand], chosen: int | None
) -> None:
    found = next_hand(hands, most_each=5)

    assert (found.user_id if found else None) == chosen


@pytest.fixture
def fjord(db: None) -> Biller:
    biller = a_biller()
    boss = staff(a_member(biller, Role.ADMIN).pk)
    actions.save_rules(biller, Rules(True, 3, 60, 240, 2880), actor=boss)
    return biller


def here(biller: Biller, **says: bool) -> User:
    user = a_member(biller)
    actions.attend(biller, actor=staff(user.pk), **says)
    return user


def asks(biller: Biller) -> Thread:
    invoice = an_invoice(a_customer(biller))
    threads.post(invoice, "Hei", actor=CUSTOMER, message_id=uuid.uuid4())
    return Thread.objects.get(invoice=invoice)


def owner_of(thread: Thread) -> User | None:
    return Thread.objects.get(pk=thread.pk).owner


def test_a_customer_who_writes_gets_somebody(fjord: Biller) -> None:
    cia = here(fjord)
    thread = asks(fjord)
    entry = HistoryEntry.objects.get(kind="message.sent")

    for _ in range(2):  # a reaction runs at least once
        give_out_what_is_new([entry.pk])

    assert owner_of(thread) == cia


def test_it_is_shared_fairly_and_only_among_those_who_are_there(fjord: Biller) -> None:
    cia, per = here(fjord), here(fjord)
    here(fjord, takes=False)
    a_member(fjord)  # never came
    finance = a_member(fjord, Role.FINANCE)
    actions.attend(fjord, actor=staff(finance.pk))

    given = [actions.give_out(asks(fjord).pk) for _ in range(4)]

    assert [given.count(cia), given.count(per)] == [2, 2]


def test_nobody_is_given_more_than_the_rules_say_and_the_rest_waits(fjord: Biller) -> None:
    cia = here(fjord)
    made = [asks(fjord) for _ in range(4)]

    give_out_threads(0)

    assert [owner_of(thread) for thread in made] == [cia, cia, cia, None]
    threads.settle(made[0], actor=staff(cia.pk))
    give_out_threads(0)
    assert owner_of(made[3]) == cia
    assert unowned() == []


def test_whoever_left_the_page_is_not_there(fjord: Biller) -> None:
    with time_machine.travel(T0, tick=False) as time:
        here(fjord)
        time.shift(timedelta(minutes=4))
        thread = asks(fjord)

        assert actions.give_out(thread.pk) is None


def test_a_team_gives_out_among_its_own_by_its_own_rule(fjord: Biller) -> None:
    cia, per = here(fjord), here(fjord)
    boss = staff(a_member(fjord, Role.ADMIN).pk)
    gives = actions.save_team(fjord, "Faktura", [per], gives_out=True, actor=boss)
    keeps = actions.save_team(fjord, "Teknikk", [cia], gives_out=False, actor=boss)
    first, second = asks(fjord), asks(fjord)
    actions.set_team(first, gives, actor=boss)
    actions.set_team(second, keeps, actor=boss)

    give_out_threads(0)

    assert (owner_of(first), owner_of(second)) == (per, None)


def test_where_the_rules_say_nothing_nothing_is_given_out(db: None) -> None:
    biller = a_biller()
    here(biller)

    assert actions.give_out(asks(biller).pk) is None


def test_a_team_is_of_people_who_answer_here(fjord: Biller) -> None:
    boss = staff(a_member(fjord, Role.ADMIN).pk)
    stranger = a_member(a_biller("norrsken", "SE"))

    with pytest.raises(Refused, match="answers customers"):
        actions.save_team(fjord, "Faktura", [stranger], gives_out=False, actor=boss)
    with pytest.raises(Refused, match="name"):
        actions.save_team(fjord, " ", [], gives_out=False, actor=boss)

    assert not Team.objects.exists()


def test_a_team_is_changed_named_and_removed(fjord: Biller) -> None:
    cia, per = here(fjord), here(fjord)
    boss = staff(a_member(fjord, Role.ADMIN).pk)
    team = actions.save_team(fjord, "Faktura", [cia], gives_out=False, actor=boss)
    thread = actions.set_team(asks(fjord), team, actor=boss)

    actions.save_team(fjord, "Regning", [per], gives_out=True, actor=boss, team=team)
    inside = members_of(fjord.pk)[team.pk]
    named = mentioned("@Regning se her", [Known(["Regning"], inside)])
    actions.remove_team(team, actor=boss)

    assert inside == named == {per.pk}
    assert Thread.objects.get(pk=thread.pk).team is None


@pytest.mark.django_db(transaction=True)
def test_given_out_at_the_same_moment_they_are_shared_evenly(fjord: Biller) -> None:
    people = [here(fjord) for _ in range(3)]
    made = [asks(fjord) for _ in range(6)]
    gate = threading.Barrier(6)

    def give(pk: int) -> None:
        gate.wait()
        actions.give_out(pk)
        connection.close()

    givers = [threading.Thread(target=give, args=(thread.pk,)) for thread in made]
    for each in givers:
        each.start()
    for each in givers:
        each.join(30)

    owners = [owner_of(thread) for thread in made]
    assert [owners.count(user) for user in people] == [2, 2, 2]
    assert Attendance.objects.filter(given_at=None).count() == 0
