"""In collection: who may hand an invoice over, what stops, what the customer reads, and back."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from invoices import clock
from invoices.billers.roles import Role
from invoices.changes import actions
from invoices.changes.actions import Asker
from invoices.changes.collection.actions import hand_to_collection, take_back_from_collection
from invoices.changes.policy import CUSTOMER, Action
from invoices.changes.scene import STAFF_NAMES
from invoices.documents.links.levels import Level
from invoices.documents.models import Change, Handover, Invoice
from invoices.documents.queries import collector, figures
from invoices.documents.states import Collector
from invoices.errors import Refused
from invoices.history.models import HistoryEntry
from payments.underway.actions import begin
from payments.underway.models import Underway
from tests.build import a_link, a_member, a_provider, an_invoice, an_ocr_file, receive
from tests.invoices.changes.forms import ask, staff_client

pytestmark = pytest.mark.django_db

FINANCE = Asker("staff", None, Role.FINANCE)
WHY = "Ubetalt etter varsel"
KRAVO = Collector(
    agency="Kravo AS",
    phone="+47 22 11 00 00",
    site="https://kravo.example/sak",
    case_no="K-4711",
    account="1503 40 00001",
    reference="990011",
)


@pytest.fixture
def late() -> Invoice:
    """500.00, due three days ago."""
    return an_invoice(due_in=-3, issued_on=clock.today() - timedelta(days=20))


def hand_over(invoice: Invoice, to: Collector = KRAVO, request_id: uuid.UUID | None = None) -> None:
    request_id = request_id or uuid.uuid4()
    hand_to_collection(invoice.pk, to, actor=FINANCE, request_id=request_id, reason=WHY)


def take_back(invoice: Invoice) -> None:
    order = {"actor": FINANCE, "request_id": uuid.uuid4(), "reason": "Avtalt"}
    take_back_from_collection(invoice.pk, **order)  # type: ignore[arg-type]


def told(invoice: Invoice) -> list[str]:
    entries = HistoryEntry.objects.filter(invoice=invoice).order_by("pk")
    return list(entries.values_list("kind", flat=True))


def page_of(invoice: Invoice, level: Level = Level.OWN) -> str:
    client = Client()
    client.cookies["nota_language"] = "en"
    page = client.get(a_link(invoice, level), follow=True).content.decode()
    return page.replace("\N{NO-BREAK SPACE}", " ")


def test_it_is_handed_over_once_and_taken_back_once(late: Invoice) -> None:
    form = uuid.uuid4()
    for _ in range(2):
        hand_over(late, request_id=form)
    hand_over(late)
    assert collector(late) == KRAVO

    for _ in range(2):
        take_back(late)

    assert collector(late) is None
    assert told(late) == ["invoice.issued", "invoice.to_collection", "invoice.from_collection"]
    assert Change.objects.count() == 2


def test_what_is_still_in_time_disputed_or_settled_is_not_handed_over() -> None:
    in_time = an_invoice()
    disputed, settled = (an_invoice(in_time.customer) for _ in range(2))
    order: dict[str, Any] = {"actor": FINANCE, "request_id": uuid.uuid4(), "reason": "?"}
    actions.dispute(disputed.pk, settled=False, **order)
    receive(settled.biller, an_ocr_file((settled, 50_000)))

    with pytest.raises(Refused):
        hand_over(in_time)
    with clock.standing_at(clock.now() + timedelta(days=20)):
        for invoice in (disputed, settled):
            with pytest.raises(Refused):
                hand_over(invoice)

    assert not Handover.objects.exists()


def test_meanwhile_nobody_changes_dates_and_nothing_is_drawn(late: Invoice) -> None:
    hand_over(late)
    to_on = clock.today() + timedelta(days=5)
    anna = Asker("customer", by=CUSTOMER)

    with pytest.raises(Refused, match="Kravo AS collects"):
        actions.move_due_date(late.pk, to_on, actor=anna, request_id=uuid.uuid4())
    with pytest.raises(Refused, match="changed meanwhile"):
        actions.move_due_date(late.pk, to_on, actor=FINANCE, request_id=uuid.uuid4())
    for by in Underway.By:
        with pytest.raises(Refused, match="Kravo AS collects"):
            begin(late, 10_000, by=by, reference="1")

    take_back(late)
    actions.move_due_date(late.pk, to_on, actor=anna, request_id=uuid.uuid4())
    begin(late, 10_000, by=Underway.By.CLAIM, reference="1")


def test_the_customer_reads_who_collects_and_how_to_pay_them(late: Invoice) -> None:
    a_provider(late.biller)
    hand_over(late)

    page = page_of(late)

    assert "In collection" in page
    assert "Kravo AS" in page
    for value in (KRAVO.account, KRAVO.reference, KRAVO.case_no):
        assert f'data-copy="{value}"' in page
    assert 'href="tel:+4722110000"' in page
    assert f'href="{KRAVO.site}"' in page
    assert late.reference not in page  # our own KID is no way to pay it now
    assert "Pay a part" not in page
    assert reverse("pay_invoice", args=[late.public_id]) not in page


def test_where_the_letter_tells_how_to_pay_the_page_says_so(late: Invoice) -> None:
    hand_over(late, Collector("Kravo AS", phone="22 11 00 00"))

    page = page_of(late)

    assert "Their letter says where" in page
    assert "Reference" not in page


def test_whoever_may_only_pay_does_not_learn_that_it_is_in_collection(late: Invoice) -> None:
    hand_over(late)

    page = page_of(late, Level.PAY_ONLY)

    assert "Ask whoever shared this link" in page
    assert late.reference not in page
    for word in ("Kravo", "collection", "K-4711", "overdue"):
        assert word not in page


def test_money_that_comes_to_us_all_the_same_settles_it(late: Invoice) -> None:
    hand_over(late)
    receive(late.biller, an_ocr_file((late, 50_000)))

    page = page_of(late)

    assert 'data-status="paid"' in page
    assert "Pay to Kravo" not in page


# ---------------------------------------------------------------- the form of staff


def form_url(invoice: Invoice) -> str:
    args = [invoice.biller.slug, invoice.public_id]
    return reverse(STAFF_NAMES[Action.COLLECT], args=args)


TYPED = {
    "actions-agency": "Kravo AS",
    "actions-phone": "22 11 00 00",
    "actions-reason": WHY,
}


def test_finance_hands_it_over_and_takes_it_back_by_the_form(late: Invoice) -> None:
    finance, url = staff_client(late, Role.FINANCE), form_url(late)
    preview, asked = ask(finance, url, **TYPED)
    assert "Sendt til inkasso hos Kravo AS." in preview.content.decode()  # as the customer reads it
    assert not Handover.objects.exists()

    finance.post(url, asked | {"confirm": "1"})
    assert collector(late) == Collector("Kravo AS", phone="22 11 00 00")
    _preview, back = ask(finance, url, **{"actions-reason": "Avtalt"})
    finance.post(url, back | {"confirm": "1"})

    assert collector(late) is None
    assert figures(late).left == 50_000


def test_the_form_knows_the_agency_of_last_time(late: Invoice) -> None:
    hand_over(late)
    other = an_invoice(late.customer, due_in=-3, issued_on=clock.today() - timedelta(days=20))

    form = staff_client(other, Role.FINANCE).get(form_url(other)).content.decode()

    for kept in (KRAVO.agency, KRAVO.phone, KRAVO.site, KRAVO.account):
        assert f'value="{kept}"' in form
    assert KRAVO.case_no not in form  # these two are of the other case
    assert f'value="{KRAVO.reference}"' not in form


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"actions-agency": ""}, "Write who collects."),
        ({"actions-phone": ""}, "Write how the customer reaches them."),
        ({"actions-phone": "call me"}, "Write a phone number."),
        ({"actions-site": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"actions-account": "1503"}, "An account and a reference go together."),
        ({"actions-reference": "99"}, "An account and a reference go together."),
    ],
)
def test_what_the_customer_could_not_use_is_refused(
    late: Invoice, typed: dict[str, str], why: str
) -> None:
    finance, url = staff_client(late, Role.FINANCE), form_url(late)

    answer, _asked = ask(finance, url, **TYPED | typed)

    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_agents_do_not_hand_over(late: Invoice) -> None:
    client = Client()
    client.force_login(a_member(late.biller, Role.AGENT))

    assert client.get(form_url(late)).status_code == 404
    assert client.post(form_url(late), TYPED | {"confirm": "1"}).status_code == 404
