"""One incident, many conversations: each is told once, in its own thread and language."""

import uuid

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices.billers.models import Biller
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, Actor, staff
from messaging.incidents import actions
from messaging.incidents.models import Incident, IncidentAnswer, IncidentSent
from messaging.incidents.queries import answers_of, incidents_on
from messaging.incidents.tasks import say_all
from messaging.threads import actions as threads
from messaging.threads.models import Message, Thread
from tests.build import a_biller, a_customer, a_member, an_invoice

pytestmark = pytest.mark.django_db

SAID = {"nb": "Hei {first_name}, nettet er oppe igjen.", "en": "Hello {first_name}, it is back."}


@pytest.fixture
def fjord() -> Biller:
    return a_biller()


@pytest.fixture
def agent(fjord: Biller) -> Actor:
    return staff(a_member(fjord).pk)


@pytest.fixture
def incident(fjord: Biller, agent: Actor) -> Incident:
    return actions.begin_incident(fjord, "Brudd i Bergen", actor=agent)


def asks(biller: Biller, name: str, text: str = "Nettet er nede") -> Thread:
    invoice = an_invoice(a_customer(biller, name))
    threads.post(invoice, text, actor=CUSTOMER, message_id=uuid.uuid4())
    return Thread.objects.get(invoice=invoice)


def told() -> list[str]:
    return sorted(Message.objects.filter(side="staff").values_list("text", flat=True))


def test_each_is_told_once_even_if_it_is_tried_again_and_again(
    fjord: Biller, incident: Incident, agent: Actor
) -> None:
    found = [asks(fjord, "Anna Berg"), asks(fjord, "Bo Lund")]
    actions.gather(incident, found, actor=agent)
    answer_id = uuid.uuid4()

    for _ in range(2):  # the form, twice
        answer = actions.say(incident, SAID, actor=agent, answer_id=answer_id)
    for _ in range(2):  # the job, twice
        say_all(answer.pk)

    assert told() == ["Hei Anna, nettet er oppe igjen.", "Hei Bo, nettet er oppe igjen."]
    assert IncidentAnswer.objects.count() == 1
    assert not Thread.objects.filter(waiting_since__isnull=False).exists()
    assert [each.told for each in answers_of(incident)] == [2]  # type: ignore[attr-defined]


def test_a_job_that_dies_in_the_middle_goes_on_where_it_stood(
    fjord: Biller, incident: Incident, agent: Actor
) -> None:
    found = [asks(fjord, f"C{number}") for number in range(3)]
    actions.gather(incident, found, actor=agent)
    answer = actions.say(incident, SAID, actor=agent, answer_id=uuid.uuid4())

    more = actions.say_next(answer, most=2)
    before = len(told())
    rest = actions.say_next(answer, most=2)

    assert (more, before, rest, len(told())) == (True, 2, False, 3)


def test_whoever_comes_later_can_be_told_what_was_said(
    fjord: Biller, incident: Incident, agent: Actor
) -> None:
    actions.gather(incident, [asks(fjord, "Anna Berg")], actor=agent)
    answer = actions.say(incident, SAID, actor=agent, answer_id=uuid.uuid4())
    say_all(answer.pk)
    late = asks(fjord, "Bo Lund")

    assert actions.gather(incident, [late], actor=agent) == 1
    assert actions.gather(incident, [late], actor=agent) == 0
    actions.say_to_late_ones(incident, actor=agent)
    assert ProcrastinateJob.objects.filter(task_name=actions.SAY_ALL).count() == 2
    say_all(answer.pk)

    assert len(told()) == IncidentSent.objects.count() == 2
    assert incidents_on(late) == [incident]


def test_what_is_over_gathers_no_more_until_it_is_taken_up_again(
    fjord: Biller, incident: Incident, agent: Actor
) -> None:
    thread = asks(fjord, "Anna")
    actions.set_over(incident, True, actor=agent)

    with pytest.raises(Refused, match="over"):
        actions.gather(incident, [thread], actor=agent)
    actions.set_over(incident, False, actor=agent)

    assert actions.gather(incident, [thread], actor=agent) == 1


def test_on_its_page_they_are_found_by_a_search_and_told(fjord: Biller, incident: Incident) -> None:
    asks(fjord, "Anna Berg"), asks(fjord, "Bo Lund", "Hva er dette?")
    client = Client()
    client.force_login(a_member(fjord), backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["nota_language"] = "en"
    path = f"/staff/fjordfiber/inbox/incidents/{incident.public_id}/"

    client.post(path, {"do": "gather", "q": "nede"})
    wrong = client.post(path, {"do": "say", "text_nb": "Hei {fornavn}"})
    client.post(path, {"do": "say", "text_nb": SAID["nb"], "answer_id": uuid.uuid4()})
    say_all(IncidentAnswer.objects.get().pk)
    page = client.get(path).text

    assert (wrong.status_code, "Hei {fornavn}" in wrong.text) == (422, True)
    assert "Anna Berg" in page
    assert "Bo Lund" not in page
    assert "stands in 1 conversation" in page
    assert told() == ["Hei Anna, nettet er oppe igjen."]
