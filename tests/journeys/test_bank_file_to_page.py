"""From the bank's file to what the customer reads."""

import pytest
from django.test import Client

from invoices.documents.queries import figures
from invoices.ledger.queries import faults
from tests.build import a_link, an_invoice, an_ocr_file, receive

pytestmark = pytest.mark.django_db


def test_a_part_payment_lowers_what_is_left_and_stands_in_the_history(client: Client) -> None:
    invoice = an_invoice()
    page = client.get(a_link(invoice), follow=True)
    assert 'data-left-minor="50000"' in page.text

    receive(invoice.biller, an_ocr_file((invoice, 20_000)))

    page = client.get(page.request["PATH_INFO"])
    assert 'data-left-minor="30000"' in page.text
    assert "received" in page.text or "mottatt" in page.text
    assert faults() == []


def test_the_same_file_again_books_nothing(client: Client) -> None:
    invoice = an_invoice()
    raw = an_ocr_file((invoice, 20_000), ("999", 700))

    first = receive(invoice.biller, raw)
    again = receive(invoice.biller, raw)

    assert (first.duplicates, again.duplicates) == (0, 2)
    assert figures(invoice).left == 30_000


def test_more_than_is_left_becomes_credit_and_can_be_taken_back(client: Client) -> None:
    invoice = an_invoice()

    receive(invoice.biller, an_ocr_file((invoice, 60_000)))
    assert (figures(invoice).left, figures(invoice).paid) == (0, 50_000)
    receive(invoice.biller, an_ocr_file((invoice, -60_000), number=2))

    assert (figures(invoice).left, figures(invoice).paid) == (50_000, 0)
    assert faults() == []
