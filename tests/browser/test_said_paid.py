"""“I have paid”, as a customer says it: in Norwegian and Swedish, met by the bank, and lapsed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from invoices import clock
from invoices.history.models import HistoryEntry
from payments.formats.bgmax import BgPayment
from payments.matching.expected.tasks import lapse
from payments.matching.models import Expected
from tests.browser.conftest import Server
from tests.browser.test_changes import open_live
from tests.build import (
    a_bgmax_file,
    a_biller,
    a_customer,
    a_link,
    an_invoice,
    an_ocr_file,
    receive,
)

WORDS = {
    "NO": ("Jeg har betalt", "Si fra", "Vi ser etter betalingen", "har kommet frem", "har ikke"),
    "SE": ("Jag har betalat", "Meddela oss", "Vi håller utkik", "har kommit fram", "har inte"),
}


@pytest.mark.parametrize("country", ["NO", "SE"])
def test_it_is_said_met_by_the_bank_and_told_while_the_page_is_open(
    server: Server, a_phone: Callable[..., Page], country: str
) -> None:
    paid, tell, waits, arrived, _lapsed = WORDS[country]
    invoice = an_invoice(a_customer(a_biller("b", country)), due_in=2)
    anna = a_phone()
    open_live(anna, server.url + a_link(invoice))

    anna.get_by_role("link", name=paid).click()
    anna.get_by_role("button", name=tell).click()
    expect(anna.locator("#panel-told h2")).to_contain_text(waits)
    assert Expected.objects.get().amount_minor == 50_000

    raw = an_ocr_file((invoice, 50_000)) if country == "NO" else b""
    receive(
        invoice.biller, raw or a_bgmax_file(invoice.biller, BgPayment(50_000, invoice.reference))
    )

    expect(anna.locator("[data-panel=balance]")).to_have_attribute("data-left-minor", "0")
    expect(anna.locator("#panel-told")).to_be_hidden()
    expect(anna.locator("[data-panel=history]")).to_contain_text(arrived)


@pytest.mark.parametrize("country", ["NO", "SE"])
def test_it_lapses_calmly_and_says_what_to_do(
    server: Server, a_phone: Callable[..., Page], country: str
) -> None:
    paid, tell, waits, _arrived, lapsed = WORDS[country]
    invoice = an_invoice(a_customer(a_biller("b", country)), due_in=2)
    anna = a_phone()
    open_live(anna, server.url + a_link(invoice))
    anna.get_by_role("link", name=paid).click()
    anna.get_by_role("button", name=tell).click()
    expect(anna.locator("#panel-told h2")).to_contain_text(waits)

    # The days pass: what was looked out for until then is given up.
    Expected.objects.update(until=clock.today() - timedelta(days=1))
    lapse(0)

    expect(anna.locator("#panel-told h2")).to_contain_text(lapsed)
    expect(anna.locator("#panel-told a[href*=panel-messages]")).to_be_visible()
    assert HistoryEntry.objects.filter(kind="expected.lapsed").count() == 1
