"""Replies in the customer's language, and macros that do all or nothing."""

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from invoices.billers.models import Biller, User
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, Actor, staff
from messaging.canned import actions
from messaging.canned.actions import Steps
from messaging.canned.models import Macro
from messaging.canned.queries import macros_of, ready_replies, replies_of
from messaging.sorting.actions import make_tag
from messaging.sorting.models import ThreadTag
from messaging.threads import actions as threads
from messaging.threads.models import Message, Thread
from tests.build import a_biller, a_customer, a_member, an_invoice

pytestmark = pytest.mark.django_db

TEXTS = {
    "nb": "Hei {first_name}, {amount_left} innen {due_date} med KID {kid}. {link} {agent}",
    "en": "Hello {first_name}, {amount_left}",
}


@pytest.fixture
def fjord() -> Biller:
    return a_biller()


@pytest.fixture
def ada(fjord: Biller) -> User:
    return a_member(fjord)


@pytest.fixture
def agent(ada: User) -> Actor:
    return staff(ada.pk)


@pytest.fixture
def thread(fjord: Biller) -> Thread:
    invoice = an_invoice(a_customer(fjord, "Anna Berg"))
    threads.post(invoice, "Hva er dette?", actor=CUSTOMER, message_id=uuid.uuid4())
    return Thread.objects.select_related("invoice__biller", "invoice__customer").get()


def test_a_reply_is_said_in_the_customers_language_with_her_own_figures(
    fjord: Biller, thread: Thread, ada: User, agent: Actor
) -> None:
    actions.save_reply(fjord, "/rest", "Hva som står igjen", TEXTS, actor=agent)

    (ready,) = ready_replies(thread.invoice, ada, "re")

    assert ready.language == "norsk (bokmål)"
    assert ready.text.startswith("Hei Anna, 500,00\u00a0kr innen ")
    assert f"KID {thread.invoice.reference}. http" in ready.text
    assert f"/invoice/{thread.invoice.public_id}/" in ready.text
    assert ready_replies(thread.invoice, ada, "zz") == []


def test_many_replies_cost_no_more_than_one(
    fjord: Biller,
    thread: Thread,
    ada: User,
    agent: Actor,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for key in ("a", "b", "c"):
        actions.save_reply(fjord, key, key, TEXTS, actor=agent)
    assert thread.invoice.agreement.account

    with django_assert_num_queries(2):
        assert len(ready_replies(thread.invoice, ada)) == 3


def test_a_key_stands_for_one_reply(fjord: Biller, agent: Actor) -> None:
    first = actions.save_reply(fjord, "takk", "Takk", {"nb": "Takk"}, actor=agent)

    with pytest.raises(Refused, match="/takk already"):
        actions.save_reply(fjord, "TAKK", "Noe", {"nb": "x"}, actor=agent)
    changed = actions.save_reply(
        fjord, "takk", "Ny", {"nb": "y", "sv": ""}, actor=agent, reply=first
    )
    actions.retire_reply(changed, actor=agent)

    assert (changed.pk, changed.texts) == (first.pk, {"nb": "y"})
    assert replies_of(fjord.pk) == []


def test_a_macro_does_everything_it_says(
    fjord: Biller, thread: Thread, ada: User, agent: Actor
) -> None:
    reply = actions.save_reply(fjord, "takk", "Takk", {"nb": "Takk, {first_name}"}, actor=agent)
    tag = make_tag(fjord, "Ferdig", actor=agent)
    steps = Steps(reply=reply, tag=tag, gives="me", closes=True)
    macro = actions.save_macro(fjord, "Takk og lukk", steps, actor=agent)
    run_id = uuid.uuid4()

    for _ in range(2):  # a form that is sent twice
        fresh = Thread.objects.get()
        actions.run_macro(fresh, macro, agent=ada, actor=agent, run_id=run_id)

    done = Thread.objects.get()
    assert (done.state, done.owner, done.waiting_since) == ("closed", ada, None)
    assert [m.text for m in Message.objects.filter(side="staff")] == ["Takk, Anna"]
    assert ThreadTag.objects.get().tag == tag


def test_a_macro_that_is_refused_leaves_everything_as_it_was(
    fjord: Biller, thread: Thread, ada: User, agent: Actor
) -> None:
    tag = make_tag(fjord, "Ferdig", actor=agent)
    steps = Steps(tag=tag, gives="me", closes=True)
    macro = actions.save_macro(fjord, "Lukk", steps, actor=agent)
    stale = Thread.objects.get()
    other = a_member(fjord)
    threads.assign(thread, other, actor=staff(other.pk), expected_id=None)

    with pytest.raises(Refused, match="has the conversation"):
        actions.run_macro(stale, macro, agent=ada, actor=agent, run_id=uuid.uuid4())

    assert not ThreadTag.objects.exists()
    assert Thread.objects.get().state == "open"


def test_a_macro_that_does_nothing_or_two_things_that_fight_is_refused(
    fjord: Biller, agent: Actor
) -> None:
    for steps in (Steps(), Steps(closes=True, snooze="hour")):
        with pytest.raises(Refused):
            actions.save_macro(fjord, "Makro", steps, actor=agent)

    assert not Macro.objects.exists()


def test_a_reply_that_a_macro_sends_is_not_retired(fjord: Biller, agent: Actor) -> None:
    reply = actions.save_reply(fjord, "takk", "Takk", {"nb": "Takk"}, actor=agent)
    macro = actions.save_macro(fjord, "Takk", Steps(reply=reply), actor=agent)

    with pytest.raises(Refused, match="macro"):
        actions.retire_reply(reply, actor=agent)
    actions.retire_macro(macro, actor=agent)
    actions.retire_reply(reply, actor=agent)

    assert macros_of(fjord.pk) == []
