"""Staff act on a customer's automatic payment: by role, with a reason, heard by all invoices."""

import uuid

import pytest
from django.test import Client

from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER
from invoices.history.models import HistoryEntry
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from payments.mandates.models import Mandate
from payments.mandates.states import MandateState
from tests.build import a_member, an_invoice
from tests.payments.mandates.house import a_browser, a_swede, active, fresh

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def staff_of(invoice: Invoice, role: Role) -> Client:
    client = Client()
    client.force_login(a_member(invoice.biller, role))
    client.cookies["nota_language"] = "en"
    return client


def path(invoice: Invoice, what: str = "") -> str:
    below = f"autopay/{what}/" if what else ""
    return f"/staff/{invoice.biller.slug}/invoice/{invoice.public_id}/{below}"


@pytest.fixture
def mandate() -> Mandate:
    return active(a_swede())


def asked_from(mandate: Mandate) -> Invoice:
    assert mandate.invoice is not None
    return mandate.invoice


def test_an_agent_pauses_it_lets_it_go_on_and_stops_it_with_reasons(mandate: Mandate) -> None:
    invoice = asked_from(mandate)
    cia = staff_of(invoice, Role.AGENT)
    steps = {
        "pause": MandateState.PAUSED,
        "resume": MandateState.ACTIVE,
        "stop": MandateState.STOPPED,
        "restore": MandateState.ACTIVE,
    }

    for what, state in steps.items():
        shown = cia.get(path(invoice)).content.decode()
        assert path(invoice, what) in shown
        cia.post(path(invoice, what), {"reason": f"Asked on the phone: {what}"})
        assert fresh(mandate).state == state

    told = HistoryEntry.objects.filter(kind__startswith="mandate.", data__has_key="reason")
    assert {(e.kind, e.actor_kind) for e in told} == {
        ("mandate.paused", "staff"),
        ("mandate.resumed", "staff"),
        ("mandate.stopped", "staff"),
        ("mandate.restored", "staff"),
    }
    read = a_browser(invoice).get(f"/invoice/{invoice.public_id}/").content.decode()
    assert "Asked on the phone: pause" in read


def test_without_a_reason_nothing_happens_and_the_panel_says_what_is_missing(
    mandate: Mandate,
) -> None:
    invoice = asked_from(mandate)
    cia = staff_of(invoice, Role.AGENT)

    for reason in ("", "   ", "x" * 201):
        answer = cia.post(path(invoice, "stop"), {"reason": reason}, headers=HTMX)
        assert answer.status_code == 422
        assert "Write" in answer.content.decode()

    assert fresh(mandate).state == MandateState.ACTIVE


def test_finance_may_pause_it_and_neither_stop_it_nor_let_it_go_on(mandate: Mandate) -> None:
    invoice = asked_from(mandate)
    finance = staff_of(invoice, Role.FINANCE)
    shown = finance.get(path(invoice)).content.decode()
    assert path(invoice, "pause") in shown
    assert path(invoice, "stop") not in shown

    for what in ("stop", "resume", "restore"):
        assert finance.post(path(invoice, what), {"reason": "x"}).status_code == 404
    finance.post(path(invoice, "pause"), {"reason": "The bank asks us to wait"})

    assert fresh(mandate).state == MandateState.PAUSED


def test_the_inbox_has_the_panel_and_the_acts_beside_the_talk(mandate: Mandate) -> None:
    invoice = asked_from(mandate)
    cia = staff_of(invoice, Role.AGENT)
    threads.post(invoice, "Hej", actor=CUSTOMER, message_id=uuid.uuid4())
    thread = Thread.objects.get(invoice=invoice)
    inbox = f"/staff/{invoice.biller.slug}/inbox/{thread.public_id}/"
    shown = cia.get(inbox).content.decode()

    assert 'id="panel-autopay"' in shown
    assert path(invoice, "pause") in shown


def test_what_the_bank_paused_only_the_bank_lets_go_on(mandate: Mandate) -> None:
    invoice = asked_from(mandate)
    Mandate.objects.filter(pk=mandate.pk).update(
        state=MandateState.PAUSED, paused_by=Mandate.PausedBy.BANK
    )

    answer = staff_of(invoice, Role.ADMIN).post(
        path(invoice, "resume"), {"reason": "Asked"}, headers=HTMX
    )

    assert answer.status_code == 422
    assert fresh(mandate).state == MandateState.PAUSED


def test_the_other_open_invoices_of_the_customer_hear_of_it(
    mandate: Mandate, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = asked_from(mandate)
    other = an_invoice(invoice.customer)
    stranger = an_invoice()
    rung: set[str] = set()
    monkeypatch.setattr(
        "payments.mandates.doorbell.ring", lambda topics, panels: rung.update(topics)
    )

    staff_of(invoice, Role.AGENT).post(path(invoice, "pause"), {"reason": "Asked"})

    assert rung == {f"i{other.pk}"}
    assert f"i{stranger.pk}" not in rung
