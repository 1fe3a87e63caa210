"""Automatic payment in a real browser: Autogiro in Swedish, AvtaleGiro in Norwegian."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from invoices.documents.models import Invoice
from payments.bankfiles.models import BankLine
from payments.formats.autogiro.bank import MandateLine
from payments.formats.avtalegiro_register import Mandate as Registered
from payments.formats.bgmax import BgPayment
from payments.mandates.models import FunnelStep, Mandate
from payments.matching.models import PayerAccount
from tests.browser.conftest import Server
from tests.build import a_bgmax_file, a_biller, a_customer, a_link, an_invoice, receive
from tests.payments.mandates.house import (
    answers,
    received,
    register,
    sent_orders,
    with_direct_debit,
)
from tests.payments.providers.playground import KEYS, free_port, start

LIVE = "[data-live-sign]"
PANEL = "#panel-autopay"


@pytest.fixture
def simulators() -> Iterator[str]:
    port = free_port()
    process = start(port, {name: [dict(keys)] for name, keys in KEYS.items()})
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


def opened(page: Page, server: Server, invoice: Invoice) -> Page:
    page.goto(server.url + a_link(invoice))
    expect(page.locator(LIVE)).to_have_attribute("data-state", "live")
    return page


def paid_from(invoice: Invoice, account: str) -> None:
    earlier = an_invoice(invoice.customer)
    paid = BgPayment(earlier.total_minor, earlier.reference)
    receive(invoice.biller, a_bgmax_file(invoice.biller, paid))
    PayerAccount.objects.get_or_create(
        biller=invoice.biller,
        customer=invoice.customer,
        account=account,
        defaults={"line": BankLine.objects.get(biller=invoice.biller)},
    )


def test_autogiro_in_one_click_signed_active_and_stopped(
    server: Server, a_phone: Callable[..., Page], simulators: str
) -> None:
    biller = a_biller("norrsken", "SE")
    with_direct_debit(biller, simulators=simulators)
    invoice = an_invoice(a_customer(biller, "Åsa Lund"))
    paid_from(invoice, "SE4550000000058398257466")
    asa = opened(a_phone(), server, invoice)
    panel = asa.locator(PANEL)

    expect(panel).to_contain_text("•• 7466")
    panel.get_by_role("button", name="Betala automatiskt med Autogiro").click()

    open_app = panel.get_by_role("link", name="Öppna BankID på den här enheten")
    expect(open_app).to_be_visible(timeout=20_000)
    first = panel.locator(".scan img").get_attribute("src")
    expect(panel.locator(".scan img")).not_to_have_attribute("src", first or "", timeout=5_000)
    app = asa.context.new_page()
    app.goto(server.url + (open_app.get_attribute("href") or ""))
    expect(app.locator("body")).to_contain_text("Medgivande till betalning via Autogiro")
    app.get_by_role("button", name="Skriv under").click()
    expect(panel).to_contain_text("Väntar på din bank", timeout=15_000)

    sent_orders(biller)
    yes = MandateLine(Mandate.objects.get().payer_number, "32")
    received(biller, answers(biller, yes))
    expect(panel).to_contain_text("Automatisk betalning är aktiv")
    panel.get_by_role("button", name="Stoppa").click()
    expect(panel).to_contain_text("Automatisk betalning är stoppad")
    panel.get_by_role("button", name="Ångra").click()

    expect(panel).to_contain_text("Automatisk betalning är aktiv")
    assert asa.url.endswith(f"/invoice/{invoice.public_id}/")


def test_avtalegiro_in_one_click_to_the_bank_and_back_by_its_file(
    server: Server, a_phone: Callable[..., Page], simulators: str
) -> None:
    biller = a_biller()
    with_direct_debit(biller, simulators=simulators)
    invoice = an_invoice(a_customer(biller), due_in=5)
    anna = opened(a_phone(), server, invoice)
    panel = anna.locator(PANEL)
    panel.scroll_into_view_if_needed()

    panel.get_by_role("button", name="Opprett AvtaleGiro").click()
    expect(anna.locator("body")).to_contain_text(invoice.reference)
    assert anna.url.startswith(f"{simulators}/agreements/page?")
    anna.go_back()
    opened(anna, server, invoice)
    expect(panel).to_contain_text("Venter på banken din")
    expect(panel).to_contain_text("må du fortsatt betale selv")

    received(biller, register(biller, Registered(invoice.reference, notice=True)))
    expect(panel).to_contain_text("Automatisk betaling er aktiv")
    panel.get_by_role("button", name="Stopp").click()

    expect(panel).to_contain_text("Automatisk betaling er stoppet")
    expect(panel).to_contain_text("til du avslutter den der")


def test_an_invitation_counts_as_seen_when_it_was_before_somebodys_eyes(
    server: Server, a_phone: Callable[..., Page], simulators: str
) -> None:
    biller = a_biller()
    with_direct_debit(biller, simulators=simulators)
    invoice = an_invoice(a_customer(biller))
    far_down = a_phone(viewport={"width": 390, "height": 200})
    opened(far_down, server, invoice)
    far_down.wait_for_timeout(2_000)
    assert not FunnelStep.objects.filter(step="shown").exists()

    with far_down.expect_response("**/autopay/note/seen/"):
        far_down.locator(PANEL).scroll_into_view_if_needed()
        far_down.locator(f"{PANEL} h2").scroll_into_view_if_needed()
        far_down.mouse.wheel(0, 60)

    assert FunnelStep.objects.get(step="shown").moment == "page"


def test_without_javascript_signing_has_a_picture_and_a_button_to_look_again(
    server: Server, a_phone: Callable[..., Page], simulators: str
) -> None:
    biller = a_biller("norrsken", "SE")
    with_direct_debit(biller, simulators=simulators)
    invoice = an_invoice(a_customer(biller, "Åsa Lund"))
    paid_from(invoice, "SE4550000000058398257466")
    asa = a_phone(java_script_enabled=False)
    asa.goto(server.url + a_link(invoice))

    asa.get_by_role("button", name="Betala automatiskt med Autogiro").click()
    assert asa.url.endswith("/autopay/sign/")
    expect(asa.locator(".scan img")).to_have_js_property("complete", True)
    assert asa.evaluate("document.querySelector('.scan img').naturalWidth") > 0
    app = asa.context.new_page()
    link = asa.get_by_role("link", name="Öppna BankID på den här enheten")
    app.goto(server.url + (link.get_attribute("href") or ""))
    app.get_by_role("button", name="Skriv under").click()
    asa.get_by_role("button", name="Titta igen").click()

    expect(asa.locator(PANEL)).to_contain_text("Väntar på din bank")
