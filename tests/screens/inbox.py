"""The agent in the inbox: which list, which conversation, and what has been done with it."""

from datetime import timedelta

from invoices import clock
from invoices.billers.roles import Role
from invoices.history.actors import staff
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


def snoozed_and_tagged(house: House) -> Shot:
    """A conversation that was tagged and put aside."""
    thread, actor = open_talk(house), staff(house.staff(Role.AGENT).pk)
    words = ("Montør", "Ruterbytte") if house.biller.country == "NO" else ("Tekniker", "Routerbyte")
    for word in words:
        sorting.tag_thread(thread, sorting.make_tag(house.biller, word, actor=actor), actor=actor)
    sorting.snooze(thread, clock.now() + timedelta(days=1), words[0], actor=actor)
    return house.at_desk(f"inbox/{thread.public_id}/?view=snoozed", Role.AGENT)
