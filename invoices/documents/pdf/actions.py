"""The PDF of record, made once; the other papers, made anew each time they are asked for."""

import hashlib

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from invoices import clock
from invoices.documents.links.actions import make_link
from invoices.documents.links.levels import Channel
from invoices.documents.models import Invoice
from invoices.documents.pdf import facturx, queries, render
from invoices.documents.pdf.models import StoredPdf
from invoices.documents.pdf.paper import issued_paper
from invoices.documents.pdf.present import present_paper, receipt_paper
from invoices.documents.pdf.qr import qr_svg
from invoices.documents.pdf.turns import a_seat
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry


def pdf_of_record(invoice: Invoice, kind: StoredPdf.Kind, *, language: str) -> StoredPdf:
    """The invoice as issued, in the language in force: made the first time, kept from then on.

    It is a derived artefact: everything on it was fixed when the invoice was issued, so that it
    may be made on a GET and whoever asks first changes nothing but when it is made. With it goes
    one secret link for its QR, recorded as ``link.made`` by the system. Two who ask first at the
    same time get the same bytes: the second waits for the first. Refuses with PdfUnavailable.
    """
    if stored := queries.stored_pdf(invoice, kind, language):
        return stored
    with a_seat(), transaction.atomic():
        _alone(f"{invoice.pk} {kind} {language}")
        if stored := queries.stored_pdf(invoice, kind, language):
            return stored
        token = make_link(invoice, channel=Channel.PDF, actor=SYSTEM)
        link = settings.BASE_URL.rstrip("/") + reverse("open_link", kwargs={"token": token})
        paper = issued_paper(invoice, language, link=link, qr_svg=qr_svg(link))
        with_xml = kind == StoredPdf.Kind.ISSUED_WITH_XML
        xml = facturx.invoice_xml(invoice) if with_xml else b""
        content = render.drawn("pdf/invoice.html", {"paper": paper}, xml=xml)
        return StoredPdf.objects.create(
            invoice=invoice,
            kind=kind,
            language=language,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            made_at=clock.now(),
        )


def pdf_now(invoice: Invoice, *, language: str) -> bytes:
    """The invoice as it stands now, with the moment on it. Kept nowhere, writes nothing."""
    with a_seat():
        paper = present_paper(invoice, language)
        return render.drawn("pdf/invoice.html", {"paper": paper})


def receipt_pdf(invoice: Invoice, entry: HistoryEntry, *, language: str) -> bytes:
    """The receipt of a payment of the invoice's history. Kept nowhere, writes nothing."""
    assert entry.kind in queries.WITH_RECEIPT, entry.kind
    assert entry.invoice_id == invoice.pk
    with a_seat():
        paper = receipt_paper(invoice, entry, language)
        return render.drawn("pdf/receipt.html", {"paper": paper})


def _alone(what: str) -> None:
    """Wait until nobody else makes the same, until the transaction ends. No row is locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"pdf {what}"])
