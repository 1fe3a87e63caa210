"""The papers' doors: who gets them, how they are named, what is said when there is none."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from invoices.billers.models import Biller
from invoices.billers.roles import Role
from invoices.documents.links.actions import revoke_link
from invoices.documents.links.models import SecretLink
from invoices.documents.models import Invoice
from invoices.documents.pdf import turns
from invoices.documents.pdf.models import StoredPdf
from invoices.documents.pdf.press import press
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from tests.build import a_biller, a_customer, a_member, an_invoice, an_ocr_file, receive
from tests.invoices.documents.pdf.papers import a_reader_of, opened, url_of

pytestmark = pytest.mark.django_db


def a_paid_invoice() -> tuple[Invoice, uuid.UUID]:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    return invoice, HistoryEntry.objects.get(kind="payment.matched").public_id


def papers(invoice: Invoice, entry_id: uuid.UUID) -> dict[str, str]:
    """Every paper of the invoice: URL name -> address."""
    own: dict[str, Any] = {"public_id": invoice.public_id}
    staff = {"slug": invoice.biller.slug, **own}
    return {
        "invoice_pdf": reverse("invoice_pdf", kwargs=own),
        "invoice_pdf_now": reverse("invoice_pdf_now", kwargs=own),
        "receipt_pdf": reverse("receipt_pdf", kwargs={"entry_id": entry_id, **own}),
        "staff_invoice_pdf": reverse("staff_invoice_pdf", kwargs=staff),
        "staff_invoice_pdf_now": reverse("staff_invoice_pdf_now", kwargs=staff),
        "staff_receipt_pdf": reverse("staff_receipt_pdf", kwargs={"entry_id": entry_id, **staff}),
    }


def statuses(client: Client, addresses: dict[str, str]) -> dict[str, int]:
    return {name: client.get(address).status_code for name, address in addresses.items()}


def test_the_customer_gets_the_customers_papers() -> None:
    invoice, entry_id = a_paid_invoice()

    found = statuses(a_reader_of(invoice), papers(invoice, entry_id))

    assert {name for name, status in found.items() if status == 200} == {
        "invoice_pdf",
        "invoice_pdf_now",
        "receipt_pdf",
    }
    assert {status for name, status in found.items() if name.startswith("staff")} == {302}


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.AGENT, 200), (Role.FINANCE, 200), (Role.ADMIN, 200), (Role.MARKETER, 404)],
)
def test_staff_get_them_by_role(role: Role, status: int) -> None:
    invoice, entry_id = a_paid_invoice()
    client = Client()
    client.force_login(a_member(invoice.biller, role))

    found = statuses(client, papers(invoice, entry_id))

    for name, got in found.items():
        assert got == (status if name.startswith("staff") else 404), name


def test_strangers_get_nothing_and_leave_nothing() -> None:
    invoice, entry_id = a_paid_invoice()
    other = an_invoice(a_customer(invoice.biller, "Bo Dahl"))
    client = Client()
    client.force_login(a_member(a_biller("mobilo", "SE"), Role.ADMIN))

    for stranger in (a_reader_of(other), client):
        found = statuses(stranger, papers(invoice, entry_id))
        assert set(found.values()) <= {302, 404}

    assert set(statuses(Client(), papers(invoice, entry_id)).values()) == {302, 404}
    assert not StoredPdf.objects.exists()


def test_a_revoked_link_closes_the_papers_too() -> None:
    invoice, _ = a_paid_invoice()
    client = a_reader_of(invoice)
    revoke_link(SecretLink.objects.get(invoice=invoice), actor=SYSTEM)

    assert client.get(url_of("invoice_pdf", invoice)).status_code == 404


def test_a_receipt_of_another_invoice_is_not_here() -> None:
    invoice, entry_id = a_paid_invoice()
    other = an_invoice(a_customer(invoice.biller, "Bo Dahl"))

    answer = a_reader_of(other).get(url_of("receipt_pdf", other, entry_id=entry_id))

    assert answer.status_code == 404


@pytest.mark.parametrize("method", ["head", "post", "put", "delete", "options"])
def test_only_a_get_makes_a_paper(method: str) -> None:
    invoice, entry_id = a_paid_invoice()
    client = a_reader_of(invoice)

    addresses = papers(invoice, entry_id)
    for name in ("invoice_pdf", "invoice_pdf_now", "receipt_pdf"):
        answer = getattr(client, method)(addresses[name])
        assert answer.status_code == (200 if method == "head" else 405)
        assert not answer.content or method != "head"
    assert not StoredPdf.objects.exists()


def test_the_record_comes_with_its_hash_a_name_and_no_cache() -> None:
    invoice, _ = a_paid_invoice()
    client = a_reader_of(invoice, "nb")
    address = url_of("invoice_pdf", invoice)

    first, second = client.get(address), client.get(address)

    assert first.content == second.content
    assert first["ETag"] == f'"{StoredPdf.objects.get().sha256}"'
    assert first["Content-Type"] == "application/pdf"
    assert (
        first["Content-Disposition"]
        == f'inline; filename="faktura-fjordfiber-{invoice.number}.pdf"'
    )
    assert first["Cache-Control"] == "no-store, private"
    assert client.get(address, {"save": "1"})["Content-Disposition"].startswith("attachment;")
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_staff_and_customer_hold_the_same_document() -> None:
    invoice, entry_id = a_paid_invoice()
    staff = Client()
    staff.cookies["nota_language"] = "sv"
    staff.force_login(a_member(invoice.biller))

    theirs = staff.get(papers(invoice, entry_id)["staff_invoice_pdf"])
    ours = a_reader_of(invoice, "nb").get(url_of("invoice_pdf", invoice))

    assert theirs.content == ours.content


def test_present_papers_are_kept_nowhere_and_change_nothing() -> None:
    invoice, entry_id = a_paid_invoice()
    client = a_reader_of(invoice)
    before = HistoryEntry.objects.count()

    for name, address in papers(invoice, entry_id).items():
        if name in {"invoice_pdf_now", "receipt_pdf"}:
            assert opened(client.get(address).content).Root.MarkInfo.Marked

    assert not StoredPdf.objects.exists()
    assert HistoryEntry.objects.count() == before


def test_the_xml_comes_along_where_it_is_asked_for() -> None:
    invoice, _ = a_paid_invoice()

    answer = a_reader_of(invoice).get(url_of("invoice_pdf", invoice), {"with": "xml"})

    assert "factur-x.xml" in opened(answer.content).attachments
    assert StoredPdf.objects.get().kind == StoredPdf.Kind.ISSUED_WITH_XML


def test_a_biller_may_want_the_xml_in_every_record() -> None:
    before, _ = a_paid_invoice()
    Biller.objects.filter(pk=before.biller.pk).update(facturx=True)
    after = an_invoice(before.customer)
    made = a_reader_of(before).get(url_of("invoice_pdf", before)).content

    assert "factur-x.xml" in opened(made).attachments
    Biller.objects.filter(pk=before.biller.pk).update(facturx=False)
    assert a_reader_of(before).get(url_of("invoice_pdf", before)).content == made
    plain = a_reader_of(after).get(url_of("invoice_pdf", after)).content
    assert "factur-x.xml" not in opened(plain).attachments


@pytest.fixture
def no_seat() -> Iterator[None]:
    """Every seat is taken by others."""
    taken = 0
    while turns._seats.acquire(blocking=False):
        taken += 1
    yield
    for _ in range(taken):
        turns._seats.release()


@pytest.mark.usefixtures("no_seat")
def test_when_too_many_ask_they_are_told_to_come_back() -> None:
    invoice, _ = a_paid_invoice()

    answer = a_reader_of(invoice).get(url_of("invoice_pdf", invoice))

    assert answer.status_code == 503
    assert answer["Retry-After"] == "3"
    assert "Try again in a few seconds." in answer.content.decode()


def test_a_record_already_made_needs_no_seat() -> None:
    invoice, _ = a_paid_invoice()
    client = a_reader_of(invoice)
    client.get(url_of("invoice_pdf", invoice))
    taken = [turns._seats.acquire(blocking=False) for _ in range(10)]

    try:
        assert client.get(url_of("invoice_pdf", invoice)).status_code == 200
    finally:
        for _ in filter(None, taken):
            turns._seats.release()


def test_without_pango_the_page_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "weasyprint").mkdir()
    (tmp_path / "weasyprint" / "__init__.py").write_text("raise OSError('no libpango-1.0-0')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    press.close()
    invoice, _ = a_paid_invoice()

    answer = a_reader_of(invoice, "nb").get(url_of("invoice_pdf", invoice))

    assert answer.status_code == 503
    assert "Pango mangler" in answer.content.decode()
    press.close()
