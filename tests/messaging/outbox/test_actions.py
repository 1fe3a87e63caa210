"""An answer that can be taken back: not sent before its time, sent once, kept where it fails."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices.billers.models import Biller
from invoices.history.actors import CUSTOMER, SYSTEM, Actor, staff
from invoices.history.models import HistoryEntry
from messaging.outbox import actions
from messaging.outbox.models import AnswerDraft, Held
from messaging.outbox.queries import changed_since, draft_of, written_since
from messaging.outbox.tasks import sweep_held
from messaging.threads import actions as threads
from messaging.threads.models import Message, Thread
from tests.build import a_biller, a_customer, a_member, an_invoice, an_ocr_file, receive

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_seconds(settings: Any) -> None:
    settings.UNDO_SEND_S = 10


@pytest.fixture
def fjord() -> Biller:
    return a_biller()


@pytest.fixture
def thread(fjord: Biller) -> Thread:
    invoice = an_invoice(a_customer(fjord))
    threads.post(invoice, "Hva er dette?", actor=CUSTOMER, message_id=uuid.uuid4())
    return Thread.objects.get(invoice=invoice)


@pytest.fixture
def agent(fjord: Biller) -> Actor:
    return staff(a_member(fjord).pk)


def answer(thread: Thread, agent: Actor, text: str = "Det er ruteren.", **more: Any) -> uuid.UUID:
    message_id = more.pop("message_id", uuid.uuid4())
    actions.answer(thread, text, actor=agent, message_id=message_id, seen_no=1, **more)
    return message_id  # type: ignore[no-any-return]


def sent() -> list[str]:
    return list(Message.objects.filter(side="staff").values_list("text", flat=True))


def test_an_answer_is_not_sent_before_its_time_and_then_once(thread: Thread, agent: Actor) -> None:
    answer(thread, agent)
    before, waits = sent(), Thread.objects.get().waiting_since
    (job,) = ProcrastinateJob.objects.filter(task_name=actions.SEND_HELD)

    for _ in range(2):  # a job runs at least once
        actions.send(job.args["pk"], actor=SYSTEM)

    assert (before, waits is not None) == ([], True)
    assert sent() == ["Det er ruteren."]
    assert HistoryEntry.objects.filter(kind="message.sent").count() == 2
    assert Thread.objects.get().owner_id == agent.user_id


def test_what_is_taken_back_was_never_sent_and_is_a_draft_again(
    thread: Thread, agent: Actor
) -> None:
    held_id = answer(thread, agent)
    pk = Held.objects.get().pk

    assert actions.take_back(held_id, actor=agent)
    actions.send(pk, actor=SYSTEM)

    assert sent() == []
    draft = draft_of(thread, agent.user_id or 0)
    assert draft
    assert draft.text == "Det er ruteren."
    assert not actions.take_back(held_id, actor=agent)


def test_nobody_takes_back_or_sends_what_another_wrote(
    fjord: Biller, thread: Thread, agent: Actor
) -> None:
    held_id = answer(thread, agent)
    other = staff(a_member(fjord).pk)

    assert not actions.take_back(held_id, actor=other)
    actions.send_now(held_id, actor=other)

    assert (sent(), Held.objects.count()) == ([], 1)


def test_twice_under_one_id_is_once_also_after_it_was_sent(thread: Thread, agent: Actor) -> None:
    message_id = uuid.uuid4()

    for _ in range(2):
        answer(thread, agent, message_id=message_id)
    actions.send_now(message_id, actor=agent)
    answer(thread, agent, message_id=message_id)

    assert (sent(), Held.objects.count()) == (["Det er ruteren."], 0)


def test_a_customer_who_writes_meanwhile_stops_it_and_its_words_are_kept(
    thread: Thread, agent: Actor
) -> None:
    held_id = answer(thread, agent)
    threads.post(thread.invoice, "Glem det", actor=CUSTOMER, message_id=uuid.uuid4())

    actions.send_now(held_id, actor=agent)

    draft = AnswerDraft.objects.get()
    assert (sent(), Held.objects.count()) == ([], 0)
    assert (draft.text, "customer wrote meanwhile" in draft.refused) == ("Det er ruteren.", True)


def test_an_answer_can_close_the_conversation_once_it_is_sent(thread: Thread, agent: Actor) -> None:
    held_id = answer(thread, agent, then=actions.Then(closes=True))
    state = Thread.objects.get().state

    actions.send_now(held_id, actor=agent)

    assert (state, Thread.objects.get().state) == ("open", "closed")


def test_what_a_lost_job_left_behind_is_sent_by_the_sweep(thread: Thread, agent: Actor) -> None:
    with time_machine.travel("2026-11-27T12:00:00Z", tick=False) as time:
        answer(thread, agent)
        ProcrastinateJob.objects.filter(task_name=actions.SEND_HELD).update(status="failed")
        sweep_held(0)
        early = ProcrastinateJob.objects.filter(status="todo", task_name=actions.SEND_HELD).count()
        time.shift(timedelta(seconds=10))
        sweep_held(0)

    late = ProcrastinateJob.objects.filter(status="todo", task_name=actions.SEND_HELD).count()
    assert (early, late) == (0, 1)


def test_a_draft_is_each_agents_own_and_empty_is_none(
    fjord: Biller, thread: Thread, agent: Actor
) -> None:
    other = staff(a_member(fjord).pk)
    for actor, text in ((agent, "Hei"), (agent, "Hei Anna"), (other, "Notat")):
        actions.keep_draft(thread, text, "message", actor=actor, seen_no=1)

    kept = {d.user_id: d.text for d in AnswerDraft.objects.all()}
    actions.keep_draft(thread, "  ", "message", actor=agent, seen_no=1)

    assert kept == {agent.user_id: "Hei Anna", other.user_id: "Notat"}
    assert [d.user_id for d in AnswerDraft.objects.all()] == [other.user_id]


def test_a_draft_knows_what_has_happened_since_it_was_begun(thread: Thread, agent: Actor) -> None:
    actions.keep_draft(thread, "Hei", "message", actor=agent, seen_no=1)
    draft = AnswerDraft.objects.get()
    threads.post(thread.invoice, "Hallo?", actor=CUSTOMER, message_id=uuid.uuid4())
    receive(thread.invoice.biller, an_ocr_file((thread.invoice, 10_000)))

    actions.keep_draft(thread, "Hei igjen", "message", actor=agent, seen_no=2)

    assert written_since(thread, AnswerDraft.objects.get().seen_no) == 1
    assert [e.kind for e in changed_since(thread, draft.begun_at)] == ["payment.matched"]


@pytest.mark.django_db(transaction=True)
def test_taken_back_and_sent_at_the_same_moment_it_is_one_of_them(
    thread: Thread, agent: Actor
) -> None:
    for _ in range(5):
        held_id = answer(thread, agent)
        pk = Held.objects.get().pk
        gate = threading.Barrier(2)
        outcome: dict[str, Any] = {}

        def take(held_id: uuid.UUID, gate: threading.Barrier, outcome: dict[str, Any]) -> None:
            gate.wait()
            outcome["taken"] = actions.take_back(held_id, actor=agent)
            connection.close()

        def send(pk: int, gate: threading.Barrier) -> None:
            gate.wait()
            actions.send(pk, actor=SYSTEM)
            connection.close()

        both = [
            threading.Thread(target=take, args=(held_id, gate, outcome)),
            threading.Thread(target=send, args=(pk, gate)),
        ]
        for each in both:
            each.start()
        for each in both:
            each.join(20)

        assert Message.objects.filter(public_id=held_id).exists() != outcome["taken"]
        assert not Held.objects.exists()
