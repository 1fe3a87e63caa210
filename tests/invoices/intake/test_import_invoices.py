"""``manage.py import_invoices``: from a file to issued invoices, or to a list of what to mend."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from invoices.billers.models import Agreement, Biller
from invoices.customers.models import ContactPoint, Customer
from invoices.documents.amounts import LineDraft
from invoices.documents.models import Invoice, InvoiceLine
from invoices.documents.references import is_kid, make_kid
from invoices.history.models import HistoryEntry
from invoices.ledger.queries import faults
from tests.build import a_biller, a_customer, an_invoice
from tests.invoices.intake.files import ENGLISH, NORWEGIAN, TWO_INVOICES, a_sheet, saved

pytestmark = pytest.mark.django_db


def _run(*arguments: str) -> tuple[int, str]:
    """The command's exit code and what it printed."""
    out = StringIO()
    try:
        call_command("import_invoices", *arguments, stdout=out)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue()
    return 0, out.getvalue()


def _json(*arguments: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(_run(*arguments, "--json")[1])
    return said


def _errors(*arguments: str) -> list[tuple[int | None, str | None, str]]:
    return [(each["row"], each["column"], each["reason"]) for each in _json(*arguments)["errors"]]


def _counts() -> dict[str, int]:
    """Rows of every table of ours and of the jobs."""
    labels = ("invoices", "payments", "messaging", "procrastinate")
    models = (m for label in labels for m in apps.get_app_config(label).get_models())
    return {m._meta.db_table: m._default_manager.count() for m in models}


def test_rows_become_invoices_with_lines_references_ledger_and_history(tmp_path: Path) -> None:
    biller = a_biller()

    code, said = _run(saved(tmp_path, TWO_INVOICES))

    assert code == 0
    assert "2 invoices of Fjordfiber are issued, NOK" in said.replace("\u00a0", " ")
    assert "to 2 new and 0 known customers" in said
    anna, bo = Invoice.objects.order_by("number")
    assert (anna.number, anna.total_minor, anna.vat_minor) == ("5001", 62_500, 12_500)
    assert (bo.number, bo.total_minor, bo.vat_minor) == ("5002", 10_000, 0)
    assert [line.text for line in InvoiceLine.objects.filter(invoice=bo)] == ["=HYPERLINK(1)"]
    assert is_kid(anna.reference, [13], "mod10")
    assert HistoryEntry.objects.filter(kind="invoice.issued", biller=biller).count() == 2
    assert faults() == []


def test_customers_get_their_contact_points_in_order_and_known_ones_stay(tmp_path: Path) -> None:
    biller = a_biller()
    known = a_customer(biller, "Bo Before", "K-1002")

    said = _json(saved(tmp_path, TWO_INVOICES))

    assert (said["invoices"], said["customers_new"]) == (2, 1)
    anna = Customer.objects.get(number="K-1001")
    assert list(anna.contact_points.values_list("kind", "value")) == [
        ("email", "anna@example.com"),
        ("phone", "+4790012345"),
        ("address", "Storgata 1"),
    ]
    known.refresh_from_db()
    assert known.name == "Bo Before"
    assert ContactPoint.objects.filter(customer=known).count() == 2


def test_a_norwegian_file_in_latin_1_with_decimal_commas_is_exact(tmp_path: Path) -> None:
    a_biller()
    rows = "K-1;Bjørn Ås;;;;;;01.11.2026;28.11.2026;Fiber på hytta;1,5;1 234,50;25 %\r\n"

    said = _json(saved(tmp_path, f"{NORWEGIAN}\r\n{rows}".encode("iso-8859-1")))

    assert (said["sum_minor"], said["currency"]) == (231_469, "NOK")
    assert Customer.objects.get().name == "Bjørn Ås"
    assert Invoice.objects.get().number == "1"


def test_rows_without_a_number_are_one_invoice_while_they_belong_together(tmp_path: Path) -> None:
    a_biller()
    blank = {"Invoice number": ""}
    other_day = {**blank, "Due date": "2026-12-01"}

    said = _json(saved(tmp_path, a_sheet(blank, blank, other_day, blank)))

    assert said["invoices"] == 3
    counts = [InvoiceLine.objects.filter(invoice=i).count() for i in Invoice.objects.order_by("pk")]
    assert counts == [2, 1, 1]


def test_rows_with_a_number_are_one_invoice_wherever_they_stand(tmp_path: Path) -> None:
    a_biller()
    sheet = a_sheet({}, {"Invoice number": "5002"}, {})

    assert _json(saved(tmp_path, sheet))["invoices"] == 2
    assert InvoiceLine.objects.filter(invoice__number="5001").count() == 2


def test_the_billers_own_series_goes_on_after_the_numbers_in_the_file(tmp_path: Path) -> None:
    biller = a_biller()

    _run(saved(tmp_path, a_sheet({"Invoice number": "2"}, {"Invoice number": ""})))

    assert sorted(Invoice.objects.values_list("number", flat=True)) == ["2", "3"]
    assert an_invoice(a_customer(biller)).number == "4"


def test_a_valid_reference_in_the_file_is_kept(tmp_path: Path) -> None:
    a_biller()
    kid = make_kid(77, 13, "mod10", "000009")

    _run(saved(tmp_path, a_sheet({"Reference": f"{kid[:6]} {kid[6:]}"})))

    assert Invoice.objects.get().reference == kid


def test_the_import_issues_as_issue_invoices_does_one_by_one(tmp_path: Path) -> None:
    first, second = a_biller(), a_biller("mobilo")
    _run(saved(tmp_path, TWO_INVOICES), "--biller", "fjordfiber")

    for number in ("5001", "5002"):
        bought = Invoice.objects.get(biller=first, number=number)
        customer = a_customer(second, bought.customer.name, bought.customer.number)
        again = an_invoice(customer, *_drafts(bought), issued_on=bought.issued_on)
        assert (again.total_minor, again.vat_minor, again.reference) == (
            bought.total_minor,
            bought.vat_minor,
            bought.reference,
        )


def _drafts(invoice: Invoice) -> list[LineDraft]:
    return [
        LineDraft(line.text, line.unit_price_minor, line.vat_basis_points, line.quantity_milli)
        for line in InvoiceLine.objects.filter(invoice=invoice)
    ]


KID = make_kid(1, 13, "mod10", "000001")
BAD_BOOKS = [
    ([{"Reference": "123456"}], 2, "Reference", "not a reference under the agreement"),
    ([{"Reference": KID}, {"Invoice number": "6", "Reference": KID}], 3, "Reference", "in row 2"),
    ([{}, {"Customer number": "K-2", "Name": "Bo"}], 3, "Customer number", "Row 2 of invoice 5001"),
    ([{}, {"Due date": "2026-12-24"}], 3, "Due date", "here stands “2026-12-24”"),
    ([{}, {"Issue date": "2026-11-02"}], 3, "Issue date", "here stands “2026-11-02”"),
    ([{}, {"Reference": KID}], 3, "Reference", "Row 2 of invoice 5001"),
    ([{}, {"Name": "Anne Berg"}], 3, "Name", "Row 2 says “Anna Berg” of customer K-1001"),
    ([{"E-mail": ""}, {}, {"E-mail": "a@b.no"}], 4, "E-mail", "Row 3 says “anna@example.com”"),
    ([{"Unit price": "-400"}], 2, "Unit price", "nothing to pay"),
    ([{"Quantity": "1000000", "Unit price": "100000000"}], 2, "Unit price", "larger than any"),
    ([{}] * 1_001, 2, None, "1001 lines; 1000 is the most"),
]


@pytest.mark.parametrize(("rows", "row", "column", "said"), BAD_BOOKS)
def test_what_does_not_fit_together_is_told_and_nothing_is_imported(
    tmp_path: Path, rows: list[dict[str, str]], row: int, column: str | None, said: str
) -> None:
    a_biller()
    before = _counts()

    errors = _errors(saved(tmp_path, a_sheet(*rows)))

    assert [(each[0], each[1]) for each in errors] == [(row, column)]
    assert said in errors[0][2]
    assert _counts() == before


def test_one_bad_row_keeps_all_good_ones_out_and_exits_with_1(tmp_path: Path) -> None:
    a_biller()
    before = _counts()

    code, said = _run(saved(tmp_path, TWO_INVOICES + ENGLISH.replace("Customer number", "")))

    assert code == 1
    assert "nothing was imported" in said
    assert "Customer number" in said
    assert _counts() == before


def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path: Path) -> None:
    a_biller()
    path = saved(tmp_path, TWO_INVOICES)
    before = _counts()

    dry = _json(path, "--dry-run")

    assert _counts() == before
    assert Biller.objects.get().next_invoice_no == 1
    assert Agreement.objects.get().next_serial == 1
    assert dry == {**_json(path), "dry_run": True}


def test_the_json_line_has_its_shape(tmp_path: Path) -> None:
    a_biller()
    code, said = _run(saved(tmp_path, TWO_INVOICES), "--json", "--links")

    assert (code, said.count("\n")) == (0, 1)
    line = json.loads(said)
    links = line.pop("links")
    assert line == {
        "file": "invoices.csv",
        "invoices": 2,
        "customers_new": 2,
        "sum_minor": 72_500,
        "currency": "NOK",
        "dry_run": False,
        "errors": [],
    }
    assert [sorted(link) for link in links] == [["number", "reference", "url"]] * 2


def test_every_link_opens_its_invoice(tmp_path: Path, client: Client) -> None:
    a_biller()

    for link in _json(saved(tmp_path, TWO_INVOICES), "--links")["links"]:
        answer = client.get("/i/" + link["url"].rpartition("/i/")[2])
        invoice = Invoice.objects.get(number=link["number"], reference=link["reference"])
        assert answer.status_code == 302
        assert str(invoice.public_id) in answer.headers["Location"]


def test_the_same_file_again_is_refused(tmp_path: Path) -> None:
    a_biller()
    path = saved(tmp_path, a_sheet({"Invoice number": ""}))
    _run(path)
    before = _counts()

    assert "was imported on" in _errors(path)[0][2]
    assert _counts() == before


def test_a_number_that_is_issued_already_is_refused_in_another_file_too(tmp_path: Path) -> None:
    a_biller()
    _run(saved(tmp_path, TWO_INVOICES))

    errors = _errors(saved(tmp_path, TWO_INVOICES + "\n"))

    assert [(row, column) for row, column, _ in errors] == [
        (2, "Invoice number"),
        (4, "Invoice number"),
    ]
    assert "issued already" in errors[0][2]


def test_another_biller_may_have_the_same_file_and_numbers(tmp_path: Path) -> None:
    a_biller(), a_biller("mobilo")
    path = saved(tmp_path, TWO_INVOICES)

    assert [_run(path, "--biller", slug)[0] for slug in ("fjordfiber", "mobilo")] == [0, 0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say which biller with --biller: fjordfiber, mobilo."),
        (["--biller", "nobody"], "There is no biller “nobody”"),
    ],
)
def test_a_biller_that_is_not_clear_is_asked_for(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    a_biller(), a_biller("mobilo")

    with pytest.raises(CommandError) as refused:
        _run(saved(tmp_path, TWO_INVOICES), *arguments)

    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_one_clear_sentence() -> None:
    a_biller()

    with pytest.raises(CommandError) as refused:
        _run("nowhere.csv")

    assert str(refused.value) == "nowhere.csv cannot be read: No such file or directory."


def test_the_query_count_does_not_grow_with_the_file(
    tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    a_biller()
    rows = [{"Invoice number": str(n), "Customer number": f"K{n}"} for n in range(1, 301)]

    with django_assert_max_num_queries(45):
        assert _json(saved(tmp_path, a_sheet(*rows)))["invoices"] == 300
