"""The page lives in Firefox too."""

from pathlib import Path

import pytest

from tests.browser.conftest import Server, import_payments
from tests.browser.firefox import FIREFOX, NO_FIREFOX, firefox
from tests.build import a_link, an_invoice, an_ocr_file

BALANCE = "document.querySelector('[data-panel=balance]')"
SAID = "document.querySelector('[data-announcer]')"
SIGN = "document.querySelector('[data-live-sign]')"


@pytest.mark.skipif(FIREFOX is None, reason=NO_FIREFOX)
def test_a_payment_changes_the_open_page_in_firefox(server: Server, tmp_path: Path) -> None:
    invoice = an_invoice()
    with firefox(tmp_path) as tab:
        tab.size(390, 844)
        tab.goto(server.url + a_link(invoice))
        tab.wait_for(f"{SIGN}.dataset.state === 'live'")
        tab.value("window.untouched = true")
        assert tab.value(f"/500[,.]00/.test({BALANCE}.innerText)")
        assert tab.value("document.documentElement.scrollWidth") <= 390

        import_payments(an_ocr_file((invoice, 20_000)), tmp_path)

        tab.wait_for(f"{BALANCE}.dataset.leftMinor === '30000'")
        tab.wait_for(f"/300[,.]00/.test({BALANCE}.innerText)")
        tab.wait_for("/300[,.]00/.test(document.title)")
        tab.wait_for(f"/200[,.]00.*300[,.]00/.test({SAID}.textContent)")
        assert tab.value("untouched")  # the same page: it was never loaded again
