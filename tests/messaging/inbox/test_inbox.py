"""The agent's side: who stands where, what opening changes, what a stranger gets."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from invoices.billers.models import Biller, User
from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, staff
from invoices.live.tokens import Voice, read_page_token
from messaging.inbox.queue import span
from messaging.threads import actions
from messaging.threads.models import Message, Thread
from tests.build import a_biller, a_customer, a_member, an_invoice

pytestmark = pytest.mark.django_db

INBOX = "/staff/fjordfiber/inbox/"


@pytest.fixture
def fjord() -> Biller:
    return a_biller()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["nota_language"] = "en"
    return client


def asks(biller: Biller, name: str, text: str = "Hei") -> Invoice:
    invoice = an_invoice(a_customer(biller, name))
    actions.post(invoice, text, actor=CUSTOMER, message_id=uuid.uuid4())
    return invoice


def names(page: str) -> list[str]:
    queue = page.split('id="panel-queue"')[1].split("</section>")[0]
    return re.findall(r"<b>([^<]+)</b>", queue)


def path_of(invoice: Invoice) -> str:
    return f"{INBOX}{Thread.objects.get(invoice=invoice).public_id}/"


def test_whoever_has_waited_longest_stands_on_top(fjord: Biller) -> None:
    agent = a_member(fjord)
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as time:
        first = asks(fjord, "First")
        time.shift(timedelta(minutes=10))
        asks(fjord, "Second")
        answered = asks(fjord, "Answered")
        time.shift(timedelta(minutes=50))
        actions.post(first, "Again", actor=CUSTOMER, message_id=uuid.uuid4())
        actions.post(answered, "Hi", actor=staff(agent.pk), message_id=uuid.uuid4())
        page = signed_in(agent).get(INBOX).text

    assert names(page) == ["First", "Second"]
    assert "waited 1 h" in page
    assert "waited 50 min" in page


def test_each_view_holds_its_own(fjord: Biller) -> None:
    agent, colleague = a_member(fjord), a_member(fjord)
    mine, theirs, nobodys, closed = (asks(fjord, n) for n in ("Mine", "Theirs", "Nobodys", "Shut"))
    for invoice, owner in ((mine, agent), (theirs, colleague)):
        thread = Thread.objects.get(invoice=invoice)
        actions.assign(thread, owner, actor=staff(owner.pk), expected_id=None)
    actions.close(Thread.objects.get(invoice=closed), actor=staff(agent.pk))
    client = signed_in(agent)

    shown = {
        view: set(names(client.get(INBOX, {"view": view}).text))
        for view in ("waiting", "mine", "unassigned", "open", "closed")
    }

    assert nobodys.customer.name == "Nobodys"
    assert shown == {
        "waiting": {"Mine", "Theirs", "Nobodys"},
        "mine": {"Mine"},
        "unassigned": {"Nobodys"},
        "open": {"Mine", "Theirs", "Nobodys"},
        "closed": {"Shut"},
    }


def test_a_search_finds_words_names_numbers_and_references(fjord: Biller) -> None:
    invoice = asks(fjord, "Anna Berg", "Ruteren blinker rødt")
    asks(fjord, "Bo Lund", "Noe helt annet")
    client = signed_in(a_member(fjord))

    for words in ("ruteren RØDT", "anna", invoice.number, invoice.reference):
        assert names(client.get(INBOX, {"q": words}).text) == ["Anna Berg"], words
    assert "Nothing matches" in client.get(INBOX, {"q": "finnes ikke"}).text


def test_opening_a_thread_changes_nothing_and_answering_does(fjord: Biller) -> None:
    invoice = asks(fjord, "Anna")
    client = signed_in(a_member(fjord))

    client.get(path_of(invoice))
    client.post(f"{path_of(invoice)}seen/", {"got": "1", "read": "1"})
    still = Thread.objects.get(invoice=invoice)
    answer = client.post(f"{path_of(invoice)}write/", {"text": "Hi Anna", "seen_no": "1"})

    assert still.waiting_since is not None
    assert still.staff_read_no == 1
    assert answer.status_code == 303
    assert Thread.objects.get(invoice=invoice).waiting_since is None


def test_an_answer_that_comes_too_late_keeps_its_words(fjord: Biller) -> None:
    invoice = asks(fjord, "Anna")
    actions.post(invoice, "Forget it", actor=CUSTOMER, message_id=uuid.uuid4())

    answer = signed_in(a_member(fjord)).post(
        f"{path_of(invoice)}write/", {"text": "My long answer", "seen_no": "1"}
    )

    assert answer.status_code == 422
    assert "The customer wrote meanwhile" in answer.text
    assert ">My long answer</textarea>" in answer.text
    assert 'name="seen_no" value="2"' in answer.text


def test_a_note_is_no_answer(fjord: Biller) -> None:
    invoice = asks(fjord, "Anna")
    client = signed_in(a_member(fjord))

    client.post(f"{path_of(invoice)}write/", {"text": "Call her", "kind": "note"})

    assert Message.objects.get(text="Call her").kind == "note"
    assert Thread.objects.get().waiting_since is not None
    assert "Note, for staff only" in client.get(path_of(invoice)).text


def test_staff_can_begin_and_begin_only_once(fjord: Biller) -> None:
    invoice, agent = an_invoice(a_customer(fjord)), a_member(fjord)
    client, door = signed_in(agent), "/staff/fjordfiber/invoice/{}/thread/"

    for _ in range(2):
        answer = client.post(door.format(invoice.public_id))
        assert answer["Location"] == path_of(invoice)

    assert Thread.objects.get().owner == agent


def test_an_agent_of_another_biller_gets_404_everywhere(fjord: Biller) -> None:
    invoice = asks(fjord, "Anna", "Secret words")
    stranger = signed_in(a_member(a_biller("norrsken", "SE"), Role.ADMIN))
    own = f"/staff/norrsken/inbox/{Thread.objects.get().public_id}/"

    for path in (INBOX, path_of(invoice), own):
        assert stranger.get(path).status_code == 404, path
        assert stranger.get(f"{path}panels/").status_code == 404, path
    for act in ("write", "assign", "state", "seen"):
        for path in (path_of(invoice), own):
            assert stranger.post(f"{path}{act}/", {"text": "x"}).status_code == 404, (path, act)
    assert "Secret words" not in stranger.get("/staff/norrsken/inbox/", {"q": "Secret"}).text


def test_the_socket_of_the_inbox_hears_the_biller_and_the_open_thread(fjord: Biller) -> None:
    invoice, agent = asks(fjord, "Anna"), a_member(fjord)
    page = signed_in(agent).get(path_of(invoice)).text

    found = re.search(r'data-token="([^"]+)"', page)
    assert found
    token = read_page_token(found[1])

    assert token
    assert token.topics == (f"b{fjord.pk}", f"i{invoice.pk}")
    place = str(Thread.objects.get().public_id)
    name = agent.get_short_name()
    assert token.voice == Voice(f"i{invoice.pk}", "staff", name, f"b{fjord.pk}", place)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=1, hours=3), "1 day"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_a_wait_is_said_shortly(length: timedelta, words: str) -> None:
    assert span(length) == words
