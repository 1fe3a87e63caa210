"""What the papers say, and how they are built for eyes, screen readers and programs."""

import shutil
import subprocess
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.utils import translation
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from invoices import clock
from invoices.billers.models import Agreement, PayeeAccount
from invoices.billers.roles import Role
from invoices.changes.actions import Asker, write_down
from invoices.customers.models import ContactPoint
from invoices.documents.actions import (
    charge_invoice,
    credit_invoice,
    move_due_date,
    split_invoice,
)
from invoices.documents.models import Invoice
from invoices.documents.pdf import drawing, words
from invoices.documents.pdf.actions import pdf_now, receipt_pdf
from invoices.documents.pdf.queries import moves
from invoices.documents.queries import figures
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from tests.build import (
    a_biller,
    a_customer,
    a_line,
    a_member,
    an_invoice,
    an_ocr_file,
    receive,
)
from tests.invoices.documents.pdf.papers import opened, record_of, structure_of, text_of

pytestmark = pytest.mark.django_db


def now_of(invoice: Invoice, language: str = "en") -> str:
    invoice.refresh_from_db()
    with translation.override(language):
        return text_of(pdf_now(invoice, language=language))


@pytest.mark.parametrize("language", ["nb", "sv", "en"])
def test_the_record_is_tagged_titled_and_in_the_readers_language(language: str) -> None:
    invoice = an_invoice()

    content = bytes(record_of(invoice, language).content)

    pdf = opened(content)
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == language
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    heading = {"nb": "Faktura", "sv": "Faktura", "en": "Invoice"}[language]
    assert str(pdf.docinfo.Title) == f"{heading} {invoice.number} · Fjordfiber"
    assert b"pdfuaid" in pdf.Root.Metadata.read_bytes()
    assert all("FontFile" in str(list(font.keys())) for font in _embedded(pdf))


def _embedded(pdf: pikepdf.Pdf) -> list[Any]:
    fonts = [font for page in pdf.pages for _name, font in page.resources.Font.items()]
    assert fonts
    return [font.DescendantFonts[0].FontDescriptor for font in fonts]


def test_the_structure_names_headings_tables_and_the_picture() -> None:
    names = structure_of(bytes(record_of(an_invoice()).content))

    assert names[0] == "Document"
    assert names.count("H1") == 1
    assert {"H2", "P", "Table", "THead", "TBody", "TR", "TH", "TD", "Figure", "Link"} <= set(names)


def test_a_reading_program_meets_the_same_words_in_order(tmp_path: Path) -> None:
    program = shutil.which("pdfinfo")
    if program is None:
        pytest.skip("needs pdfinfo (apt-get install poppler-utils)")
    file = tmp_path / "invoice.pdf"
    file.write_bytes(bytes(record_of(an_invoice()).content))

    told = subprocess.run(
        [program, "-struct-text", str(file)], capture_output=True, text=True, check=True
    ).stdout

    places = [told.index(word) for word in ("Invoice 1", "To pay", "Fiber 500", "Pay in your")]
    assert places == sorted(places)


def test_a_norwegian_invoice_says_account_kid_and_vat_by_rate() -> None:
    biller = a_biller()
    biller.org_no = "999888777"
    biller.support_email = "hjelp@fjordfiber.example"
    customer = a_customer(biller, "Lina Haugen")
    ContactPoint.objects.create(
        customer=customer, kind="address", value="Storgata 12 B, 0155 Oslo", rank=9
    )
    invoice = an_invoice(customer, a_line(), a_line(19_900, 0, "Bok"))
    invoice.customer.biller = invoice.biller = biller

    said = text_of(bytes(record_of(invoice, "nb").content))

    account = PayeeAccount.objects.get(biller=biller)
    for words_ in (
        "Lina Haugen",
        "Storgata 12 B",
        "0155 Oslo",
        words.account_words(account).replace("\u00a0", " "),
        "KID",
        "699,00 kr",
        "Org.nr. 999 888 777 MVA",
        "25 %",
        "0 %",
        words.date_words(invoice.due_on, "nb"),
    ):
        assert words_ in said
    assert invoice.reference in said.replace(" ", "")


def test_a_swedish_invoice_says_bankgiro_and_ocr() -> None:
    biller = a_biller("mobilo", "SE")
    invoice = an_invoice(a_customer(biller, "Åsa Öberg"))

    said = text_of(bytes(record_of(invoice, "sv").content))

    assert "Bankgiro" in said
    assert words.account_words(PayeeAccount.objects.get(biller=biller)) in said
    assert "OCR-nummer" in said
    assert "Åsa Öberg" in said
    assert "500,00 kr" in said


def test_an_unknown_foreign_currency_reader_sees_which_crowns_are_meant() -> None:
    said = text_of(bytes(record_of(an_invoice(), "sv").content))

    assert "500,00 NOK" in said


def test_sixty_lines_run_over_pages_that_repeat_their_heads() -> None:
    lines = [a_line(1_000 * n, text=f"Bredband til leilighet nummer {n}") for n in range(1, 61)]
    invoice = an_invoice(None, *lines)

    content = bytes(record_of(invoice).content)

    pages = len(opened(content).pages)
    assert pages >= 3
    for page in range(pages - 1):
        assert "Amount incl. VAT" in text_of(content, page)
        assert f"{page + 1} / {pages}" in text_of(content, page)
    assert f"Invoice {invoice.number} · Fjordfiber" in text_of(content, 1)
    said = text_of(content)
    assert all(line.text in said for line in lines)


def test_long_names_wrap_and_lose_nothing() -> None:
    name = "Bostadsrättsföreningen " + "Trädgårdsmästarebostäder" * 4
    text = "Internettilgangsabonnementsetableringsgebyr" * 4
    invoice = an_invoice(a_customer(a_biller(), name), a_line(text=text))

    content = bytes(record_of(invoice).content)

    said = text_of(content).replace("\n", "")
    assert name.replace(" ", "") in said.replace(" ", "")
    assert text in said
    assert len(opened(content).pages) == 1


def test_what_a_customer_is_called_is_never_taken_for_markup() -> None:
    name = "<img src=http://evil.example/x.png> & Sønn"
    invoice = an_invoice(a_customer(a_biller(), name))

    assert name in text_of(bytes(record_of(invoice).content)).replace("\n", " ")


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/x.png", "https://example.com/x.png", "file:///etc/passwd", "nota:x"],
)
def test_nothing_but_our_own_data_is_fetched(address: str) -> None:
    markup = f'<html lang="en"><img src="{address}" alt="x">'
    page = HTML(string=markup, url_fetcher=drawing.OwnData())

    with pytest.raises(FatalURLFetchingError):
        page.render()


def test_the_present_paper_accounts_for_every_step_to_what_is_left() -> None:
    invoice = an_invoice()
    credit_invoice(invoice.pk, [a_line(8_000)], reason="Too late", actor=SYSTEM)
    charge_invoice(invoice.pk, [a_line(20_000, text="Router")], reason="", actor=SYSTEM)
    receive(invoice.biller, an_ocr_file((invoice, 25_000)))
    move_due_date(invoice.pk, invoice.due_on + timedelta(days=7), reason="", actor=SYSTEM)

    said = now_of(invoice)

    assert "NOK 400.00" in said
    assert "Credit note 1-1" in said
    assert "Too late" in said
    assert "Debit note 1-2" in said
    assert "−NOK 250.00" in said
    assert words.date_words(invoice.issued_due_on + timedelta(days=7), "en") in said
    assert words.date_words(clock.today(), "en") + " at " in said
    assert sum(move.amount_minor for move in moves(invoice)) == figures(invoice).paid


def test_the_present_paper_asks_for_the_next_instalment() -> None:
    invoice = an_invoice()
    days = [clock.today() + timedelta(days=days) for days in (20, 50)]
    split_invoice(
        invoice.pk, list(zip(days, (20_000, 30_000), strict=True)), reason="", actor=SYSTEM
    )

    said = now_of(invoice)

    assert "Next instalment" in said
    assert said.count(words.date_words(days[0], "en")) == 3
    assert "NOK 200.00" in said


def test_a_settled_invoice_asks_for_nothing() -> None:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 60_000)))

    said = now_of(invoice)

    assert "NOK 0.00" in said
    assert "Pay in your bank" not in said


def test_a_credit_of_what_was_paid_is_accounted_for() -> None:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 30_000)))
    credit_invoice(invoice.pk, None, reason="", actor=SYSTEM)

    said = now_of(invoice)

    assert "kept as credit" in said
    assert "NOK 300.00" in said


def test_what_is_written_down_is_asked_for_no_more() -> None:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 49_000)))
    admin = Asker("staff", a_member(invoice.biller, Role.ADMIN).pk, by=Role.ADMIN)
    write_down(invoice.pk, 1_000, actor=admin, request_id=uuid.uuid4(), reason="Rest")

    said = now_of(invoice)

    assert "Written down" in said
    assert "kept as credit" not in said
    assert "NOK 0.00" in said


def test_a_payment_the_bank_took_back_stands_there_too() -> None:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 30_000)))
    receive(invoice.biller, an_ocr_file((invoice, -30_000), number=2))

    said = now_of(invoice)

    assert "Payment taken back" in said
    assert "NOK 500.00" in said


def test_a_receipt_says_what_came_from_whom_and_what_was_left() -> None:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    entry = HistoryEntry.objects.get(invoice=invoice, kind="payment.matched")

    with translation.override("nb"):
        content = receipt_pdf(invoice, entry, language="nb")

    said = text_of(content)
    assert "200,00 kr" in said
    assert "300,00 kr igjen å betale" in said.replace("\n", " ")
    assert invoice.number in said
    assert invoice.customer.number in said
    assert invoice.customer.name in said
    assert structure_of(content).count("H1") == 1


def test_a_receipt_of_too_much_says_where_the_rest_went() -> None:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 60_000)))
    entry = HistoryEntry.objects.get(invoice=invoice, kind="payment.matched")

    said = text_of(receipt_pdf(invoice, entry, language="en")).replace("\n", " ")

    assert "Nothing was left to pay afterwards." in said
    assert "NOK 100.00 was more than was left" in said


def test_accounts_rates_and_quantities_are_printed_as_people_write_them() -> None:
    plusgiro = PayeeAccount(kind="plusgiro", number="1234567")

    assert words.account_words(plusgiro).replace("\u00a0", " ") == "12 34 56-7"
    assert words.account_label(plusgiro) == "Plusgiro"
    assert words.rate_words(2_500, "nb") == "25\u00a0%"
    assert words.rate_words(1_250, "sv") == "12,5\u00a0%"
    assert words.rate_words(1_250, "en") == "12.5%"
    assert words.quantity_words(2_500, "nb") == "2,5"
    assert words.quantity_words(-1_000, "en") == "\u22121"
    assert words.reference_label(Agreement(scheme="kid")) == "KID"
