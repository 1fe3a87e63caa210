"""Automatic payment from the click to the money, in a real browser: it is drawn, or it is not."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from invoices import clock
from invoices.documents.models import Invoice
from payments.claims.states import ClaimState
from payments.formats.autogiro.bank import MandateLine
from payments.formats.avtalegiro_register import Mandate as Registered
from payments.mandates.models import Mandate
from payments.outgoing.models import OutgoingFile
from tests.browser.conftest import Server
from tests.browser.test_autopay import opened, paid_from
from tests.build import a_biller, a_customer, a_provider, an_invoice
from tests.payments.claims.house import Bank, House, a_house, work
from tests.payments.mandates.house import (
    answers,
    received,
    register,
    sent_orders,
    with_direct_debit,
)
from tests.payments.providers.playground import KEYS, free_port, start

S = ClaimState


@pytest.fixture
def simulators() -> Iterator[str]:
    port = free_port()
    process = start(port, {name: [dict(keys)] for name, keys in KEYS.items()})
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


def until(house: House, day: date) -> None:
    """Let the days pass, with what the clock makes due on each."""
    while clock.today() < day:
        clock.move(1)
        house.tick()


def at_the_bank(house: House) -> None:
    """Notice is given, and the file with the draw goes out."""
    house.tick()
    until(house, house.claim.send_from)
    assert house.claim.state == S.SENT
    assert OutgoingFile.objects.filter(kind=OutgoingFile.Kind.CLAIMS).count() == 1


def enroll_in_bankid(page: Page, server: Server, panel: Locator) -> None:
    panel.get_by_role("button", name="Betala automatiskt med Autogiro").click()
    link = panel.get_by_role("link", name="Öppna BankID på den här enheten")
    expect(link).to_be_visible(timeout=20_000)
    app = page.context.new_page()
    app.goto(server.url + (link.get_attribute("href") or ""))
    app.get_by_role("button", name="Skriv under").click()
    expect(panel).to_contain_text("Väntar på din bank", timeout=15_000)
    app.close()


def enroll_in_the_bank(page: Page, server: Server, panel: Locator, invoice: Invoice) -> None:
    panel.get_by_role("button", name="Opprett AvtaleGiro").click()
    page.get_by_role("button", name="Godta avtalen").click()
    page.wait_for_url(f"{server.url}/invoice/{invoice.public_id}/**")
    expect(panel).to_contain_text("Venter på banken din")


def bank_says_yes(invoice: Invoice) -> None:
    if invoice.biller.country == "SE":
        sent_orders(invoice.biller)
        yes = MandateLine(Mandate.objects.get().payer_number, "32")
        received(invoice.biller, answers(invoice.biller, yes))
    else:
        yes_in_bank = Registered(invoice.reference, notice=True)
        received(invoice.biller, register(invoice.biller, yes_in_bank))
    work()


WORDS = {
    "SE": {
        "first": "Den första fakturan som dras automatiskt är {number}",
        "by_hand": "Tills dess betalar du själv som tidigare",
        "active": "Automatisk betalning är aktiv",
        "asked": "Banken drar 500,00 kr",
        "told": "500,00 kr drogs från ditt konto med Autogiro",
        "later": "Nästa faktura dras automatiskt",
    },
    "NO": {
        "first": "er den første fakturaen {number}",
        "by_hand": "betaler du den selv",
        "active": "Automatisk betaling er aktiv",
        "asked": "Banken trekker 500,00 kr",
        "told": "500,00 kr ble trukket fra kontoen din med AvtaleGiro",
        "later": "Neste faktura trekkes automatisk",
    },
}


@pytest.mark.parametrize("country", ["SE", "NO"])
def test_one_click_and_the_invoice_it_named_is_drawn_and_paid_while_its_page_is_open(
    moving_clock: None,
    server: Server,
    a_phone: Callable[..., Page],
    simulators: str,
    country: str,
) -> None:
    words = WORDS[country]
    biller = a_biller("norrsken", country)
    with_direct_debit(biller, simulators=simulators)
    invoice = an_invoice(a_customer(biller, "Åsa Lund"), due_in=40)
    if country == "SE":
        paid_from(invoice, "SE4550000000058398257466")
    asa = opened(a_phone(), server, invoice)
    panel, draws = asa.locator("#panel-autopay"), asa.locator("#panel-draws")

    if country == "SE":
        enroll_in_bankid(asa, server, panel)
    else:
        enroll_in_the_bank(asa, server, panel, invoice)
    expect(panel).to_contain_text(words["first"].format(number=invoice.number))
    expect(panel).to_contain_text(words["by_hand"])
    bank_says_yes(invoice)
    expect(panel).to_contain_text(words["active"])
    expect(panel.locator(".draws li")).to_have_count(1)  # planned, and shown without a reload

    house = House(biller, invoice.customer, Mandate.objects.get(), invoice, Bank(biller))
    at_the_bank(house)
    expect(draws).to_contain_text(words["asked"])
    expect(asa.locator("#panel-paying a.btn.main")).to_have_count(0)  # nobody pays twice
    until(house, house.claim.draw_on)
    house.receive(house.bank.draws())

    expect(asa.locator("#panel-balance")).to_have_attribute("data-status", "paid")
    expect(asa.locator("#panel-history")).to_contain_text(words["told"])
    expect(draws).to_be_hidden()
    expect(panel).to_contain_text(words["later"])
    assert (house.claim.state, house.left) == (S.SETTLED, 0)


FAILED = {
    "SE": {
        "draws": "500,00 kr kunde inte dras",
        "why": "Det fanns inte tillräckligt med pengar på kontot",
        "told": "500,00 kr kunde inte dras från ditt konto",
        "pay": "Betala nu",
        "on": "Gå vidare",
        "yes": "Godkänn",
    },
    "NO": {
        "draws": "500,00 kr kunne ikke trekkes",
        "why": "Banken har ikke svart i tide",
        "told": "500,00 kr kunne ikke trekkes fra kontoen din",
        "pay": "Betal nå",
        "on": "Gå videre",
        "yes": "Godkjenn",
    },
}


@pytest.mark.parametrize("country", ["SE", "NO"])
def test_what_could_not_be_drawn_is_told_with_its_reason_and_paid_by_hand(
    moving_clock: None,
    server: Server,
    worker: None,
    a_phone: Callable[..., Page],
    country: str,
) -> None:
    words = FAILED[country]
    house = a_house(country)
    a_provider(house.biller)
    at_the_bank(house)
    anna = opened(a_phone(), server, house.invoice)
    draws, history = anna.locator("#panel-draws"), anna.locator("#panel-history")
    expect(draws.get_by_role("link", name=words["pay"])).to_have_count(0)

    until(house, house.claim.draw_on)
    if country == "SE":
        house.receive(house.bank.draws("1"))
    else:
        until(house, house.claim.answer_by)
        clock.move(1)
        house.tick()

    expect(draws).to_contain_text(words["draws"])
    expect(draws).to_contain_text(words["why"])
    expect(history).to_contain_text(words["told"])
    expect(history).to_contain_text(words["why"])
    draws.get_by_role("link", name=words["pay"]).click()
    paying = anna.locator("#panel-paying")
    paying.get_by_role("button", name=words["on"]).click()
    anna.get_by_role("button", name=words["yes"]).click()
    anna.wait_for_url(f"{server.url}/invoice/{house.invoice.public_id}/**")

    expect(anna.locator("#panel-balance")).to_have_attribute("data-status", "paid", timeout=20_000)
    expect(draws).to_be_hidden()
    assert (house.claim.state, house.left) == (S.FAILED, 0)
