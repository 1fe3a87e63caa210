"""Both sides write at the same instant, and send again what they are not sure of."""

import uuid
from functools import partial
from itertools import pairwise

import pytest

from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, Actor, staff
from invoices.history.models import HistoryEntry
from messaging.files.checks import Checked, check_all
from messaging.files.models import Attachment, StoredFile
from messaging.threads import actions
from messaging.threads.models import Message, Thread
from messaging.threads.queries import Talk
from tests.build import a_member, an_invoice
from tests.faults.test_at_once import at_once
from tests.messaging.files.samples import PDF

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 200


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice()


@pytest.fixture
def agent(invoice: Invoice) -> Actor:
    return staff(a_member(invoice.biller).pk)


def write_all(invoice: Invoice, actor: Actor, ids: list[uuid.UUID]) -> None:
    """Write once for each id, and send every tenth again, as a page without an answer does."""
    for number, message_id in enumerate(ids):
        for _ in range(2 if number % 10 == 0 else 1):
            actions.post(invoice, f"{actor.kind} {number}", actor=actor, message_id=message_id)


def test_two_hundred_times_at_once_nothing_is_lost_doubled_or_in_another_order(
    invoice: Invoice, agent: Actor
) -> None:
    theirs, ours = ([uuid.uuid4() for _ in range(TIMES)] for _ in range(2))

    ended = at_once(
        partial(write_all, invoice, CUSTOMER, theirs), partial(write_all, invoice, agent, ours)
    )

    messages = list(Message.objects.order_by("no"))
    assert ended == [None, None]
    assert {m.public_id for m in messages} == {*theirs, *ours}
    assert [m.no for m in messages] == list(range(1, 2 * TIMES + 1))
    # Whoever writes one after the other is read one after the other.
    for ids in (theirs, ours):
        assert [m.public_id for m in messages if m.public_id in ids] == ids
    sides = [m.side for m in messages]
    assert sum(one != other for one, other in pairwise(sides)) > 1, (
        "they wrote in turns, not at once"
    )
    # Both sides read the same, in the same order, and so does the story.
    order = [m.pk for m in messages]
    read = [Talk.read(invoice.pk, for_staff=side, ids=order) for side in (False, True)]
    assert all(talk and [m.id for m in talk.messages] == order for talk in read)
    told = HistoryEntry.objects.filter(invoice=invoice, kind="message.sent").order_by("pk")
    assert [entry.data["message_id"] for entry in told] == order
    assert Thread.objects.get().last_no == 2 * TIMES


def test_one_message_sent_by_many_at_once_stands_there_once_with_its_file(
    invoice: Invoice,
) -> None:
    message_id = uuid.uuid4()
    files: list[Checked] = check_all([("a.pdf", PDF)])
    send = partial(actions.post, invoice, "x", actor=CUSTOMER, message_id=message_id, files=files)

    sent = at_once(*[send] * 8)

    assert {getattr(each, "pk", each) for each in sent} == {Message.objects.get().pk}
    assert (Attachment.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_the_same_file_in_many_threads_at_once_is_kept_once(agent: Actor, invoice: Invoice) -> None:
    customer = invoice.customer
    invoices = [an_invoice(customer) for _ in range(6)]
    files = check_all([("a.pdf", PDF)])

    ended = at_once(
        *(
            partial(actions.post, each, "", actor=CUSTOMER, message_id=uuid.uuid4(), files=files)
            for each in invoices
        )
    )

    assert all(isinstance(each, Message) for each in ended), ended
    assert (Attachment.objects.count(), StoredFile.objects.count()) == (6, 1)


def test_marks_never_go_back_whatever_order_they_come_in(invoice: Invoice, agent: Actor) -> None:
    for _ in range(20):
        actions.post(invoice, "x", actor=agent, message_id=uuid.uuid4())

    at_once(
        *(
            partial(actions.mark, invoice, actor=CUSTOMER, got_no=no, read_no=no)
            for no in (20, 3, 7, 1, 19, 12, 99, 5)
        )
    )

    thread = Thread.objects.get()
    assert (thread.customer_got_no, thread.customer_read_no) == (20, 20)
