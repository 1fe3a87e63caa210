"""A reference that lost a digit on its way: from the bank's file to the page, in both countries."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from invoices.billers.models import Agreement
from payments.formats.bgmax import BgPayment
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

FOUND = {
    "NO": "Et siffer manglet; vi fant betalingen din likevel.",
    "SE": "En siffra saknades; vi hittade din betalning ändå.",
}


@pytest.mark.parametrize("country", ["NO", "SE"])
def test_a_digit_is_missing_and_the_customer_reads_that_it_was_found(
    server: Server, a_phone: Callable[..., Page], country: str
) -> None:
    biller = a_biller("b", country)
    # As long as a biller's are that has sent many: of three digits, nothing could be told.
    Agreement.objects.filter(biller=biller, scheme="ocr").update(next_serial=880_001)
    invoice = an_invoice(a_customer(biller))
    short = invoice.reference[:-2] + invoice.reference[-1]
    anna = a_phone()
    open_live(anna, server.url + a_link(invoice))

    raw = (
        an_ocr_file((short, 50_000), biller=invoice.biller)
        if country == "NO"
        else a_bgmax_file(invoice.biller, BgPayment(50_000, short))
    )
    receive(invoice.biller, raw)

    expect(anna.locator("[data-panel=balance]")).to_have_attribute("data-left-minor", "0")
    expect(anna.locator("[data-panel=history]")).to_contain_text(FOUND[country])
