"""The document of record: made once, the same for ever."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.test import Client

from invoices.documents.actions import credit_invoice, move_due_date
from invoices.documents.links.models import SecretLink
from invoices.documents.models import Invoice
from invoices.documents.pdf import actions, qr
from invoices.documents.pdf.models import StoredPdf
from invoices.documents.pdf.paper import issued_paper
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from tests.build import a_line, an_invoice, an_ocr_file, receive
from tests.invoices.documents.pdf.papers import opened, record_of


@pytest.mark.django_db
def test_the_second_time_it_is_the_same_to_the_byte() -> None:
    invoice = an_invoice()

    first, second = record_of(invoice), record_of(invoice)

    assert bytes(first.content) == bytes(second.content)
    assert first.sha256 == hashlib.sha256(bytes(first.content)).hexdigest()
    assert StoredPdf.objects.count() == 1


@pytest.mark.django_db
def test_nothing_that_happens_later_changes_it() -> None:
    invoice = an_invoice()
    before = bytes(record_of(invoice).content)
    credit_invoice(invoice.pk, [a_line(8_000)], reason="Late", actor=SYSTEM)
    move_due_date(invoice.pk, invoice.due_on + timedelta(days=7), reason="", actor=SYSTEM)
    receive(invoice.biller, an_ocr_file((invoice, 10_000)))

    assert bytes(record_of(Invoice.objects.get(pk=invoice.pk)).content) == before


@pytest.mark.django_db
def test_made_late_it_says_what_was_issued_all_the_same() -> None:
    invoice = an_invoice()
    early = issued_paper(invoice, "en", link="", qr_svg="")
    credit_invoice(invoice.pk, [a_line(8_000)], reason="Late", actor=SYSTEM)
    move_due_date(invoice.pk, invoice.due_on + timedelta(days=7), reason="", actor=SYSTEM)
    receive(invoice.biller, an_ocr_file((invoice, 10_000)))

    late = issued_paper(Invoice.objects.get(pk=invoice.pk), "en", link="", qr_svg="")

    assert late == early


@pytest.mark.django_db
def test_each_language_and_kind_is_a_record_of_its_own() -> None:
    invoice = an_invoice()

    record_of(invoice, "nb")
    record_of(invoice, "sv")

    assert StoredPdf.objects.count() == 2


@pytest.mark.django_db
def test_the_qr_leads_to_the_live_page_by_a_link_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []

    def draw(text: str) -> str:
        drawn.append(text)
        return qr.qr_svg(text)

    monkeypatch.setattr(actions, "qr_svg", draw)
    invoice = an_invoice()

    stored = record_of(invoice)
    record_of(invoice)

    (address,) = drawn
    link = SecretLink.objects.get(invoice=invoice)
    assert link.channel == "pdf"
    assert HistoryEntry.objects.filter(invoice=invoice, kind="link.made").count() == 1
    page = Client().get(address[address.index("/i/") :], follow=True)
    assert page.status_code == 200
    assert page.context["page"].invoice == invoice
    pdf = opened(bytes(stored.content))
    (annotation,) = pdf.pages[0].Annots.as_list()
    assert str(annotation.A.URI) == address


@pytest.mark.django_db
def test_a_drawing_that_fails_leaves_neither_link_nor_entry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from invoices.documents.pdf import render

    def fail(*args: object, **kwargs: object) -> bytes:
        raise RuntimeError("no ink")

    monkeypatch.setattr(render, "drawn", fail)
    invoice = an_invoice()

    with pytest.raises(RuntimeError):
        record_of(invoice)

    assert not SecretLink.objects.filter(invoice=invoice).exists()
    assert not StoredPdf.objects.exists()
    assert not HistoryEntry.objects.filter(invoice=invoice, kind="link.made").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE invoices_storedpdf SET sha256 = ''", "DELETE FROM invoices_storedpdf"]
)
def test_postgresql_itself_refuses_to_change_it(statement: str) -> None:
    record_of(an_invoice())

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_first_at_once_get_one_record() -> None:
    invoice = an_invoice()

    def ask(_: int) -> bytes:
        try:
            return bytes(record_of(invoice).content)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(ask, range(2))

    assert one == other
    assert StoredPdf.objects.count() == 1
    assert SecretLink.objects.filter(invoice=invoice).count() == 1


def test_a_qr_is_a_small_picture_with_a_quiet_zone() -> None:
    svg = qr.qr_svg("https://nota.example/i/" + "a" * 32)

    assert svg.startswith("<svg")
    assert 'viewBox="0 0 4' in svg
    assert len(svg) < 6_000
