"""What customers and staff read and do: it is paid, it will be, the instalments."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from invoices import clock
from invoices.billers.models import Biller
from invoices.billers.roles import Role
from invoices.changes.actions import Asker, dispute
from invoices.changes.collection.actions import hand_to_collection
from invoices.documents.actions import split_invoice
from invoices.documents.models import Invoice
from invoices.documents.states import Collector
from invoices.history.actors import SYSTEM
from payments.matching.expected.tasks import lapse
from payments.matching.models import Expected
from payments.plans.models import Promise
from payments.plans.tasks import late_promises
from tests.build import (
    a_biller,
    a_customer,
    a_link,
    a_member,
    a_provider,
    an_invoice,
    an_ocr_file,
    receive,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice(due_in=3)


@pytest.fixture
def anna(invoice: Invoice) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["nota_language"] = "en"
    client.get(a_link(invoice))
    return client


def page(invoice: Invoice, step: str = "") -> str:
    return f"/invoice/{invoice.public_id}/{step}"


def filled(form: str, amount: str = "500", **more: Any) -> dict[str, str]:
    (request_id,) = re.findall(r'name="told-request_id" value="([^"]+)"', form)
    days = re.findall(r'name="told-day" value="([^"]+)"', form)
    return {"told-request_id": request_id, "told-amount": amount, "told-day": days[0], **more}


def panel(anna: Client, invoice: Invoice, name: str = "told") -> str:
    text = anna.get(page(invoice)).text
    found = re.search(rf'<section id="panel-{name}".*?</section>', text, re.DOTALL)
    return found[0] if found else ""


def test_a_customer_says_that_it_is_paid_and_that_it_was_not(
    anna: Client, invoice: Invoice
) -> None:
    assert "I have paid" in panel(anna, invoice)
    form = anna.get(page(invoice, "paid/")).text
    assert 'value="500.00"' in form

    sent = anna.post(page(invoice, "paid/"), filled(form))

    assert (sent.status_code, sent["Location"]) == (303, f"{page(invoice)}#panel-told")
    assert "We look out for your payment of NOK\xa0500.00" in panel(anna, invoice)
    said = Expected.objects.get()
    anna.post(page(invoice, "paid/back/"), {"said": said.public_id})
    assert "I have paid" in panel(anna, invoice)
    assert "not paid after all" in anna.get(page(invoice)).text


def test_over_htmx_the_answer_is_the_panel(anna: Client, invoice: Invoice) -> None:
    over = {"HX-Request": "true"}
    form = anna.get(page(invoice, "paid/"), headers=over)
    assert form.text.strip().startswith('<section id="panel-told"')

    sent = anna.post(page(invoice, "paid/"), filled(form.text), headers=over)

    assert sent.status_code == 200
    assert "We look out for your payment" in sent.text
    again = anna.post(page(invoice, "paid/"), filled(form.text), headers=over)
    assert (again.status_code, Expected.objects.count()) == (200, 1)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"amount": "600"}, "Only NOK\xa0500.00 is left to pay"),
        ({"amount": "nothing"}, "is not an amount"),
        ({"told-day": "2999-01-01"}, "still to come"),
        ({"told-day": "2001-01-01"}, "or a later day"),
        ({"told-day": "soon"}, "Choose a day that exists"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    anna: Client, invoice: Invoice, wrong: dict[str, str], why: str
) -> None:
    form = anna.get(page(invoice, "paid/")).text

    refused = anna.post(page(invoice, "paid/"), filled(form, **wrong))

    assert refused.status_code == 422
    assert why in refused.text
    assert not Expected.objects.exists()


def test_it_lapses_on_the_page_too(anna: Client, invoice: Invoice) -> None:
    anna.post(page(invoice, "paid/"), filled(anna.get(page(invoice, "paid/")).text))
    with time_machine.travel(clock.now() + timedelta(days=20), tick=False):
        anna.get(a_link(invoice))
        before_the_job = panel(anna, invoice)
        lapse(0)
        after = panel(anna, invoice)

    for said in (before_the_job, after):
        assert "The payment of NOK\xa0500.00 has not arrived" in said
        assert "Write to us" in said
        assert "It was not paid" in said


def test_nothing_is_offered_where_nothing_is_left_or_it_is_disputed(
    anna: Client, invoice: Invoice
) -> None:
    agent = Asker("staff", a_member(invoice.biller).pk, Role.AGENT)
    what = {"actor": agent, "reason": "x"}
    dispute(invoice.pk, settled=False, request_id=uuid.uuid4(), **what)  # type: ignore[arg-type]
    assert "I have paid" not in panel(anna, invoice)
    assert "We are looking into this invoice" in anna.get(page(invoice, "paid/")).text
    dispute(invoice.pk, settled=True, request_id=uuid.uuid4(), **what)  # type: ignore[arg-type]

    receive(invoice.biller, an_ocr_file((invoice, 50_000)))

    assert "hidden" in panel(anna, invoice)
    for step in ("paid/", "promise/"):
        assert "nothing left to pay" in anna.get(page(invoice, step)).text
        assert anna.post(page(invoice, step)).status_code == 422


def test_a_customer_promises_and_takes_it_back(anna: Client, invoice: Invoice) -> None:
    form = anna.get(page(invoice, "promise/")).text

    anna.post(page(invoice, "promise/"), filled(form))

    made = Promise.objects.get()
    assert "NOK\xa0500.00 is to be paid on" in panel(anna, invoice)
    assert "I have paid" in panel(anna, invoice)  # it can still be said
    anna.post(page(invoice, "promise/back/"), {"said": made.public_id})
    assert not Promise.objects.open().exists()


def test_a_day_to_pay_is_offered_where_the_due_date_passed_or_cannot_be_moved(
    anna: Client, invoice: Invoice
) -> None:
    assert "Choose a day to pay" not in panel(anna, invoice)  # moving the due date says the same

    Biller.objects.filter(pk=invoice.biller_id).update(self_service_move=False)
    assert "Choose a day to pay" in panel(anna, invoice)

    Biller.objects.filter(pk=invoice.biller_id).update(self_service_move=True)
    with time_machine.travel(clock.now() + timedelta(days=5), tick=False):
        anna.get(a_link(invoice))
        assert "Choose a day to pay" in panel(anna, invoice)


def test_whoever_collects_agrees_on_days_for_itself(anna: Client, invoice: Invoice) -> None:
    finance = Asker("staff", a_member(invoice.biller, Role.FINANCE).pk, Role.FINANCE)
    with time_machine.travel(clock.now() + timedelta(days=20), tick=False):
        to = Collector("Kravo Inkasso AS")
        hand_to_collection(invoice.pk, to, actor=finance, request_id=uuid.uuid4(), reason="x")
        anna.get(a_link(invoice))
        said = panel(anna, invoice)

    assert "I have paid" in said
    assert "Choose a day to pay" not in said


def test_a_broken_promise_says_what_to_do(anna: Client, invoice: Invoice) -> None:
    anna.post(page(invoice, "promise/"), filled(anna.get(page(invoice, "promise/")).text))
    with time_machine.travel(clock.now() + timedelta(days=40), tick=False):
        late_promises(0)
        anna.get(a_link(invoice))
        said = panel(anna, invoice)

    assert "was to be paid on" in said
    assert "Pay it as soon as you can" in said


def test_staff_write_down_what_they_were_told(invoice: Invoice) -> None:
    agent = Client(headers={"accept-language": "en"})
    agent.force_login(a_member(invoice.biller), backend="django.contrib.auth.backends.ModelBackend")
    desk = f"/staff/{invoice.biller.slug}/invoice/{invoice.public_id}/"
    assert "The customer has paid" in agent.get(desk).text

    agent.post(f"{desk}paid/", filled(agent.get(f"{desk}paid/").text))

    assert "is looked out for" in agent.get(desk).text
    agent.post(f"{desk}paid/back/", {"said": Expected.objects.get().public_id})
    assert "The customer has paid" in agent.get(desk).text


def test_a_stranger_takes_nothing_back(anna: Client, invoice: Invoice) -> None:
    other = an_invoice(a_customer(a_biller("other")))
    bo = Client()
    bo.get(a_link(other))
    anna.post(page(invoice, "paid/"), filled(anna.get(page(invoice, "paid/")).text))
    said = {"said": Expected.objects.get().public_id}

    assert bo.post(page(invoice, "paid/back/"), said).status_code == 404
    bo.post(page(other, "paid/back/"), said)

    assert Expected.objects.open().count() == 1
    assert anna.post(page(invoice, "paid/back/"), {"said": "x"}).status_code == 404


def split(invoice: Invoice) -> None:
    parts = [(clock.today() + timedelta(days=day), 25_000) for day in (1, 31)]
    split_invoice(invoice.pk, parts, reason="", actor=SYSTEM)


def test_a_plan_shows_each_part_and_marks_the_next(anna: Client, invoice: Invoice) -> None:
    assert "hidden" in panel(anna, invoice, "plan")
    split(invoice)
    receive(invoice.biller, an_ocr_file((invoice, 30_000)))

    rows = re.findall(r"<li.*?</li>", panel(anna, invoice, "plan"), re.DOTALL)

    assert len(rows) == 2
    assert "Paid" in rows[0]
    assert 'class="next"' not in rows[0]
    assert "NOK\xa0200.00 left" in rows[1]
    assert 'class="next"' in rows[1]


def test_a_plan_that_is_behind_says_so_and_pays_what_is_due(anna: Client, invoice: Invoice) -> None:
    a_provider(invoice.biller)
    split_invoice(
        invoice.pk,
        [(clock.today() + timedelta(days=day), 10_000) for day in (1, 2, 3, 4, 60)],
        reason="",
        actor=SYSTEM,
    )
    with time_machine.travel(clock.now() + timedelta(days=10), tick=False):
        anna.get(a_link(invoice))
        said, pay = panel(anna, invoice, "plan"), anna.get(page(invoice, "pay/")).text

    assert "The plan is NOK\xa0400.00 behind" in said
    first = re.search(r'name="paying-amount" value="(\d+)" checked', pay)
    assert first
    assert first[1] == "40000"
    assert "All that is due now" in pay
