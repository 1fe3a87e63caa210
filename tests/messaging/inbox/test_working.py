"""Working in the inbox over HTTP: many at once, drafts, taking back, replies, being there."""

import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from invoices.billers.models import Biller, User
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, staff
from messaging.canned.actions import Steps, save_macro, save_reply
from messaging.outbox.models import Held
from messaging.sorting.actions import make_tag
from messaging.sorting.models import Mention, ThreadTag
from messaging.teams.models import Attendance
from messaging.threads import actions
from messaging.threads.models import Message, Thread
from tests.build import a_biller, a_customer, a_member, an_invoice, an_ocr_file, receive

pytestmark = pytest.mark.django_db

INBOX = "/staff/fjordfiber/inbox/"


@pytest.fixture
def fjord() -> Biller:
    return a_biller()


@pytest.fixture
def cia(fjord: Biller) -> User:
    return a_member(fjord, email="cia@example.com")


@pytest.fixture
def desk(cia: User) -> Client:
    client = Client()
    client.force_login(cia, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["nota_language"] = "en"
    return client


def asks(biller: Biller, name: str = "Anna Berg", text: str = "Hei") -> Invoice:
    invoice = an_invoice(a_customer(biller, name))
    actions.post(invoice, text, actor=CUSTOMER, message_id=uuid.uuid4())
    return invoice


def thread_of(invoice: Invoice) -> Thread:
    return Thread.objects.get(invoice=invoice)


def path_of(invoice: Invoice) -> str:
    return f"{INBOX}{thread_of(invoice).public_id}/"


def test_the_same_is_done_with_many_and_what_is_refused_is_told(
    fjord: Biller, desk: Client
) -> None:
    first, closed = asks(fjord), asks(fjord, "Bo Lund")
    actions.close(thread_of(closed), actor=staff(a_member(fjord).pk))
    strangers = asks(a_biller("norrsken", "SE"))
    ids = [str(thread_of(each).public_id) for each in (first, closed, strangers)]

    answer = desk.post(
        f"{INBOX}bulk/", {"thread": ids, "do": "snooze", "until": "week", "back": "?view=open"}
    )
    page = desk.get(answer["Location"]).text

    assert answer["Location"] == f"{INBOX}?view=open"
    assert "Done with 1 conversation." in page
    assert "Bo Lund: The conversation is closed." in page
    assert thread_of(first).snoozed_until is not None
    assert thread_of(strangers).snoozed_until is None


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "/staff/"])
def test_a_form_leads_back_into_the_inbox_and_nowhere_else(desk: Client, back: str) -> None:
    answer = desk.post(f"{INBOX}bulk/", {"do": "close", "back": back})

    assert answer["Location"] == INBOX


def test_a_macro_runs_on_many_at_once(fjord: Biller, cia: User, desk: Client) -> None:
    agent = staff(cia.pk)
    reply = save_reply(fjord, "takk", "Takk", {"nb": "Takk, {first_name}"}, actor=agent)
    steps = Steps(reply=reply, tag=make_tag(fjord, "Ferdig", actor=agent), closes=True)
    macro = save_macro(fjord, "Takk og lukk", steps, actor=agent)
    ids = [str(thread_of(asks(fjord, name)).public_id) for name in ("Anna Berg", "Bo Lund")]
    fields = {"thread": ids, "do": "macro", "macro": macro.public_id, "form_id": uuid.uuid4()}

    for _ in range(2):
        desk.post(f"{INBOX}bulk/", fields)

    texts = Message.objects.filter(side="staff").values_list("text", flat=True)
    assert sorted(texts) == ["Takk, Anna", "Takk, Bo"]
    assert ThreadTag.objects.count() == 2
    assert not Thread.objects.filter(state="open").exists()


def test_a_draft_comes_back_with_what_has_happened_since(fjord: Biller, desk: Client) -> None:
    invoice = asks(fjord)
    path = path_of(invoice)

    desk.post(f"{path}draft/", {"text": "Hei Anna, du", "kind": "message", "seen_no": "1"})
    actions.post(invoice, "Hallo?", actor=CUSTOMER, message_id=uuid.uuid4())
    receive(fjord, an_ocr_file((invoice, 10_000)))
    page = desk.get(path).text

    assert ">Hei Anna, du</textarea>" in page
    assert "The customer has written since you began." in page
    assert "Since you began: NOK" in page


def test_an_answer_can_be_taken_back_and_sent_at_once(
    fjord: Biller, desk: Client, settings: Any
) -> None:
    settings.UNDO_SEND_S = 10
    path = path_of(asks(fjord))

    desk.post(f"{path}write/", {"text": "Svar", "seen_no": "1"})
    waits = desk.get(path).text
    desk.post(f"{path}held/{Held.objects.get().public_id}/", {"do": "undo"})
    taken = desk.get(path).text
    desk.post(f"{path}write/", {"text": "Bedre svar", "seen_no": "1", "then": "close"})
    desk.post(f"{path}held/{Held.objects.get().public_id}/", {"do": "send"})

    assert "Sent in a moment" in waits
    assert ">Svar</textarea>" in taken
    assert [m.text for m in Message.objects.filter(side="staff")] == ["Bedre svar"]
    assert Thread.objects.get().state == "closed"


def test_replies_are_offered_and_put_in_without_a_script_too(
    fjord: Biller, cia: User, desk: Client
) -> None:
    save_reply(fjord, "rest", "Rest", {"nb": "Hei {first_name}"}, actor=staff(cia.pk))
    path = path_of(asks(fjord))

    offered = desk.get(f"{path}replies/?q=re", headers={"HX-Request": "true"}).text
    page = desk.get(f"{path}replies/").text
    chosen = desk.get(f"{path}?reply=rest").text

    assert 'data-text="Hei Anna"' in offered
    assert ">Hei Anna</textarea>" in chosen
    assert f'href="{path}?reply=rest"' in page
    fits = desk.get(f"{path}replies/?q=zz", headers={"HX-Request": "true"}).text
    assert "No reply fits." in fits


def test_a_note_tells_whom_it_names_and_an_ambiguous_name_is_refused(
    fjord: Biller, desk: Client
) -> None:
    a_member(fjord, email="per@example.com")
    path = path_of(asks(fjord))

    desk.post(f"{path}write/", {"text": "@per se her", "kind": "note"})
    refused = desk.post(f"{path}write/", {"text": "@Support se her", "kind": "note"})

    assert Mention.objects.get().user.email == "per@example.com"
    assert refused.status_code == 422
    assert ">@Support se her</textarea>" in refused.text
    assert 'value="note" checked' in refused.text


def test_being_there_and_hearing_it_are_each_agents_own(desk: Client, cia: User) -> None:
    desk.post(f"{INBOX}attend/", {})
    first = Attendance.objects.get()
    desk.post(f"{INBOX}attend/", {"takes": "0", "sound": "1"})
    desk.post(f"{INBOX}attend/", {})

    now = Attendance.objects.get()
    assert (first.user, first.takes, first.sound) == (cia, True, False)
    assert (now.takes, now.sound) == (False, True)
    assert "data-sound" in desk.get(INBOX).text


def test_the_page_costs_the_same_with_one_conversation_and_with_many(
    fjord: Biller, desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    path = path_of(asks(fjord))
    desk.get(INBOX), desk.get(path)  # what is remembered for all pages

    with django_assert_num_queries(LIST_QUERIES):
        desk.get(INBOX)
    with django_assert_num_queries(THREAD_QUERIES):
        desk.get(path)
    for number in range(5):
        asks(fjord, f"C{number}")
    with django_assert_num_queries(LIST_QUERIES):
        desk.get(INBOX)
    with django_assert_num_queries(THREAD_QUERIES):
        desk.get(path)


# Who asks and which biller (4), the list (1), the counts, people, tags, teams, macros, incidents,
# attendance, the version.
LIST_QUERIES = 13
THREAD_QUERIES = 30
