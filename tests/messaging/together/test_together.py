"""Conversations of one customer answered as one: one place, one owner, one answer; and parted."""

import uuid
from typing import Any

import pytest

from invoices.billers.models import Biller, User
from invoices.customers.models import Customer
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, Actor, staff
from invoices.history.models import HistoryEntry
from messaging.outbox import actions as outbox
from messaging.sorting.queries import Wanted, page_of
from messaging.threads import actions as threads
from messaging.threads.models import Message, Thread
from messaging.together import actions
from messaging.together.queries import could_join, others_with
from messaging.together.reactions import bring_leads_forward
from tests.build import a_biller, a_customer, a_member, an_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def fjord() -> Biller:
    return a_biller()


@pytest.fixture
def cia(fjord: Biller) -> User:
    return a_member(fjord)


@pytest.fixture
def agent(cia: User) -> Actor:
    return staff(cia.pk)


@pytest.fixture
def anna(fjord: Biller) -> Customer:
    return a_customer(fjord, "Anna Berg")


def asks(customer: Customer, text: str = "Hei") -> Thread:
    invoice = an_invoice(customer)
    threads.post(invoice, text, actor=CUSTOMER, message_id=uuid.uuid4())
    return Thread.objects.get(invoice=invoice)


def fresh(thread: Thread) -> Thread:
    return Thread.objects.select_related("invoice").get(pk=thread.pk)


def waiting(biller: Biller) -> list[int]:
    return [thread.pk for thread in page_of(Wanted(biller.pk, 0)).threads]


def test_joined_they_have_one_place_one_owner_and_the_longest_wait(
    fjord: Biller, anna: Customer, cia: User, agent: Actor
) -> None:
    old, new = asks(anna), asks(anna)
    threads.assign(old, cia, actor=agent, expected_id=None)

    for _ in range(2):  # twice is once
        actions.join(fresh(new), fresh(old), actor=agent)

    assert waiting(fjord) == [new.pk]
    assert fresh(new).owner == fresh(old).owner == cia
    assert fresh(new).waiting_since == old.waiting_since
    assert HistoryEntry.objects.filter(kind="thread.joined").count() == 2
    assert others_with(fresh(old)) == [new]
    assert others_with(fresh(new)) == [old]


def test_one_answer_is_written_where_each_of_them_waits(
    fjord: Biller, anna: Customer, agent: Actor, settings: Any
) -> None:
    settings.UNDO_SEND_S = 0
    lead, waits, answered = asks(anna), asks(anna), asks(anna)
    threads.settle(answered, actor=agent)
    for other in (waits, answered):
        actions.join(fresh(lead), fresh(other), actor=agent)
    also = [other.pk for other in others_with(fresh(lead)) if other.waiting_since]
    message_id = uuid.uuid4()

    for _ in range(2):
        outbox.answer(lead, "Svar", actor=agent, message_id=message_id, also=also)

    written = Message.objects.filter(side="staff").order_by("thread_id")
    assert [m.thread_id for m in written] == [lead.pk, waits.pk]
    assert waiting(fjord) == []


def test_whoever_writes_in_one_that_follows_brings_both_forward(
    fjord: Biller, anna: Customer, agent: Actor
) -> None:
    lead, follower = asks(anna), asks(anna)
    actions.join(fresh(lead), fresh(follower), actor=agent)
    for thread in (lead, follower):
        threads.close(thread, actor=agent)
    threads.post(follower.invoice, "Hallo?", actor=CUSTOMER, message_id=uuid.uuid4())

    bring_leads_forward([HistoryEntry.objects.filter(kind="message.sent").latest("pk").pk])

    assert waiting(fjord) == [lead.pk]


def test_parted_each_stands_alone_and_waits_if_it_waited(
    fjord: Biller, anna: Customer, agent: Actor
) -> None:
    lead, follower = asks(anna), asks(anna)
    actions.join(fresh(lead), fresh(follower), actor=agent)

    for _ in range(2):
        actions.part(fresh(follower), actor=agent)

    assert waiting(fjord) == [lead.pk, follower.pk]
    assert others_with(fresh(lead)) == []
    assert [t.pk for t in could_join(fresh(lead))] == [follower.pk]


def test_only_one_customers_own_are_joined_and_no_chains_are_made(
    fjord: Biller, anna: Customer, agent: Actor
) -> None:
    bos, a, b, c = asks(a_customer(fjord, "Bo")), asks(anna), asks(anna), asks(anna)
    actions.join(fresh(a), fresh(b), actor=agent)

    for one, other in ((a, bos), (c, a), (c, b)):
        with pytest.raises(Refused):
            actions.join(fresh(one), fresh(other), actor=agent)
    actions.join(fresh(b), fresh(c), actor=agent)  # through one that follows: its lead leads

    assert fresh(c).lead_id == a.pk
