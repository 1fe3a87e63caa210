"""Writing in a thread and looking after it: who waits, who owns, what stands there once."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from invoices import clock
from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, Actor, staff
from invoices.history.models import HistoryEntry
from messaging.threads import actions
from messaging.threads.models import Message, Thread
from messaging.threads.states import Kind, Side, ThreadState
from tests.build import a_biller, a_member, an_invoice

pytestmark = pytest.mark.django_db


def say(invoice: Invoice, text: str = "Hei", actor: Actor = CUSTOMER, **more: object) -> Message:
    return actions.post(invoice, text, actor=actor, message_id=uuid.uuid4(), **more)  # type: ignore[arg-type]


def agent_of(invoice: Invoice, email: str = "") -> Actor:
    return staff(a_member(invoice.biller, Role.AGENT, email).pk)


def thread_of(invoice: Invoice) -> Thread:
    return Thread.objects.get(invoice=invoice)


def test_the_first_message_begins_the_thread_and_the_wait() -> None:
    invoice = an_invoice()

    message = say(invoice, "Hva er dette?")

    thread = thread_of(invoice)
    assert (thread.state, thread.waiting_since, thread.owner) == ("open", message.at, None)
    assert (message.no, message.side, message.user) == (1, Side.CUSTOMER, None)
    entry = HistoryEntry.objects.get(kind="message.sent")
    assert entry.invoice == invoice
    assert entry.data == {"thread_id": thread.pk, "message_id": message.pk, "side": "customer"}


def test_a_second_question_does_not_shorten_the_wait() -> None:
    invoice = an_invoice()
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as time:
        first = say(invoice)
        time.shift(timedelta(hours=2))
        say(invoice, "Hallo?")

    assert thread_of(invoice).waiting_since == first.at


def test_an_answer_ends_the_wait_and_makes_the_answerer_the_owner() -> None:
    invoice = an_invoice()
    agent = agent_of(invoice)
    say(invoice)

    say(invoice, "Hei!", agent)

    thread = thread_of(invoice)
    assert (thread.waiting_since, thread.owner_id) == (None, agent.user_id)


def test_what_is_sent_twice_stands_there_once() -> None:
    invoice, message_id = an_invoice(), uuid.uuid4()

    first = actions.post(invoice, "Hei", actor=CUSTOMER, message_id=message_id)
    again = actions.post(invoice, "Hei", actor=CUSTOMER, message_id=message_id)

    assert first == again
    assert Message.objects.count() == HistoryEntry.objects.filter(kind="message.sent").count() == 1


def test_an_id_that_somebody_else_used_is_refused() -> None:
    invoice = an_invoice()
    other, message_id = an_invoice(invoice.customer), uuid.uuid4()
    actions.post(invoice, "Hei", actor=CUSTOMER, message_id=message_id)

    for thief, where in ((CUSTOMER, other), (agent_of(invoice), invoice)):
        with pytest.raises(Refused):
            actions.post(where, "Hei", actor=thief, message_id=message_id)


def test_a_note_answers_nobody_and_the_customer_goes_on_waiting() -> None:
    invoice = an_invoice()
    asked = say(invoice)

    note = actions.note(invoice, "Ring henne", actor=agent_of(invoice), message_id=uuid.uuid4())

    assert note.kind == Kind.NOTE
    assert thread_of(invoice).waiting_since == asked.at
    assert HistoryEntry.objects.filter(kind="message.sent").count() == 1


def test_an_answer_to_what_has_changed_meanwhile_is_refused_until_it_was_read() -> None:
    invoice = an_invoice()
    agent = agent_of(invoice)
    say(invoice)
    say(invoice, "Glem det, jeg fant det.")

    with pytest.raises(Refused, match="meanwhile"):
        say(invoice, "Hei!", agent, seen_no=1)
    assert say(invoice, "Fint.", agent, seen_no=2).no == 3


def test_a_question_about_a_line_or_an_event_knows_it_and_no_other_invoices() -> None:
    invoice = an_invoice()
    other = an_invoice(invoice.customer)
    line, issued = invoice.lines.get(), HistoryEntry.objects.get(invoice=invoice)
    others = HistoryEntry.objects.get(invoice=other)

    assert say(invoice, about=f"line-{line.position}").line == line
    assert say(invoice, about=f"event-{issued.public_id}").entry == issued
    for nothing in (f"event-{others.public_id}", "line-77", "line-x", "event-x", "x"):
        message = say(invoice, about=nothing)
        assert (message.line, message.entry) == (None, None), nothing


def test_of_two_who_take_it_one_gets_it_and_the_other_is_told() -> None:
    invoice = an_invoice()
    say(invoice)
    thread = thread_of(invoice)
    cia, per = (a_member(invoice.biller, Role.AGENT, f"{n}@example.com") for n in ("cia", "per"))

    actions.assign(thread, cia, actor=staff(cia.pk), expected_id=None)
    with pytest.raises(Refused, match=cia.get_short_name()):
        actions.assign(thread, per, actor=staff(per.pk), expected_id=None)

    assert thread_of(invoice).owner == cia


def test_a_thread_is_given_to_nobody_who_does_not_answer_here() -> None:
    invoice = an_invoice()
    say(invoice)
    agent = agent_of(invoice)
    elsewhere = a_biller("norrsken", "SE")

    for stranger in (a_member(invoice.biller, Role.FINANCE), a_member(elsewhere, Role.AGENT)):
        with pytest.raises(Refused, match="answers customers"):
            actions.assign(thread_of(invoice), stranger, actor=agent, expected_id=None)


def test_closing_ends_the_wait_and_writing_opens_it_again() -> None:
    invoice = an_invoice()
    agent = agent_of(invoice)
    say(invoice)

    actions.close(thread_of(invoice), actor=agent)
    closed = thread_of(invoice)
    again = say(invoice, "En ting til")

    assert (closed.state, closed.waiting_since) == (ThreadState.CLOSED, None)
    assert (thread_of(invoice).state, thread_of(invoice).waiting_since) == ("open", again.at)


def test_seeing_is_not_answering() -> None:
    invoice = an_invoice()
    asked = say(invoice)
    agent = agent_of(invoice)

    actions.mark(invoice, actor=agent, got_no=1, read_no=1)
    actions.mark(invoice, actor=agent, got_no=99, read_no=0)

    thread = thread_of(invoice)
    assert (thread.staff_got_no, thread.staff_read_no) == (1, 1)
    assert thread.waiting_since == asked.at


def test_a_thread_can_be_settled_without_an_answer_and_wait_again() -> None:
    invoice = an_invoice()
    agent = agent_of(invoice)
    say(invoice, "Takk!")

    settled = actions.settle(thread_of(invoice), actor=agent)
    waits = actions.wait_again(settled, actor=agent)

    assert settled.waiting_since is None
    assert waits.waiting_since is not None
    assert waits.waiting_since <= clock.now()


def test_postgresql_refuses_to_change_or_remove_a_message() -> None:
    message = say(an_invoice())

    for change in (
        lambda: Message.objects.filter(pk=message.pk).update(text="Noe annet"),
        lambda: Message.objects.filter(pk=message.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_the_same_instant_are_all_there_once_in_one_order() -> None:
    invoice = an_invoice()
    agent = agent_of(invoice)
    ids = [uuid.uuid4() for _ in range(200)]
    gate = threading.Barrier(8)
    faults: list[BaseException] = []

    def write(actor: Actor, own: list[uuid.UUID]) -> None:
        try:
            gate.wait()
            for message_id in own:
                # Each is sent twice, as after an answer that was lost on its way.
                for _ in range(2):
                    actions.post(invoice, str(message_id), actor=actor, message_id=message_id)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    both = [ids[:100], ids[100:]]
    work: list[Callable[[], None]] = []
    for side, actor in enumerate((CUSTOMER, agent)):
        for part in range(4):
            own = both[side][part::4]
            work.append(lambda actor=actor, own=own: write(actor, own))  # type: ignore[misc]
    threads = [threading.Thread(target=each) for each in work]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)

    assert faults == []
    stored = list(Message.objects.filter(thread__invoice=invoice).order_by("no"))
    assert [m.no for m in stored] == list(range(1, 201))
    assert {m.public_id for m in stored} == set(ids)
    told = HistoryEntry.objects.filter(kind="message.sent", invoice=invoice).order_by("pk")
    assert [entry.data["message_id"] for entry in told] == [m.pk for m in stored]
    assert thread_of(invoice).last_no == 200
