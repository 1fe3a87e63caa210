"""The customer's forms: from the page to the preview, and done."""

import html
import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from invoices import clock
from invoices.documents.models import Change, Invoice
from invoices.documents.queries import instalments
from invoices.history.models import HistoryEntry
from invoices.ledger.queries import faults
from tests.build import a_line, a_link, an_invoice, an_ocr_file, receive
from tests.invoices.changes.forms import HTMX, ask, due, fields, in_days, path

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice(None, a_line(40_000), a_line(8_000, 2500, "TV Basis"))  # 600.00


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
