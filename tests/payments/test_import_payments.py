"""``manage.py import_payments``: a bank file, its figures and what is said of them."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError

from invoices.billers.models import Biller
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.history.models import HistoryEntry
from payments.bankfiles.models import BankFile
from payments.management.commands.import_payments import Command
from payments.reactions import match_received
from tests.build import a_biller, a_customer, an_invoice, an_ocr_file

pytestmark = pytest.mark.django_db

NAMES = ["file", "format", "payments", "sum_minor", "matched", "unmatched", "duplicates", "refused"]


def _run(*arguments: str) -> tuple[int, str]:
    """The command's exit code and what it printed."""
    out = StringIO()
    try:
        call_command("import_payments", *arguments, stdout=out)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue()
    return 0, out.getvalue()


def _json(*arguments: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(_run(*arguments, "--json")[1])
    return said


def _saved(folder: Path, raw: bytes) -> str:
    path = folder / "bank.txt"
    path.write_bytes(raw)
    return str(path)


def _counts() -> dict[str, int]:
    labels = ("invoices", "payments", "messaging", "procrastinate")
    models = (m for label in labels for m in apps.get_app_config(label).get_models())
    return {m._meta.db_table: m._default_manager.count() for m in models}


def _a_file() -> tuple[Invoice, bytes]:
    """One invoice and a file with a part payment, some of it taken back, and a stray payment."""
    invoice = an_invoice()
    return invoice, an_ocr_file((invoice, 30_000), (invoice, -10_000), ("999", 700))


def test_the_figures_are_one_json_line(tmp_path: Path) -> None:
    invoice, raw = _a_file()

    code, said = _run(_saved(tmp_path, raw), "--json")

    assert (code, said.count("\n")) == (0, 1)
    line = json.loads(said)
    assert list(line) == NAMES
    assert line == {
        "file": "bank.txt",
        "format": "ocrgiro",
        "payments": 3,
        "sum_minor": 20_700,
        "matched": 2,
        "unmatched": 1,
        "duplicates": 0,
        "refused": None,
    }
    assert figures(invoice).left == 30_000


def test_the_job_that_the_file_set_going_finds_nothing_left(tmp_path: Path) -> None:
    _, raw = _a_file()
    _run(_saved(tmp_path, raw))
    before = _counts()

    match_received([entry.pk for entry in HistoryEntry.objects.filter(kind="bankfile.received")])

    assert _counts() == before


def test_the_same_file_again_is_all_duplicates(tmp_path: Path) -> None:
    _, raw = _a_file()
    path = _saved(tmp_path, raw)
    first = _json(path)
    before = _counts()

    again = _json(path)

    assert again == {**first, "matched": 0, "unmatched": 0, "duplicates": 3}
    assert _counts() == before


def test_a_file_that_repeats_payments_counts_each_of_them_once(tmp_path: Path) -> None:
    invoice = an_invoice()
    _run(_saved(tmp_path, an_ocr_file((invoice, 10_000))))
    raw = an_ocr_file((invoice, 10_000), (invoice, 5_000), ("999", 700))

    said = _json(_saved(tmp_path, raw))

    assert (said["matched"], said["unmatched"], said["duplicates"]) == (1, 1, 1)
    assert figures(invoice).left == 35_000


def test_a_dry_run_has_the_same_figures_and_writes_nothing(tmp_path: Path) -> None:
    invoice, raw = _a_file()
    path = _saved(tmp_path, raw)
    before = _counts()

    dry = _json(path, "--dry-run")

    assert _counts() == before
    assert figures(invoice).left == 50_000
    assert dry == _json(path)


def test_people_read_one_paragraph_and_the_payments_that_wait(tmp_path: Path) -> None:
    _, raw = _a_file()

    code, said = _run(_saved(tmp_path, raw))

    assert code == 0
    lines = said.replace("\u00a0", " ").splitlines()
    assert lines[0] == (
        "bank.txt (ocrgiro): 3 payments, NOK 207.00 in all. 2 matched, 1 unmatched, 0 known before."
    )
    assert lines[1] == "Unmatched, the money waits on clearing:"
    assert lines[2].split() == ["999", "NOK", "7.00"]


def test_a_refused_file_says_line_and_reason_and_exits_with_1(tmp_path: Path) -> None:
    _, raw = _a_file()
    lines = raw.splitlines(keepends=True)
    lines[2] = lines[2].replace(b"3", b"4")
    path = _saved(tmp_path, b"".join(lines))

    code, said = _run(path, "--json", "--biller", "fjordfiber")

    assert code == 1
    line = json.loads(said)
    assert list(line) == NAMES
    assert (line["format"], line["payments"], line["matched"]) == ("ocrgiro", 0, 0)
    assert sorted(line["refused"]) == ["line", "reason"]
    assert isinstance(line["refused"]["line"], int)
    assert BankFile.objects.get().state == "refused"
    code, said = _run(path)
    assert code == 1
    assert said.startswith(f"bank.txt was refused in line {line['refused']['line']}: ")


def test_a_refused_dry_run_keeps_nothing(tmp_path: Path) -> None:
    _, raw = _a_file()
    other = a_biller("mobilo", "SE")

    code, said = _run(_saved(tmp_path, raw), "--biller", other.slug, "--dry-run")

    assert code == 1
    assert "was refused" in said
    assert BankFile.objects.count() == 0


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"", "The file is empty."), (b"hello", "not a bank file we can read")],
)
def test_what_is_no_bank_file_is_refused_without_a_line(
    tmp_path: Path, raw: bytes, said: str
) -> None:
    a_biller()

    refused = _json(_saved(tmp_path, raw))

    assert (refused["format"], refused["refused"]["line"]) == (None, None)
    assert said in refused["refused"]["reason"]


def test_the_biller_is_found_by_the_account_in_the_file(tmp_path: Path) -> None:
    a_biller("mobilo", "SE")
    invoice = an_invoice(a_customer(a_biller()))

    _json(_saved(tmp_path, an_ocr_file((invoice, 50_000))))

    assert BankFile.objects.get().biller == invoice.biller


def test_a_file_for_nobodys_account_says_so(tmp_path: Path) -> None:
    invoice = an_invoice()
    raw = an_ocr_file((invoice, 50_000))
    account = invoice.agreement.account
    account.number = "15039999999"
    account.save()

    refused = _json(_saved(tmp_path, raw))["refused"]

    assert "No biller alone has the account" in refused["reason"]


def test_an_unknown_biller_and_a_missing_file_are_one_clear_sentence(tmp_path: Path) -> None:
    _, raw = _a_file()

    with pytest.raises(CommandError, match="There is no biller “nobody”"):
        _run(_saved(tmp_path, raw), "--biller", "nobody")
    with pytest.raises(CommandError, match=r"nowhere\.txt cannot be read: No such file"):
        _run("nowhere.txt")
    assert Biller.objects.count() == 1


LINE_NAMES = [
    "line",
    "reference",
    "text",
    "payer_name",
    "payer_account",
    "amount_minor",
    "currency",
] + ["booked_on", "result", "invoice", "booked", "rule", "evidence", "candidates"]


def _a_mixed_file() -> tuple[Invoice, Invoice, bytes]:
    """An exact payment, a repaired one, one to look at, one that leads nowhere."""
    customer = a_customer(a_biller())
    first, second = an_invoice(customer), an_invoice(customer)
    short = second.reference[:-1]
    raw = an_ocr_file(
        (first, 60_000), (short, 50_000), (short, 1_234), ("", 99), biller=customer.biller
    )
    return first, second, raw


def test_every_line_is_told_with_its_result_and_evidence(tmp_path: Path) -> None:
    first, second, raw = _a_mixed_file()

    said = _json(_saved(tmp_path, raw), "--lines")

    assert list(said) == [*NAMES, "lines"]
    lines = said["lines"]
    assert all(list(line) == LINE_NAMES for line in lines)
    assert [line["result"] for line in lines] == ["matched", "matched", "review", "unmatched"]
    assert [line["invoice"] for line in lines] == [first.number, second.number, None, None]
    assert [line["line"] for line in lines] == sorted(line["line"] for line in lines)
    assert lines[0]["booked"] == [
        {"invoice": first.number, "to_invoice_minor": 50_000, "to_credit_minor": 10_000}
    ]
    assert (lines[0]["rule"], lines[1]["rule"]) == ("exact", "check_digit_missing")
    words = [each["words"] for each in lines[1]["evidence"]]
    assert "The last digit of the reference is missing." in words
    (candidate,) = lines[2]["candidates"]
    assert candidate["invoices"] == [second.number]
    assert {"check_digit_missing", "paid_before"} <= {e["code"] for e in candidate["evidence"]}
    assert lines[3]["candidates"] == []


def test_a_dry_run_tells_the_same_lines_and_a_second_run_duplicates(tmp_path: Path) -> None:
    first, _, raw = _a_mixed_file()
    path = _saved(tmp_path, raw)
    before = _counts()

    dry = _json(path, "--lines", "--dry-run")
    assert _counts() == before
    real = _json(path, "--lines")
    again = _json(path, "--lines")

    assert dry == real
    assert {line["result"] for line in again["lines"]} == {"duplicate"}
    assert again["lines"][0]["invoice"] == first.number


def test_a_payment_that_another_file_brought_is_a_duplicate(tmp_path: Path) -> None:
    first, _, raw = _a_mixed_file()
    _json(_saved(tmp_path, an_ocr_file((first, 60_000))))

    lines = _json(_saved(tmp_path, raw), "--lines")["lines"]

    assert [line["result"] for line in lines] == ["duplicate", "matched", "review", "unmatched"]


def test_a_refused_file_has_no_lines_and_help_explains_the_names(tmp_path: Path) -> None:
    assert _json(_saved(tmp_path, b"hello"), "--lines")["lines"] == []

    parser = Command().create_parser("manage.py", "import_payments")
    said = parser.format_help()
    assert all(name in said for name in (*NAMES, *LINE_NAMES))
