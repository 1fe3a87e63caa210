"""What is counted of a biller's answers, and what its customers read of it."""

import uuid
from datetime import datetime, time, timedelta

import pytest
import time_machine

from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, SYSTEM, Actor, staff
from messaging.hours.actions import set_week
from messaging.hours.calendar import ZONE, Period
from messaging.pace.actions import count_pace
from messaging.pace.queries import waits_of
from messaging.threads import actions
from tests.build import a_biller, a_customer, a_link, a_member, an_invoice
from tests.people import opener

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 26, 12, tzinfo=ZONE)  # a Thursday


def say(invoice: Invoice, actor: Actor, at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        actions.post(invoice, "x", actor=actor, message_id=uuid.uuid4())


def test_a_wait_begins_with_the_first_words_and_ends_with_the_first_answer() -> None:
    invoice = an_invoice()
    agent = staff(a_member(invoice.biller).pk)
    at = [NOON + timedelta(minutes=minutes) for minutes in (0, 3, 10, 12, 20, 50, 60)]
    for actor, moment in zip(
        (CUSTOMER, CUSTOMER, agent, agent, CUSTOMER, agent, CUSTOMER), at, strict=True
    ):
        say(invoice, actor, moment)
    with time_machine.travel(at[-1], tick=False):
        actions.note(invoice, "x", actor=agent, message_id=uuid.uuid4())

    waits = waits_of(invoice.biller_id, NOON - timedelta(days=1))

    assert waits == [(at[4], at[5]), (at[0], at[2])]


def test_the_composer_says_what_was_counted_and_before_that_that_it_is_not_known() -> None:
    biller = a_biller()
    agent = staff(a_member(biller).pk)
    set_week(biller, {d: [Period(time(8), time(16))] for d in range(5)}, actor=SYSTEM)
    page_of = an_invoice(a_customer(biller))
    client = opener("anna", a_link(page_of)).client()
    client.cookies["nota_language"] = "en"

    def read(at: datetime) -> str:
        with time_machine.travel(at, tick=False):
            count_pace(biller, actor=SYSTEM)
            page = client.get(f"/invoice/{page_of.public_id}/").text
        return page.split('id="message-promise">')[1].split("</p>")[0]

    before = read(NOON)
    for minutes in range(10, 30):
        invoice = an_invoice(a_customer(biller))
        say(invoice, CUSTOMER, NOON)
        say(invoice, agent, NOON + timedelta(minutes=minutes))

    assert before == "Open now. We do not know yet how long an answer takes."
    assert (
        read(NOON + timedelta(hours=1))
        == "An answer usually takes between 10 minutes and 30 minutes."
    )
    evening = read(NOON + timedelta(hours=7))
    assert evening.startswith("Closed now, opens tomorrow at 08:00.")
    assert (
        "Most who write now get an answer between tomorrow at 08:00 and tomorrow at 08:30."
        in evening
    )
