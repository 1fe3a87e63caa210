"""A part of an invoice paid on the page, with each provider's own page and webhook beside it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from invoices.billers.models import Biller
from invoices.ledger.queries import faults
from payments.providers.models import PaymentIntent
from payments.providers.states import IntentState
from payments.providers.work import hook_path
from tests.browser.conftest import Server
from tests.browser.test_autopay import opened
from tests.build import a_biller, a_customer, a_provider, an_invoice
from tests.payments.providers.playground import KEYS, free_port, start

WORDS = {
    "NO": {
        "other": "Et annet beløp",
        "on": "Gå videre",
        "part": "150",
        "left": "350,00",
    },
    "SE": {
        "other": "Ett annat belopp",
        "on": "Gå vidare",
        "part": "150",
        "left": "350,00",
    },
}
# Country, what the customer presses on the provider's own page.
PROVIDERS = {
    "vipps": ("NO", "Betal"),
    "swish": ("SE", "Betala"),
    "card": ("NO", "Pay"),
    "sandbox": ("SE", "Godkänn"),
}


@contextmanager
def connected(biller: Biller, provider: str, server: Server) -> Iterator[None]:
    """The biller's account at the provider, which is played in a process of its own and sends its
    webhooks to the server."""
    if provider == "sandbox":
        a_provider(biller)
        yield
        return
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    keys = {**KEYS[provider], "base_url": f"{url}/{provider}"}
    if provider == "swish":
        keys["app_url"] = f"{url}/swish/app"
    account = a_provider(biller, provider, **keys)
    hook = f"{server.url}{hook_path(account)}"
    process = start(port, {provider: [{**KEYS[provider], "hook_url": hook}]})
    try:
        yield
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_part_is_paid_there_and_stands_on_the_page_while_it_is_open(
    server: Server, worker: None, a_phone: Callable[..., Page], provider: str
) -> None:
    country, yes = PROVIDERS[provider]
    words = WORDS[country]
    biller = a_biller("norrsken", country)
    invoice = an_invoice(a_customer(biller))
    with connected(biller, provider, server):
        anna, partner = (opened(a_phone(), server, invoice) for _ in range(2))
        anna.locator("#panel-balance").locator("a.btn.main").click()
        paying = anna.locator("#panel-paying")
        paying.locator("label.pick", has_text=words["other"]).click()
        paying.locator("input.n").fill(words["part"])
        paying.get_by_role("button", name=words["on"]).click()

        if provider == "swish":  # a code to scan, and the app on this phone
            expect(paying.locator(".scan img")).to_be_visible()
            expect(partner.locator("#panel-paying a.btn.main")).to_be_visible()  # not twice
            paying.locator("a.btn.main").click()
        anna.get_by_role("button", name=yes, exact=True).click()
        anna.wait_for_url(f"{server.url}/invoice/{invoice.public_id}/**")

        for page in (anna, partner):
            balance = page.locator("#panel-balance")
            expect(balance).to_have_attribute("data-left-minor", "35000", timeout=20_000)
            expect(balance).to_contain_text(words["left"])
            expect(balance.locator("a.btn.main")).to_be_visible()
    intent = PaymentIntent.objects.get()
    assert (intent.state, intent.amount_minor) == (IntentState.CAPTURED, 15_000)
    assert faults() == []
