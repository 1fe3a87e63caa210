"""Paying on the page: what is offered, what is refused, what the customer meets at each step."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from invoices import clock
from invoices.billers.models import Biller
from invoices.documents.actions import split_invoice
from invoices.documents.links.levels import Channel, Level
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.history.actors import CUSTOMER
from invoices.history.models import HistoryEntry
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.queries import balance, faults
from payments.providers import work
from payments.providers.models import PaymentIntent
from payments.providers.sandbox import actions as sandbox
from payments.providers.sandbox.models import SandboxPayment
from payments.providers.states import IntentState
from payments.underway.models import Underway
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
HTMX = {"HX-Request": "true"}
State = SandboxPayment.State


@pytest.fixture
def biller() -> Biller:
    biller = a_biller()
    a_provider(biller)
    return biller


@pytest.fixture
def invoice(biller: Biller) -> Invoice:
    return an_invoice(a_customer(biller))


def someone(invoice: Invoice, level: Level = Level.OWN) -> Client:
    client = Client()
    channel = Channel.SHARED if level == Level.PAY_ONLY else Channel.EMAIL
    client.get(a_link(invoice, level, channel))
    client.cookies["nota_language"] = "en"
    return client


@pytest.fixture
def anna(invoice: Invoice) -> Client:
    return someone(invoice)


def page(invoice: Invoice) -> str:
    return f"/invoice/{invoice.public_id}/"


def wish(amount: str = "20000", other: str = "", request_id: str = "") -> dict[str, str]:
    return {
        "paying-request_id": request_id or str(uuid.uuid4()),
        "paying-amount": amount,
        "paying-other": other,
        "paying-provider": "sandbox",
    }


def pay(client: Client, invoice: Invoice, *, answer: State = State.APPROVED) -> PaymentIntent:
    client.post(f"{page(invoice)}pay/", wish())
    intent = PaymentIntent.objects.latest("pk")
    sandbox.move(intent.reference, State.PENDING, answer)
    return work.look(intent.pk)


def test_the_main_button_leads_to_paying_and_without_a_provider_to_the_bank(
    invoice: Invoice, anna: Client
) -> None:
    elsewhere = an_invoice(a_customer(a_biller("other")))

    assert f'href="{page(invoice)}pay/"' in anna.get(page(invoice)).text
    theirs = someone(elsewhere).get(page(elsewhere)).text
    assert 'href="#panel-pay"' in theirs
    assert f"{page(elsewhere)}pay/" not in theirs


def test_the_form_offers_what_is_left_a_half_and_any_amount(invoice: Invoice, anna: Client) -> None:
    html = anna.get(f"{page(invoice)}pay/").text

    for words in ("All that is left", "NOK 500.00", "Half of it", "NOK 250.00", "Another amount"):
        assert words.replace(" ", "\xa0", 1) in html or words in html, words


def test_an_instalment_comes_first(invoice: Invoice, anna: Client) -> None:
    days = [clock.today() + timedelta(days=each) for each in (14, 40)]
    split_invoice(invoice.pk, [(days[0], 20_000), (days[1], 30_000)], reason="", actor=CUSTOMER)

    html = anna.get(f"{page(invoice)}pay/").text

    assert 'value="20000" checked' in html
    assert "The next part" in html


@pytest.mark.parametrize(
    ("amount", "other", "said"),
    [
        ("", "", "Choose how much to pay."),
        ("-5", "", "Choose how much to pay."),
        ("0", "", "Choose how much to pay."),
        ("other", "", "Write an amount."),
        ("other", "lots", "is not an amount"),
        ("other", "49,99", "The least that can be paid here is NOK"),
        ("other", "500,01", "is left to pay."),
        ("50001", "", "is left to pay."),
        ("99999999999999", "", "Choose how much to pay."),
    ],
)
def test_an_amount_that_cannot_be_paid_is_refused_in_words(
    invoice: Invoice, anna: Client, amount: str, other: str, said: str
) -> None:
    answer = anna.post(f"{page(invoice)}pay/", wish(amount, other))

    assert answer.status_code == 422
    assert said in answer.text
    assert not PaymentIntent.objects.exists()


def test_the_last_bit_can_be_paid_though_it_is_below_the_floor(
    invoice: Invoice, anna: Client
) -> None:
    receive(invoice.biller, an_ocr_file((invoice, 49_000)))

    answer = anna.post(f"{page(invoice)}pay/", wish("1000"))

    assert answer.status_code == 303


def test_without_script_a_page_of_ours_leads_on_and_over_htmx_the_browser_goes(
    invoice: Invoice, anna: Client
) -> None:
    answer = anna.post(f"{page(invoice)}pay/", wish())
    there = SandboxPayment.objects.get()

    onward = anna.get(answer["Location"])

    assert answer.status_code == 303
    assert onward["Refresh"] == f"0; url=/sandbox/{there.public_id}/"
    again = wish(request_id=str(PaymentIntent.objects.get().request_id))
    over_htmx = anna.post(f"{page(invoice)}pay/", again, headers=HTMX)
    assert over_htmx["HX-Redirect"] == f"/sandbox/{there.public_id}/"


def test_a_double_click_is_one_payment(invoice: Invoice, anna: Client) -> None:
    once = wish()

    first, second = (anna.post(f"{page(invoice)}pay/", once) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert PaymentIntent.objects.count() == SandboxPayment.objects.count() == 1


def test_a_payment_under_way_disables_paying_again_and_says_what_to_do(
    invoice: Invoice, anna: Client
) -> None:
    anna.post(f"{page(invoice)}pay/", wish())
    html = anna.get(page(invoice)).text

    answer = anna.post(f"{page(invoice)}pay/", wish("10000"))

    assert "We are waiting for Sandbox" in html
    assert "See the payment under way" in html
    assert f'href="{page(invoice)}pay/"' not in html
    assert "Cancel the payment" in html
    assert answer.status_code == 422
    assert "already under way" in answer.text
    assert anna.get(f"{page(invoice)}pay/").status_code == 303
    assert PaymentIntent.objects.count() == 1


def test_coming_back_proves_nothing(invoice: Invoice, anna: Client) -> None:
    anna.post(f"{page(invoice)}pay/", wish())
    intent = PaymentIntent.objects.get()

    back = anna.get(f"{page(invoice)}pay/{intent.public_id}/back/", follow=True)

    assert "We are waiting for Sandbox" in back.text
    assert figures(invoice).paid == 0
    stranger = Client().get(f"{page(invoice)}pay/{intent.public_id}/back/")
    assert stranger.status_code == 200
    assert invoice.biller.name not in stranger.text


def test_what_is_approved_is_drawn_booked_and_receipted(invoice: Invoice, anna: Client) -> None:
    intent = pay(anna, invoice)

    held = biller_account(invoice.biller_id, AccountKind.PROVIDER, "NOK")
    assert (figures(invoice).paid, figures(invoice).left) == (20_000, 30_000)
    assert balance(held) == 20_000
    assert faults() == []
    html = anna.get(page(invoice)).text
    told = HistoryEntry.objects.get(kind="payment.matched")
    assert "200.00 has arrived" in html
    assert f"receipt/{told.public_id}/" in html
    assert "Paid with Sandbox." in html
    assert intent.state == IntentState.CAPTURED
    assert not Underway.objects.filter(until=None).exists()
    assert anna.get(f"{page(invoice)}receipt/{told.public_id}/")["Content-Type"] == (
        "application/pdf"
    )


def test_what_is_declined_draws_nothing_and_leads_on(invoice: Invoice, anna: Client) -> None:
    intent = pay(anna, invoice, answer=State.DECLINED)

    html = anna.get(page(invoice)).text
    assert intent.state == IntentState.DECLINED
    assert "Nothing was drawn" in html
    assert "Try again" in html
    assert figures(invoice).paid == 0
    assert anna.post(f"{page(invoice)}pay/", wish()).status_code == 303


def test_a_payment_can_be_taken_back_until_it_is_drawn(invoice: Invoice, anna: Client) -> None:
    anna.post(f"{page(invoice)}pay/", wish())
    intent = PaymentIntent.objects.get()

    answer = anna.post(f"{page(invoice)}pay/{intent.public_id}/cancel/", headers=HTMX)

    assert "You took it back" in answer.text
    intent.refresh_from_db()
    assert intent.state == IntentState.CANCELLED
    assert SandboxPayment.objects.get().state == State.CANCELLED


def test_taking_back_too_late_takes_back_nothing(invoice: Invoice, anna: Client) -> None:
    anna.post(f"{page(invoice)}pay/", wish())
    intent = PaymentIntent.objects.get()
    sandbox.move(intent.reference, State.PENDING, State.APPROVED)
    sandbox.move(intent.reference, State.APPROVED, State.CAPTURED)

    answer = anna.post(f"{page(invoice)}pay/{intent.public_id}/cancel/", headers=HTMX)

    assert "has arrived" in answer.text
    assert figures(invoice).paid == 20_000


def test_what_comes_in_by_the_bank_meanwhile_makes_the_rest_credit(
    invoice: Invoice, anna: Client
) -> None:
    anna.post(f"{page(invoice)}pay/", wish())
    intent = PaymentIntent.objects.get()
    receive(invoice.biller, an_ocr_file((invoice, 40_000)))
    sandbox.move(intent.reference, State.PENDING, State.APPROVED)

    work.look(intent.pk)

    assert figures(invoice).left == 0
    told = HistoryEntry.objects.filter(kind="payment.matched").latest("pk")
    assert (told.data["left_minor"], told.data["overpaid_minor"]) == (0, 10_000)
    assert faults() == []


def test_nobody_comes_and_the_invoice_is_free_again(invoice: Invoice, anna: Client) -> None:
    anna.post(f"{page(invoice)}pay/", wish())
    intent = PaymentIntent.objects.get()

    with time_machine.travel(intent.expires_at + timedelta(seconds=1), tick=False):
        assert work.look(intent.pk).state == IntentState.EXPIRED

    assert SandboxPayment.objects.get().state == State.CANCELLED
    assert not Underway.objects.filter(until=None).exists()


def test_whoever_may_only_pay_pays_and_learns_no_more(invoice: Invoice) -> None:
    payer = someone(invoice, Level.PAY_ONLY)

    intent = pay(payer, invoice)

    html = payer.get(page(invoice)).text
    assert intent.made_by == PaymentIntent.By.PAYER
    assert "200.00 has arrived" in html
    assert "receipt" not in html.lower()
    started = HistoryEntry.objects.get(kind="payment.started")
    assert started.data["shared"]


def test_staff_see_that_a_payment_is_under_way_and_cannot_meddle(
    invoice: Invoice, anna: Client
) -> None:
    anna.post(f"{page(invoice)}pay/", wish())
    staff = Client()
    staff.force_login(a_member(invoice.biller))
    staff.cookies["nota_language"] = "en"

    html = staff.get(f"/staff/{invoice.biller.slug}{page(invoice)}").text

    assert "We are waiting for Sandbox" in html
    assert "Cancel the payment" not in html
    assert "Go on to Sandbox" not in html
