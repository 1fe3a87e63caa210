"""Finance looks at what waits, with the keyboard alone; and the customer reads how it was found."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from invoices.billers.models import Agreement, Biller, User
from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from payments.formats.camt import CamtPayment
from payments.matching.damage import Form, near
from payments.matching.models import Decision, Waiting
from tests.browser.conftest import Server, import_payments
from tests.browser.test_conversation import DESK, faulty_scripts, in_english, is_live, sign_in
from tests.build import (
    a_biller,
    a_camt_file,
    a_customer,
    a_line,
    a_link,
    a_member,
    an_invoice,
    receive,
)

type Phone = Callable[..., Page]


def some_wait(biller: Biller) -> tuple[Invoice, Invoice]:
    """Three payments that wait: one with a proposal, one that two invoices share, one of nobody."""
    anna, bo = a_customer(biller, "Anna Berg"), a_customer(biller, "Bo Dahl")
    annas, bos = an_invoice(anna), an_invoice(bo, a_line(64_000))
    payments = (
        CamtPayment(40_000, annas.reference[:-1], payer_name="Anna Berg", servicer_ref="1"),
        CamtPayment(30_000, "til begge", payer_name="Eva Moen", servicer_ref="2"),
        CamtPayment(99_900, "", text="husleie", payer_name="Kari Strand", servicer_ref="3"),
    )
    receive(biller, a_camt_file(biller, *payments))
    assert Waiting.objects.count() == 3
    return annas, bos


def at_review(page: Page, server: Server, user: User) -> Page:
    sign_in(page, server, user)
    page.goto(f"{server.url}/staff/fjordfiber/payments/")
    return page


def shows(desk: Page, who: str) -> None:
    """The payment of this payer is on the page, and its script is there to hear keys."""
    expect(desk.locator("#panel-payment h2")).to_contain_text(who)
    is_live(desk)


def asks_for_the_keys(desk: Page) -> None:
    """What the keys are, and away with it."""
    heading = desk.get_by_role("heading", name="Keys")
    desk.keyboard.press("?")
    expect(heading).to_be_visible()
    desk.keyboard.press("Escape")
    expect(heading).to_be_hidden()


def test_finance_decides_on_everything_by_the_keyboard(server: Server, a_phone: Phone) -> None:
    fjord = a_biller()
    annas, bos = some_wait(fjord)
    finn = a_member(fjord, Role.FINANCE, "finn@example.com")
    desk = at_review(in_english(a_phone(viewport=DESK), server), server, finn)
    complaints = faulty_scripts(desk)
    press = desk.keyboard.press
    is_live(desk)

    asks_for_the_keys(desk)

    # Down to the first payment, there and back.
    press("j")
    shows(desk, "Anna Berg")
    expect(desk.locator(".digits ins").first).to_contain_text(annas.reference[-1])
    press("j")
    shows(desk, "Eva Moen")
    press("k")
    shows(desk, "Anna Berg")

    # The first proposal, booked by Enter; the next payment comes by itself, and U takes it back.
    press("1")
    press("Enter")
    shows(desk, "Eva Moen")
    expect(desk.locator(".messages")).to_contain_text("The payment is booked.")
    assert figures(annas).left == 10_000
    press("u")
    shows(desk, "Anna Berg")
    expect(desk.locator(".messages")).to_contain_text("The payment waits again.")
    assert figures(annas).left == 50_000
    press("1")
    press("Enter")
    shows(desk, "Eva Moen")

    # Split by hand: what is not placed yet is said while it is typed.
    press("s")
    split = desk.locator("[data-split]")
    press("Shift+Tab")
    desk.keyboard.type(annas.number)
    press("Tab")
    desk.keyboard.type("100")
    expect(split.locator("[data-rest]")).to_contain_text("Not placed yet: 200,00")
    press("Tab")
    desk.keyboard.type(bos.number)
    press("Tab")
    desk.keyboard.type("200")
    expect(split.locator("[data-rest]")).to_contain_text("It adds up.")
    press("Enter")
    shows(desk, "Kari Strand")
    assert (figures(annas).left, figures(bos).left) == (0, 60_000)

    # The last one is looked for by name, and booked where it was found.
    press("/")
    desk.keyboard.type("Bo Dahl")
    press("Enter")
    found = desk.locator(".found button")
    expect(found).to_have_count(1)
    found.focus()
    press("Enter")
    expect(desk.locator("#panel-review .empty")).to_contain_text(
        "Every payment has found its invoice"
    )
    assert figures(bos).left == 0
    assert Waiting.objects.count() == 0
    kinds = list(Decision.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["booked", "undone", "booked", "booked", "booked"]
    assert complaints == []


def test_the_review_works_without_scripts(server: Server, a_phone: Phone) -> None:
    fjord = a_biller()
    annas, _ = some_wait(fjord)
    plain = a_phone(viewport=DESK, java_script_enabled=False)
    desk = at_review(in_english(plain, server), server, a_member(fjord, Role.FINANCE))

    desk.get_by_role("link", name="Anna Berg").click()
    desk.get_by_role("button", name="Book here").first.click()
    expect(desk.locator(".messages")).to_contain_text("The payment is booked.")
    desk.get_by_role("button", name="Undo").click()
    expect(desk.locator(".messages")).to_contain_text("The payment waits again.")
    desk.get_by_role("link", name="Book many").click()
    desk.get_by_role("link", name="Possible and better").click()
    desk.get_by_role("button", name="Book the 1 payment").click()
    expect(desk.locator(".messages")).to_contain_text("1 payment is booked.")
    assert figures(annas).left == 10_000
    desk.get_by_role("link", name="Kari Strand").click()
    desk.get_by_role("button", name="Not ours").click()
    expect(desk.locator(".messages")).to_contain_text("The payment waits to be paid back.")


@pytest.mark.parametrize(
    ("country", "found"),
    [
        ("NO", "Et siffer manglet; vi fant betalingen din likevel."),
        ("SE", "En siffra saknades; vi hittade din betalning ändå."),
    ],
)
def test_a_reference_one_digit_short_from_the_bank_file_to_the_page(
    server: Server, a_phone: Phone, tmp_path: Path, country: str, found: str
) -> None:
    biller = a_biller("fjordfiber", country)
    Agreement.objects.filter(biller=biller).update(next_serial=880_001)
    an_invoice(a_customer(biller, "Bo Dahl"), a_line(9_900))
    invoice = an_invoice(a_customer(biller, "Anna Berg"))
    anna = a_phone()
    anna.goto(server.url + a_link(invoice))
    is_live(anna)
    reference = invoice.reference
    form = Form("kid", lengths=(13,)) if country == "NO" else Form("ocr", level=3)
    cuts = [reference[:at] + reference[at + 1 :] for at in range(len(reference))]
    short = next(cut for cut in cuts if near(cut, [form]).get(reference) == "digit_missing")
    raw = a_camt_file(biller, CamtPayment(50_000, short, payer_name="ANNA BERG"))

    import_payments(raw, tmp_path)

    expect(anna.locator("#panel-balance")).to_have_attribute("data-left-minor", "0", timeout=10_000)
    expect(anna.locator("#panel-history")).to_contain_text(found)
