"""The forms of staff: what each role reaches, the preview, and done."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from invoices import clock
from invoices.billers.areas import Area
from invoices.billers.roles import Role
from invoices.changes.policy import STAFF_MAY, Action
from invoices.changes.scene import PATHS
from invoices.documents.models import Adjustment, Invoice
from invoices.documents.queries import figures
from invoices.ledger.queries import faults
from tests.build import a_biller, a_line, a_member, an_invoice
from tests.invoices.changes.forms import HTMX, WHY, ask, fields, path, staff_client, staff_path

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice(None, a_line(40_000), a_line(8_000, 2500, "TV Basis"))  # 600.00


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_every_role_reaches_what_the_matrix_allows_and_nothing_else(
    invoice: Invoice, role: Role, action: Action
) -> None:
    client, url = staff_client(invoice, role), staff_path(invoice, action)
    allowed = role in STAFF_MAY[action]

    page = client.get(f"/staff/{invoice.biller.slug}/invoice/{invoice.public_id}/")

    assert client.get(url).status_code == (200 if allowed else 404)
    assert client.post(url, {"confirm": "1"}).status_code == (422 if allowed else 404)
    # Only what is overdue can be handed to collection, so only there it is offered.
    offered = allowed and action != Action.COLLECT
    assert (f"changes/{PATHS[action]}/" in page.text) is offered


def test_an_agent_credits_a_line_after_seeing_what_the_customer_will_read(
    invoice: Invoice,
) -> None:
    agent, url = staff_client(invoice), staff_path(invoice, Action.CREDIT)
    typed = {"actions-what": "lines", "actions-lines": ["1"], "actions-reason": WHY}

    preview, asked = ask(agent, url, **typed)
    assert "100,00\xa0kr kreditert." in preview.text  # the customer reads Norwegian
    assert WHY in preview.text
    assert "NOK\xa0500.00" in preview.text
    assert figures(invoice).left == 60_000
    done = agent.post(url, asked | {"confirm": "1"})

    assert done.status_code == 303
    assert figures(invoice).left == 50_000
    assert Adjustment.objects.get().lines.get().text == "TV Basis"
    page = agent.get(done["Location"].partition("#")[0])
    assert "NOK\xa0100.00 credited." in page.text
    assert faults() == []


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ({"actions-what": "amount", "actions-amount": "99,50"}, 50_050),
        ({"actions-what": "whole"}, 0),
        ({"actions-what": "lines", "actions-lines": ["0", "1"]}, 0),
    ],
)
def test_an_amount_or_all_of_it_is_credited(
    invoice: Invoice, typed: dict[str, Any], left: int
) -> None:
    agent, url = staff_client(invoice), staff_path(invoice, Action.CREDIT)
    _preview, asked = ask(agent, url, **typed, **{"actions-reason": WHY})

    assert agent.post(url, asked | {"confirm": "1"}).status_code == 303
    assert figures(invoice).left == left


@pytest.mark.parametrize(
    ("action", "typed", "why"),
    [
        (Action.CREDIT, {"actions-what": "lines"}, "Choose one line or more."),
        (Action.CREDIT, {"actions-what": "amount"}, "Write an amount."),
        (Action.CREDIT, {"actions-what": "amount", "actions-amount": "600,01"}, "cannot be"),
        (Action.CREDIT, {"actions-what": "sky"}, "sky"),
        (Action.CREDIT, {"actions-what": "lines", "actions-lines": ["7"]}, "7"),
        (Action.WRITE_DOWN, {"actions-amount": "50,01"}, "NOK 50.00 is the most"),
        (Action.CHARGE, {"actions-amount": "10", "actions-rate": "2500"}, "Write what it is for."),
        (Action.CHARGE, {"actions-text": "x", "actions-rate": "17"}, "17"),
        (Action.MOVE, {"actions-to_on": "2020-01-01"}, "Choose today or a later day."),
    ],
)
def test_what_staff_ask_wrongly_is_refused(
    invoice: Invoice, action: Action, typed: dict[str, Any], why: str
) -> None:
    agent, url = staff_client(invoice), staff_path(invoice, action)
    form = fields(agent.get(url))

    answer = agent.post(url, form | typed | {"actions-reason": WHY, "confirm": "1"})

    assert answer.status_code == 422
    assert why in html.unescape(answer.text).replace("\xa0", " ")
    assert figures(invoice).left == 60_000


@pytest.mark.parametrize("action", Action)
def test_staff_give_a_reason_for_everything(invoice: Invoice, action: Action) -> None:
    admin, url = staff_client(invoice, Role.ADMIN), staff_path(invoice, action)
    with clock.standing_at(clock.now() + timedelta(days=15)):  # when all of them can be done
        form = fields(admin.get(url)) | {"actions-reason": "   ", "confirm": "1"}

        answer = admin.post(url, form)

    assert answer.status_code == 422
    assert "Write why, in a few words." in answer.text


def test_a_charge_is_a_line_of_a_debit_document(invoice: Invoice) -> None:
    agent, url = staff_client(invoice), staff_path(invoice, Action.CHARGE)
    typed = {"text": "Ruter", "amount": "125", "rate": "2500", "reason": WHY}
    _preview, asked = ask(agent, url, **{f"actions-{key}": typed[key] for key in typed})

    agent.post(url, asked | {"confirm": "1"})

    line = Adjustment.objects.get(kind="debit").lines.get()
    assert (line.text, line.net_minor, line.vat_minor) == ("Ruter", 10_000, 2_500)
    assert figures(invoice).left == 72_500


def test_a_dispute_is_marked_and_settled_by_the_form_that_was_opened(invoice: Invoice) -> None:
    agent, url = staff_client(invoice), staff_path(invoice, Action.DISPUTE)
    _first, mark = ask(agent, url, **{"actions-reason": WHY})
    _second, colleagues = ask(agent, url, **{"actions-reason": WHY})
    agent.post(url, mark | {"confirm": "1"})
    page = f"/staff/{invoice.biller.slug}/invoice/{invoice.public_id}/"
    assert "Being looked into" in agent.get(page).text

    agent.post(url, colleagues | {"confirm": "1"})  # was opened before: it does not settle
    assert "Being looked into" in agent.get(page).text
    _third, settle = ask(agent, url, **{"actions-reason": WHY})
    agent.post(url, settle | {"confirm": "1"})

    assert "Being looked into" not in agent.get(page).text


def test_a_cancelled_invoice_offers_nothing_more(invoice: Invoice) -> None:
    finance, url = staff_client(invoice, Role.FINANCE), staff_path(invoice, Action.CANCEL)
    preview, asked = ask(finance, url, **{"actions-reason": WHY})
    assert "stays cancelled" in preview.text

    finance.post(url, asked | {"confirm": "1"})

    page = finance.get(f"/staff/{invoice.biller.slug}/invoice/{invoice.public_id}/")
    assert "Nothing can be changed any more." in page.text
    assert finance.get(staff_path(invoice, Action.CHARGE)).text.count("cannot be done") == 1
    assert figures(invoice).left == 0


def test_the_other_billers_staff_find_nothing(invoice: Invoice) -> None:
    stranger = Client()
    stranger.force_login(a_member(a_biller("norrsken", "SE"), Role.ADMIN))

    for action in Action:
        assert stranger.get(staff_path(invoice, action)).status_code == 404


def test_where_changes_take_a_code_every_way_in_leads_to_it(invoice: Invoice, anna: Client) -> None:
    biller = invoice.biller
    biller.link_code_for = [Area.CHANGES]
    biller.save(update_fields=["link_code_for"])

    plain = [anna.get(path(invoice, step)) for step in ("", "due-date/", "split/")]
    inline = anna.get(path(invoice), headers=HTMX)

    assert {answer.status_code for answer in plain} == {302}
    assert inline.headers["HX-Redirect"] == plain[0]["Location"]
    assert "code" in plain[0]["Location"]
