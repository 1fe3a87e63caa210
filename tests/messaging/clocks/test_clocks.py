"""Aims in opening hours: worked out from facts, told in words, never of another wait."""

import uuid
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from invoices.billers.models import Biller
from invoices.billers.roles import Role
from invoices.history.actors import CUSTOMER, SYSTEM, staff
from invoices.history.models import HistoryEntry
from messaging.clocks.actions import work_out
from messaging.clocks.due import Due, Standing, due_of
from messaging.clocks.queries import answer_due, solve_due
from messaging.clocks.reactions import work_out_aims
from messaging.hours.calendar import Hours, Period
from messaging.hours.models import OpeningPeriod
from messaging.sorting.queries import Wanted, cursor_from, page_of
from messaging.teams.actions import Rules, save_rules
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from tests.build import a_biller, a_customer, a_member, an_invoice

NINE_TO_FOUR = [Period(time(9), time(16))]
HOURS = Hours("NO", dict.fromkeys(range(5), NINE_TO_FOUR))
# Friday 27 November 2026, 15:30 in Oslo: half an hour before the weekend.
FRIDAY = datetime(2026, 11, 27, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due_in", "due"),
    [
        (timedelta(minutes=20), Due(Standing.FINE, 1200)),
        (timedelta(minutes=14), Due(Standing.SOON, 840)),
        (timedelta(minutes=-10), Due(Standing.LATE, 600)),
        (timedelta(hours=66), Due(Standing.FINE, 3600)),  # Monday at half past nine
    ],
)
def test_an_aim_runs_only_while_it_is_open(due_in: timedelta, due: Due) -> None:
    assert due_of(FRIDAY + due_in, FRIDAY, HOURS) == due


@pytest.fixture
def fjord(db: None) -> Biller:
    biller = a_biller()
    boss = staff(a_member(biller, Role.ADMIN).pk)
    save_rules(biller, Rules(False, 8, 60, 240, 600), actor=boss)
    OpeningPeriod.objects.bulk_create(
        [
            OpeningPeriod(biller=biller, weekday=day, opens=time(9), closes=time(16))
            for day in range(5)
        ]
    )
    return biller


def asks(biller: Biller) -> Thread:
    invoice = an_invoice(a_customer(biller))
    threads.post(invoice, "Hei", actor=CUSTOMER, message_id=uuid.uuid4())
    thread = Thread.objects.get(invoice=invoice)
    work_out([thread.pk], actor=SYSTEM)
    return fresh(thread)


def fresh(thread: Thread) -> Thread:
    return Thread.objects.select_related("clock").get(pk=thread.pk)


def test_the_first_answer_is_due_in_open_time_and_the_next_by_another_aim(fjord: Biller) -> None:
    agent = staff(a_member(fjord).pk)
    with time_machine.travel(FRIDAY, tick=False) as moving:
        thread = asks(fjord)
        first = answer_due(thread)
        threads.post(thread.invoice, "Hei!", actor=agent, message_id=uuid.uuid4())
        moving.shift(timedelta(minutes=10))
        threads.post(thread.invoice, "Og så?", actor=CUSTOMER, message_id=uuid.uuid4())
        stale = answer_due(fresh(thread))
        work_out([thread.pk], actor=SYSTEM)
        later = answer_due(fresh(thread))

    monday = datetime(2026, 11, 30, 8, tzinfo=UTC)  # 9 in Oslo
    assert first == (monday + timedelta(minutes=30), True)
    assert stale is None  # the aim of a wait that has ended is nobody's
    assert later == (monday + timedelta(hours=4) - timedelta(minutes=20), False)


def test_solving_counts_from_the_first_question_since_it_was_closed(fjord: Biller) -> None:
    agent = staff(a_member(fjord).pk)
    with time_machine.travel(FRIDAY, tick=False) as moving:
        thread = asks(fjord)
        first = solve_due(thread)
        threads.close(thread, actor=agent)
        closed = solve_due(fresh(thread))
        moving.shift(timedelta(minutes=20))
        threads.post(thread.invoice, "Én ting til", actor=CUSTOMER, message_id=uuid.uuid4())
        work_out([thread.pk], actor=SYSTEM)
        again = solve_due(fresh(thread))

    assert first
    assert again
    assert closed is None
    assert again - first == timedelta(minutes=20)


def test_every_reaction_works_it_out_and_twice_is_the_same(fjord: Biller) -> None:
    invoice = an_invoice(a_customer(fjord))
    threads.post(invoice, "Hei", actor=CUSTOMER, message_id=uuid.uuid4())
    entry = HistoryEntry.objects.get(kind="message.sent")

    for _ in range(2):
        work_out_aims([entry.pk])

    assert answer_due(Thread.objects.select_related("clock").get()) is not None


def test_the_list_can_stand_by_what_is_due_next_and_loses_nobody(fjord: Biller) -> None:
    agent = staff(a_member(fjord).pk)
    with time_machine.travel(FRIDAY - timedelta(hours=4), tick=False) as moving:
        old = asks(fjord)
        threads.post(old.invoice, "Hei!", actor=agent, message_id=uuid.uuid4())
        threads.post(old.invoice, "Og?", actor=CUSTOMER, message_id=uuid.uuid4())
        work_out([old.pk], actor=SYSTEM)  # four hours from now
        moving.shift(timedelta(minutes=5))
        new = asks(fjord)  # one hour from now
        invoice = an_invoice(a_customer(fjord))
        threads.post(invoice, "Uten mål ennå", actor=CUSTOMER, message_id=uuid.uuid4())
    unaimed = Thread.objects.get(invoice=invoice)

    wanted = Wanted(fjord.pk, 0, by_due=True)
    first = page_of(wanted, most=2)
    rest = page_of(wanted, cursor_from(first.after), most=2)

    assert [t.pk for t in first.threads] == [new.pk, old.pk]
    assert [t.pk for t in rest.threads] == [unaimed.pk]
