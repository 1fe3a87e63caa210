"""Snoozing, tags, topics and mentions: what each changes, tells, and refuses."""

import uuid
from datetime import timedelta

import pytest
import time_machine

from invoices import clock
from invoices.billers.models import Biller, User
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, SYSTEM, Actor, staff
from invoices.history.models import HistoryEntry
from messaging.sorting import actions
from messaging.sorting.mentions import known_people
from messaging.sorting.models import Mention, Tag, ThreadTag
from messaging.sorting.queries import Wanted, is_mentioned, page_of
from messaging.sorting.tasks import wake_threads
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from messaging.threads.states import Box
from messaging.threads.topics import About
from tests.build import a_biller, a_customer, a_member, an_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def fjord() -> Biller:
    return a_biller()


@pytest.fixture
def cia(fjord: Biller) -> User:
    return a_member(fjord, email="cia@example.com")


@pytest.fixture
def agent(cia: User) -> Actor:
    return staff(cia.pk)


@pytest.fixture
def thread(fjord: Biller) -> Thread:
    invoice = an_invoice(a_customer(fjord))
    threads.post(invoice, "Hva er dette?", actor=CUSTOMER, message_id=uuid.uuid4())
    return Thread.objects.get(invoice=invoice)


def fresh(thread: Thread) -> Thread:
    return Thread.objects.get(pk=thread.pk)


def waiting(thread: Thread) -> bool:
    return thread in page_of(Wanted(thread.biller_id, 0, Box.WAITING)).threads


def told(kind: str) -> list[dict[str, object]]:
    return [entry.data for entry in HistoryEntry.objects.filter(kind=kind)]


def test_a_snoozed_conversation_leaves_the_list_and_comes_back_by_itself(
    thread: Thread, agent: Actor
) -> None:
    with time_machine.travel("2026-11-27T12:00:00Z", tick=False) as time:
        asked = thread.waiting_since
        actions.snooze(thread, clock.now() + timedelta(hours=2), "Ringer banken", actor=agent)
        gone = waiting(thread)
        time.shift(timedelta(hours=1))
        wake_threads(0)
        still_gone = waiting(thread)
        time.shift(timedelta(hours=1))
        wake_threads(0)

    assert (gone, still_gone, waiting(thread)) == (False, False, True)
    assert fresh(thread).waiting_since == asked  # it waited all the while
    assert len(told("thread.snoozed")) == len(told("thread.woke")) == 1


def test_a_conversation_nobody_waited_in_waits_when_its_snooze_is_over(
    thread: Thread, agent: Actor
) -> None:
    threads.settle(thread, actor=agent)
    actions.snooze(thread, clock.now() + timedelta(hours=1), "", actor=agent)

    actions.wake(thread, actor=SYSTEM)

    assert waiting(thread)


def test_a_customer_who_writes_wakes_the_conversation_at_once(thread: Thread, agent: Actor) -> None:
    actions.snooze(thread, clock.now() + timedelta(days=3), "Venter", actor=agent)

    threads.post(thread.invoice, "Hallo?", actor=CUSTOMER, message_id=uuid.uuid4())

    assert waiting(thread)
    assert (fresh(thread).snoozed_until, fresh(thread).snooze_reason) == (None, "")


def test_closing_ends_a_snooze_and_a_closed_one_cannot_be_snoozed(
    thread: Thread, agent: Actor
) -> None:
    actions.snooze(thread, clock.now() + timedelta(days=3), "", actor=agent)

    threads.close(thread, actor=agent)

    assert fresh(thread).snoozed_until is None
    with pytest.raises(Refused, match="closed"):
        actions.snooze(thread, clock.now() + timedelta(days=3), "", actor=agent)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=-1), timedelta(days=181)])
def test_a_snooze_is_for_a_time_ahead_and_not_too_far(
    thread: Thread, agent: Actor, ahead: timedelta
) -> None:
    with pytest.raises(Refused, match="half a year"):
        actions.snooze(thread, clock.now() + ahead, "", actor=agent)


def test_a_woken_thread_that_was_snoozed_anew_sleeps_on(thread: Thread, agent: Actor) -> None:
    actions.snooze(thread, clock.now() + timedelta(days=3), "", actor=agent)

    actions.wake(thread, actor=SYSTEM, only_due=True)

    assert fresh(thread).snoozed_until is not None


def test_a_tag_is_made_once_whatever_its_letters(fjord: Biller, agent: Actor) -> None:
    first, again = (
        actions.make_tag(fjord, name, actor=agent) for name in (" Fiber  feil", "fiber FEIL")
    )

    assert first == again
    assert first.name == "Fiber feil"
    actions.retire_tag(first, actor=agent)
    assert actions.make_tag(fjord, "Fiber feil", actor=agent) == first
    assert not Tag.objects.get().retired
    for name in ("", "   ", "x" * 41):
        with pytest.raises(Refused):
            actions.make_tag(fjord, name, actor=agent)


def test_tagging_twice_is_once_and_is_told_once(
    fjord: Biller, thread: Thread, agent: Actor
) -> None:
    tag = actions.make_tag(fjord, "VIP", actor=agent)

    for _ in range(2):
        actions.tag_thread(thread, tag, actor=agent)
    for _ in range(2):
        actions.untag_thread(thread, tag, actor=agent)

    assert not ThreadTag.objects.exists()
    assert [d["tag"] for d in told("thread.tagged") + told("thread.untagged")] == ["VIP", "VIP"]


def test_the_topic_is_guessed_until_somebody_says_better(thread: Thread, agent: Actor) -> None:
    assert thread.topic == About.LINE

    actions.set_topic(thread, About.CONTRACT, actor=agent)
    threads.post(thread.invoice, "Jeg har betalt", actor=CUSTOMER, message_id=uuid.uuid4())

    assert fresh(thread).topic == About.CONTRACT


def test_a_topic_that_was_taken_away_is_not_guessed_again(thread: Thread, agent: Actor) -> None:
    actions.set_topic(thread, None, actor=agent)

    threads.post(thread.invoice, "Jeg har betalt", actor=CUSTOMER, message_id=uuid.uuid4())

    assert fresh(thread).topic == ""


def test_whoever_a_note_names_finds_it_until_it_is_dealt_with(
    fjord: Biller, thread: Thread, agent: Actor, cia: User
) -> None:
    per = a_member(fjord, email="per@example.com")
    known = known_people((user.pk, "", user.email) for user in (cia, per))
    message_id = uuid.uuid4()

    for _ in range(2):  # sent twice, told once
        actions.note(thread.invoice, "@per @cia se her", known, actor=agent, message_id=message_id)

    assert [mention.user for mention in Mention.objects.all()] == [per]  # nobody names oneself
    assert is_mentioned(thread, per.pk)
    assert page_of(Wanted(fjord.pk, per.pk, Box.MENTIONS)).threads == [thread]
    actions.settle_mentions(thread, actor=staff(per.pk))
    assert page_of(Wanted(fjord.pk, per.pk, Box.MENTIONS)).threads == []
