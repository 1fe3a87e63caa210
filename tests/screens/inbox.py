"""The agent in the inbox: which list, which conversation, and what has been done with it."""

from datetime import timedelta
from uuid import uuid4

from django.test import override_settings

from invoices import clock
from invoices.billers.roles import Role
from invoices.history.actors import staff
from messaging.incidents import actions as incidents
from messaging.outbox import actions as outbox
from messaging.sorting import actions as sorting
from messaging.threads.models import Thread
from tests.screens.house import House, Shot
from tests.screens.steps import Build


def in_inbox(query: str = "") -> Build:
    """The agent's list, as the demo's customers have written."""
    return lambda house: house.at_desk(f"inbox/{query}", Role.AGENT)


def open_talk(house: House) -> Thread:
    """The conversation that has waited longest."""
    found = Thread.objects.filter(biller=house.biller, waiting_since__isnull=False)
    return found.order_by("waiting_since")[0]


def talking(query: str = "") -> Build:
    """The agent with that conversation open."""
    return lambda house: house.at_desk(f"inbox/{open_talk(house).public_id}/{query}", Role.AGENT)


def draft_and_news(house: House) -> Shot:
    """An answer that was begun, and a customer who wrote meanwhile."""
    thread, actor = open_talk(house), staff(house.staff(Role.AGENT).pk)
    text = "Hei, ruteren …" if house.biller.country == "NO" else "Hej, routern …"
    outbox.keep_draft(thread, text, "message", actor=actor, seen_no=0)
    return house.at_desk(f"inbox/{thread.public_id}/", Role.AGENT)


def answer_on_its_way(house: House) -> Shot:
    """An answer that can still be taken back."""
    thread, actor = open_talk(house), staff(house.staff(Role.AGENT).pk)
    text = "Hei. Den er avskrevet." if house.biller.country == "NO" else "Hej. Den är avskriven."
    with override_settings(UNDO_SEND_S=3600):
        outbox.answer(thread, text, actor=actor, message_id=uuid4())
    return house.at_desk(f"inbox/{thread.public_id}/", Role.AGENT)


def an_incident(house: House) -> Shot:
    """An outage with a conversation, and something said in it."""
    thread, actor = open_talk(house), staff(house.staff(Role.AGENT).pk)
    norwegian = house.biller.country == "NO"
    title = "Brudd i Bergen" if norwegian else "Avbrott i Malmö"
    incident = incidents.begin_incident(house.biller, title, actor=actor)
    incidents.gather(incident, [thread], actor=actor)
    said = {"nb": "Hei {first_name}, nettet er oppe.", "sv": "Hej {first_name}, nätet är uppe."}
    incidents.say(incident, said, actor=actor, answer_id=uuid4())
    return house.at_desk(f"inbox/incidents/{incident.public_id}/", Role.AGENT)


def setting_up(path: str = "") -> Build:
    """The administrator on a set-up page."""
    return lambda house: house.at_desk(f"inbox/setup/{path}", Role.ADMIN)


def snoozed_and_tagged(house: House) -> Shot:
    """A conversation that was tagged and put aside."""
    thread, actor = open_talk(house), staff(house.staff(Role.AGENT).pk)
    words = ("Montør", "Ruterbytte") if house.biller.country == "NO" else ("Tekniker", "Routerbyte")
    for word in words:
        sorting.tag_thread(thread, sorting.make_tag(house.biller, word, actor=actor), actor=actor)
    sorting.snooze(thread, clock.now() + timedelta(days=1), words[0], actor=actor)
    return house.at_desk(f"inbox/{thread.public_id}/?view=snoozed", Role.AGENT)
