"""``manage.py check_ledger``: the sums, and the proof or the faults."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from invoices.ledger.models import Account
from tests.build import an_invoice, an_ocr_file, receive

pytestmark = pytest.mark.django_db


def _said(*arguments: str) -> str:
    out = StringIO()
    call_command("check_ledger", *arguments, stdout=out)
    return out.getvalue().replace("\u00a0", " ")


def test_the_sums_per_biller_and_kind_are_printed_with_the_proof() -> None:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 20_000), ("999", 700)))

    lines = [line.split() for line in _said().splitlines()]

    assert lines == [
        ["fjordfiber", "bank", "NOK", "207.00"],
        ["fjordfiber", "clearing", "NOK", "7.00"],
        ["fjordfiber", "receivable", "NOK", "300.00"],
        ["fjordfiber", "sales", "NOK", "500.00"],
        ["The", "ledger", "adds", "up."],
    ]


def test_a_fault_is_named_and_exits_with_1() -> None:
    account = Account.objects.get(invoice=an_invoice())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE invoices_account SET debit_minor = 1 WHERE id = %s", [account.pk])
    out = StringIO()

    with pytest.raises(SystemExit) as stopped:
        call_command("check_ledger", "--json", stdout=out)

    assert stopped.value.code == 1
    assert {fault["account_id"] for fault in json.loads(out.getvalue())["faults"]} == {account.pk}


def test_an_empty_ledger_adds_up() -> None:
    assert json.loads(_said("--json")) == {"sums": [], "faults": []}
