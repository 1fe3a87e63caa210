"""Changing without scripts: pages, previews, refusals, redirects, and who is let in."""

import html
import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from invoices import clock
from invoices.billers.areas import Area
from invoices.billers.roles import Role
from invoices.changes.policy import STAFF_MAY, Action
from invoices.changes.scene import PATHS, STAFF_NAMES
from invoices.documents.models import Adjustment, Change, Invoice
from invoices.documents.queries import figures, instalments
from invoices.history.models import HistoryEntry
from invoices.ledger.queries import faults
from tests.build import a_biller, a_line, a_link, a_member, an_invoice, an_ocr_file, receive

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
WHY = "Avtalt på telefon"


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice(None, a_line(40_000), a_line(8_000, 2500, "TV Basis"))  # 600.00


@pytest.fixture
def anna(invoice: Invoice) -> Client:
    """The customer's browser, which reads English."""
    client = Client()
    client.cookies["nota_language"] = "en"
    assert client.get(a_link(invoice)).status_code == 302
    return client


def staff_client(invoice: Invoice, role: Role = Role.AGENT) -> Client:
    client = Client()
    client.cookies["nota_language"] = "en"
    client.force_login(a_member(invoice.biller, role))
    return client


def path(invoice: Invoice, step: str = "") -> str:
    return f"/invoice/{invoice.public_id}/changes/{step}"


def staff_path(invoice: Invoice, action: Action) -> str:
    where = {"slug": invoice.biller.slug, "public_id": invoice.public_id}
    return reverse(STAFF_NAMES[action], kwargs=where)


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def fields(page: Any) -> dict[str, Any]:
    """What a browser would send of the form on the page, nothing typed in."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        pickable = 'type="radio"' in tag or 'type="checkbox"' in tag
        ours = name and name[1].startswith(("changes-", "actions-"))
        if name and ours and (not pickable or "checked" in tag):
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    return found


def ask(client: Client, url: str, **typed: Any) -> tuple[Any, dict[str, Any]]:
    """Open the form, fill it in, and look at the preview; what the confirmation would send."""
    form = client.get(url)
    assert form.status_code == 200
    asked = fields(form) | typed
    preview = client.post(url, asked)
    return preview, asked


def due(invoice: Invoice) -> date:
    return Invoice.objects.get(pk=invoice.pk).due_on


# ---------------------------------------------------------------- the customer


def test_the_page_leads_to_the_choices_and_these_to_the_forms(
    invoice: Invoice, anna: Client
) -> None:
    page = anna.get(f"/invoice/{invoice.public_id}/")
    choices = anna.get(path(invoice))

    assert f'href="{path(invoice)}"' in page.text
    for step in ("due-date/", "split/"):
        assert f'href="{path(invoice, step)}"' in choices.text


def test_the_due_date_moves_by_three_plain_pages(invoice: Invoice, anna: Client) -> None:
    url, to_on = path(invoice, "due-date/"), in_days(20)

    preview, asked = ask(anna, url, **{"changes-to_on": to_on.isoformat()})
    assert (preview.status_code, due(invoice)) == (200, in_days(14))
    assert "It costs nothing" in preview.text
    assert "can be undone until" in preview.text
    confirmed = fields(preview)
    assert confirmed["changes-request_id"] == asked["changes-request_id"]
    done = anna.post(url, confirmed | {"confirm": "1"})

    assert (done.status_code, due(invoice)) == (303, to_on)
    page = anna.get(done["Location"].partition("#")[0])
    assert "The due date is now" in page.text
    assert faults() == []


def test_a_preview_changes_nothing(invoice: Invoice, anna: Client) -> None:
    before = HistoryEntry.objects.count()

    ask(anna, path(invoice, "due-date/"), **{"changes-to_on": in_days(20).isoformat()})

    assert HistoryEntry.objects.count() == before
    assert not Change.objects.exists()


def test_a_form_that_is_sent_twice_changes_once_and_says_so_twice(
    invoice: Invoice, anna: Client
) -> None:
    url = path(invoice, "due-date/")
    _preview, asked = ask(anna, url, **{"changes-to_on": in_days(20).isoformat()})

    answers = [anna.post(url, asked | {"confirm": "1"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert HistoryEntry.objects.filter(kind="invoice.due_moved").count() == 1


@pytest.mark.parametrize(
    ("to_on", "why"),
    [
        ("", "Choose a day."),
        ("2026-02-30", "Choose a day that exists."),
        ("tomorrow", "Choose a day that exists."),
        ("9999-12-31", "at the latest"),
        ("0001-01-01", "Choose a day after"),
    ],
)
def test_a_day_that_cannot_be_chosen_is_refused_beside_the_calendar(
    invoice: Invoice, anna: Client, to_on: str, why: str
) -> None:
    url = path(invoice, "due-date/")

    answer = anna.post(url, {"changes-request_id": uuid.uuid4(), "changes-to_on": to_on})

    assert answer.status_code == 422
    assert answer.text.count(why) == 2  # in the summary, and beside the days
    assert 'class="error-summary" role="alert" tabindex="-1" autofocus' in answer.text
    assert 'href="#id_changes-to_on"' in answer.text
    assert 'id="id_changes-to_on"' in answer.text


def test_the_calendar_marks_what_is_special(anna: Client, invoice: Invoice) -> None:
    answer = anna.get(path(invoice, "due-date/"))

    assert answer.text.count('type="radio"') == 30
    assert "not a bank day" in answer.text
    assert "the due date now" in answer.text


@time_machine.travel("2026-11-22 12:00 +01:00", tick=False)
def test_the_payday_is_suggested_and_chosen_beforehand() -> None:
    now = clock.now()
    first = an_invoice()
    for number, ago in enumerate((62, 31), start=1):
        with clock.standing_at(now - timedelta(days=ago)):
            paid = an_invoice(first.customer)
            receive(paid.biller, an_ocr_file((paid, 50_000), number=number))
    invoice = an_invoice(first.customer)
    anna = Client()
    anna.cookies["nota_language"] = "en"
    anna.get(a_link(invoice))

    answer = anna.get(path(invoice, "due-date/"))

    assert "Suggested: <b>Tuesday 22 December</b>" in answer.text
    assert re.search(r'value="2026-12-22" checked', answer.text)


def test_instalments_are_equal_unless_others_are_written(invoice: Invoice, anna: Client) -> None:
    url = path(invoice, "split/")
    form = anna.get(f"{url}?count=3")
    assert fields(form)["changes-amount_3"] == ["200.00"]

    asked = fields(form) | {"changes-amount_1": "300", "changes-amount_2": "100"}
    preview = anna.post(url, asked)
    done = anna.post(url, fields(preview) | {"confirm": "1"})

    assert done.status_code == 303
    parts = [part.amount for part in instalments(invoice, 60_000)]
    assert parts == [30_000, 10_000, 20_000]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"changes-amount_1": "299"}, "The parts come to NOK 599.00; NOK 600.00 is left to pay."),
        ({"changes-amount_1": "much"}, "is not an amount"),
        ({"changes-amount_1": ""}, "Write an amount."),
        ({"changes-amount_1": "0"}, "more than nothing"),
        ({"changes-amount_1": "50", "changes-amount_2": "550"}, "Each part must be NOK 100.00"),
        ({"changes-on_2": ""}, "Choose a day."),
        ({"changes-on_2": "2020-01-01"}, "Choose a day after the one before it."),
        ({"changes-on_2": "9999-01-01"}, "is too late"),
    ],
)
def test_instalments_that_do_not_fit_are_refused_with_what_was_typed(
    invoice: Invoice, anna: Client, typed: dict[str, str], why: str
) -> None:
    url = path(invoice, "split/")

    answer = anna.post(url, fields(anna.get(url)) | typed)

    assert answer.status_code == 422
    assert why in html.unescape(answer.text).replace("\xa0", " ")
    name, value = next(iter(typed.items()))
    assert fields(answer)[name] == [value]
    assert not Change.objects.exists()


@pytest.mark.parametrize("count", ["", "1", "5", "99", "-2", "x", "٣"])
def test_an_odd_number_of_parts_is_two(invoice: Invoice, anna: Client, count: str) -> None:
    answer = anna.get(path(invoice, "split/"), {"count": count})

    assert fields(answer)["changes-count"] == ["2"]


def test_what_was_asked_can_be_changed_before_it_is_done(invoice: Invoice, anna: Client) -> None:
    url = path(invoice, "due-date/")
    preview, _asked = ask(anna, url, **{"changes-to_on": in_days(20).isoformat()})

    form = anna.post(url, fields(preview) | {"edit": "1"})

    assert form.status_code == 200
    assert fields(form)["changes-to_on"] == [in_days(20).isoformat()]


def test_a_customer_undoes_and_the_page_says_so(invoice: Invoice, anna: Client) -> None:
    url = path(invoice, "due-date/")
    _preview, asked = ask(anna, url, **{"changes-to_on": in_days(20).isoformat()})
    anna.post(url, asked | {"confirm": "1"})
    page = anna.get(f"/invoice/{invoice.public_id}/")
    change = re.search(r'name="change" value="([^"]+)"', page.text)
    assert change

    answers = [anna.post(path(invoice, "undo/"), {"change": change[1]}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert due(invoice) == in_days(14)
    page = anna.get(f"/invoice/{invoice.public_id}/")
    assert "Undone." in page.text
    assert 'name="change"' not in page.text


def test_an_undo_that_comes_too_late_says_why(invoice: Invoice, anna: Client) -> None:
    url = path(invoice, "due-date/")
    _preview, asked = ask(anna, url, **{"changes-to_on": in_days(20).isoformat()})
    anna.post(url, asked | {"confirm": "1"})
    receive(invoice.biller, an_ocr_file((invoice, 100)))

    answer = anna.post(path(invoice, "undo/"), {"change": Change.objects.get().public_id})

    assert answer.status_code == 422
    assert "something else has happened since" in answer.text


@pytest.mark.parametrize("change", ["", "x", str(uuid.UUID(int=7))])
def test_an_undo_of_nothing_undoes_nothing(invoice: Invoice, anna: Client, change: str) -> None:
    answer = anna.post(path(invoice, "undo/"), {"change": change})

    assert answer.status_code in (404, 422)


def test_what_cannot_be_done_says_why_and_how_to_go_on(invoice: Invoice, anna: Client) -> None:
    receive(invoice.biller, an_ocr_file((invoice, 60_000)))

    choices = anna.get(path(invoice))
    form = anna.get(path(invoice, "due-date/"))
    posted = anna.post(path(invoice, "due-date/"), {"confirm": "1"})

    for answer in (choices, form, posted):
        assert "There is nothing left to pay" in answer.text
    assert (choices.status_code, form.status_code, posted.status_code) == (200, 200, 422)


def test_over_htmx_the_same_steps_are_panels_of_the_page(invoice: Invoice, anna: Client) -> None:
    url = path(invoice, "due-date/")
    form = anna.get(url, headers=HTMX)
    asked = fields(form) | {"changes-to_on": in_days(20).isoformat()}
    preview = anna.post(url, asked, headers=HTMX)
    refused = anna.post(url, asked | {"changes-to_on": ""}, headers=HTMX)
    done = anna.post(url, fields(preview) | {"confirm": "1"}, headers=HTMX)

    for step in (form, preview, refused):
        assert step.text.lstrip().startswith('<section id="panel-changes"')
        assert "data-open-form" in step.text
        assert "<html" not in step.text
    assert refused.status_code == 422
    assert done.status_code == 200
    assert "The due date is now" in done.text
    assert "data-open-form" not in done.text
    assert "hx-swap-oob" not in done.text


# ---------------------------------------------------------------- staff


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
