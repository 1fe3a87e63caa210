"""Automatic payment on the invoice's page: what is offered, each step, and what is refused."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from invoices.billers.models import Biller
from invoices.billers.roles import Role
from invoices.documents.links.levels import Level
from invoices.documents.models import Invoice
from invoices.history.actors import BANK, CUSTOMER
from payments.bankfiles.models import BankLine
from payments.formats.bgmax import BgPayment
from payments.mandates import actions
from payments.mandates.models import FunnelStep, Mandate
from payments.mandates.page.invitation import MISSED, PAGE, PAID, moment_for
from payments.mandates.page.queries import Seen
from payments.mandates.states import MandateState
from payments.matching.models import PayerAccount
from payments.outgoing.models import OutgoingFile
from tests.build import (
    a_bgmax_file,
    a_biller,
    a_customer,
    a_member,
    an_invoice,
    an_ocr_file,
    receive,
)
from tests.payments.mandates.house import (
    a_browser,
    a_norwegian,
    a_swede,
    active,
    fresh,
    pending,
    with_direct_debit,
)
from tests.payments.providers.playground import Playground

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def page(invoice: Invoice) -> str:
    return f"/invoice/{invoice.public_id}/"


def yes(scheme: str, **more: str) -> dict[str, str]:
    return {"request_id": str(uuid.uuid4()), "scheme": scheme, "moment": "page", **more}


@pytest.fixture
def swedish(playground: Playground) -> Invoice:
    biller = a_biller("norrsken", "SE")
    with_direct_debit(biller, simulators=playground.url)
    return an_invoice(a_customer(biller, "Åsa Lund"))


def paid_before(invoice: Invoice, account: str = "SE4550000000058398257466") -> None:
    """Let an account be known from an earlier payment."""
    line = BankLine.objects.filter(biller=invoice.biller).first()
    if line is None:
        earlier = an_invoice(invoice.customer)
        paid = BgPayment(earlier.total_minor, earlier.reference)
        receive(invoice.biller, a_bgmax_file(invoice.biller, paid))
        line = BankLine.objects.get(biller=invoice.biller)
    PayerAccount.objects.get_or_create(
        biller=invoice.biller, customer=invoice.customer, account=account, defaults={"line": line}
    )


def panel(browser: Client, invoice: Invoice) -> str:
    text: str = browser.get(f"{page(invoice)}panels/?names=autopay").text
    return text


def test_a_known_account_takes_one_click_to_bankid(swedish: Invoice) -> None:
    paid_before(swedish)
    anna = a_browser(swedish, language="sv")
    assert "•• 7466" in panel(anna, swedish)
    assert "8257466" not in panel(anna, swedish)

    answer = anna.post(f"{page(swedish)}autopay/yes/", yes("autogiro", known="7466"))

    mandate = Mandate.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"{page(swedish)}autopay/sign/")
    assert mandate.payer_account == "5839000008257466"
    shown = anna.get(answer["Location"]).text
    assert f"{page(swedish)}autopay/sign/open/" in shown
    picture = anna.get(f"{page(swedish)}autopay/sign/code/?picture")
    assert picture["Content-Type"] == "image/svg+xml"
    opened = anna.get(f"{page(swedish)}autopay/sign/open/")
    assert "autostarttoken=" in opened["Location"]


def test_digits_that_were_on_no_page_draw_from_nowhere(swedish: Invoice) -> None:
    anna = a_browser(swedish)

    answer = anna.post(f"{page(swedish)}autopay/yes/", yes("autogiro", known="7466"))

    assert answer["Location"].startswith(f"{page(swedish)}autopay/?moment=")
    assert not Mandate.objects.exists()


def test_without_a_known_account_it_is_asked_for_and_checked(swedish: Invoice) -> None:
    anna = a_browser(swedish)
    asked = f"{page(swedish)}autopay/"
    given = {"autopay-request_id": str(uuid.uuid4()), "autopay-moment": "missed"}

    wrong = anna.post(asked, {**given, "autopay-clearing": "5839", "autopay-number": "8257467"})
    assert wrong.status_code == 422
    assert "typing error" in wrong.text
    right = {**given, "autopay-clearing": "5839", "autopay-number": "825 746-6"}
    for _ in range(2):
        answer = anna.post(asked, right)
        assert answer["Location"] == f"{page(swedish)}autopay/sign/"

    mandate = Mandate.objects.get()
    assert (mandate.payer_account, mandate.moment) == ("5839000008257466", "missed")


def test_looking_says_nothing_new_until_there_is(swedish: Invoice) -> None:
    paid_before(swedish)
    anna = a_browser(swedish)
    inside = anna.post(
        f"{page(swedish)}autopay/yes/", yes("autogiro", known="7466"), headers=HTMX
    ).text
    seen = inside.split('name="seen" value="')[1].split('"')[0]

    first = anna.post(f"{page(swedish)}autopay/sign/", {"seen": seen}, headers=HTMX)
    second = anna.post(
        f"{page(swedish)}autopay/sign/", {"seen": f"{seen}outstandingTransaction"}, headers=HTMX
    )

    assert first.status_code == 200  # BankID has answered: it waits for the app
    assert second.status_code == 204


@pytest.mark.parametrize(
    ("due_in", "words"),
    [(5, "must still be paid by hand"), (40, "If automatic payment is not active by then, pay it")],
)
def test_avtalegiro_is_one_click_to_the_bank_and_the_page_is_honest(
    playground: Playground, due_in: int, words: str
) -> None:
    biller = a_biller()
    with_direct_debit(biller, simulators=playground.url)
    invoice = an_invoice(a_customer(biller), due_in=due_in)
    anna = a_browser(invoice)

    answer = anna.post(f"{page(invoice)}autopay/yes/", yes("avtalegiro"))

    mandate = Mandate.objects.get()
    assert answer["Location"].endswith(f"{mandate.public_id}/onward/")
    onward = anna.get(answer["Location"])
    assert onward["Refresh"].startswith(f"0; url={playground.url}/agreements/page?")
    anna.get(f"{page(invoice)}autopay/{mandate.public_id}/back/")
    assert fresh(mandate).state == MandateState.PENDING
    assert words in panel(anna, invoice)
    assert "several weeks" in panel(anna, invoice)


def test_stop_is_told_and_undone_on_the_page() -> None:
    invoice = a_norwegian()
    mandate = active(invoice)
    anna = a_browser(invoice)

    assert "Automatic payment is active" in panel(anna, invoice)
    stopped = anna.post(f"{page(invoice)}autopay/do/stop/", headers=HTMX).text
    assert "Automatic payment is stopped" in stopped
    assert "until you end it there" in stopped
    back = anna.post(f"{page(invoice)}autopay/do/restore/", headers=HTMX).text

    assert "Automatic payment is active" in back
    assert fresh(mandate).state == MandateState.ACTIVE


def test_pause_and_on_again() -> None:
    invoice = a_norwegian()
    mandate = active(invoice)
    anna = a_browser(invoice)

    assert "Let it go on" in anna.post(f"{page(invoice)}autopay/do/pause/", headers=HTMX).text
    assert fresh(mandate).state == MandateState.PAUSED
    anna.post(f"{page(invoice)}autopay/do/resume/")

    assert fresh(mandate).state == MandateState.ACTIVE


def test_a_refusal_of_the_bank_is_told_with_its_reason() -> None:
    invoice = a_norwegian()
    actions.refuse(pending(invoice).pk, "mandate.05", actor=BANK)

    shown = panel(a_browser(invoice), invoice)

    assert "could not begin" in shown
    assert "not what the bank knows" in shown


def test_what_the_biller_locks_takes_a_code_to_stop_and_none_to_begin() -> None:
    invoice = a_norwegian()
    Biller.objects.update(link_code_for=["changes"])
    anna = a_browser(invoice)

    begun = anna.post(f"{page(invoice)}autopay/yes/", yes("avtalegiro"))
    assert begun["Location"].endswith("/onward/")
    answer = anna.post(f"{page(invoice)}autopay/do/stop/")

    assert "/code/" in answer["Location"]
    assert Mandate.objects.get().state == MandateState.PENDING


def test_a_pay_only_link_opens_nothing_of_it() -> None:
    invoice = a_norwegian()
    active(invoice)
    payer = a_browser(invoice, Level.PAY_ONLY)

    assert "autopay" not in payer.get(page(invoice)).text
    assert payer.post(f"{page(invoice)}autopay/do/stop/").status_code == 404


def test_an_invitation_is_seen_once_and_not_shown_again_after_no(swedish: Invoice) -> None:
    anna = a_browser(swedish)
    for _ in range(2):
        anna.post(f"{page(swedish)}autopay/note/seen/", {"moment": "missed"})
    anna.post(f"{page(swedish)}autopay/note/not-now/", {"moment": "missed"})

    steps = FunnelStep.objects.order_by("pk").values_list("step", "moment")
    assert list(steps) == [("shown", "missed"), ("dismissed", "missed")]


def test_what_is_offered_stands_below_what_is_to_be_paid_and_invites_once_it_is() -> None:
    invoice = a_norwegian()
    anna = a_browser(invoice)
    places = [f'id="panel-{name}"' for name in ("balance", "autopay", "lines")]
    balance, offer, lines = map(anna.get(page(invoice)).text.index, places)
    assert balance < lines < offer

    receive(invoice.biller, an_ocr_file((invoice, invoice.total_minor)))

    balance, offer, lines = map(anna.get(page(invoice)).text.index, places)
    assert balance < offer < lines


def test_a_paid_invoice_invites() -> None:
    invoice = a_norwegian()
    anna = a_browser(invoice)
    assert "Pay automatically" in panel(anna, invoice)

    receive(invoice.biller, an_ocr_file((invoice, invoice.total_minor)))

    assert "Shall the next one pay itself?" in panel(anna, invoice)
    anna.post(f"{page(invoice)}autopay/note/not-now/", {"moment": "paid"})
    assert "Shall the next one pay itself?" not in panel(anna, invoice)
    assert "Pay automatically" in panel(anna, invoice)


@pytest.mark.parametrize(
    ("just_paid", "overdue", "before", "moment"),
    [
        (False, False, [], PAGE),
        (True, False, [], PAID),
        (False, True, [], MISSED),
        (True, False, [(9, "shown", 1)], PAID),
        (True, False, [(1, "shown", 1), (2, "shown", 1), (3, "shown", 1)], PAGE),
        (True, False, [(1, "shown", 1), (2, "shown", 1), (9, "shown", 1)], PAID),
        (True, False, [(1, "shown", 200), (2, "shown", 200), (3, "shown", 1)], PAID),
        (False, True, [(1, "dismissed", 1)], PAGE),
        (False, True, [(1, "dismissed", 200)], MISSED),
    ],
)
def test_invitations_come_at_the_right_moments_and_know_when_to_stop(
    just_paid: bool, overdue: bool, before: list[tuple[int, str, int]], moment: str
) -> None:
    seen = [Seen(invoice, "paid", step, NOW - timedelta(days=ago)) for invoice, step, ago in before]

    found = moment_for(9, just_paid=just_paid, overdue=overdue, seen=seen, now=NOW)

    assert found == moment


def test_finance_writes_the_file_and_takes_it() -> None:
    invoice = a_swede()
    mandate = pending(invoice)
    finance = Client()
    finance.force_login(a_member(invoice.biller, Role.FINANCE))
    desk = f"/staff/{invoice.biller.slug}/"
    assert "Write 1 order" in finance.get(desk, headers={"Accept-Language": "en"}).text

    finance.post(f"{desk}mandates/write/")
    file = OutgoingFile.objects.get()
    taken = finance.post(f"{desk}outgoing/{file.public_id}/")

    file.refresh_from_db()
    assert taken.content == file.raw
    assert mandate.payer_number.encode() in taken.content
    assert file.fetched_at is not None
    assert actions.stop(mandate.pk, actor=CUSTOMER).state == MandateState.STOPPED
