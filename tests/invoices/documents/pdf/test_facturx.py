"""The invoice as XML, and the archive's document it lies in."""

import io
from decimal import Decimal

import pytest
from facturx import xml_check_xsd
from lxml import etree
from pikepdf import pdfa

from invoices.billers.models import Biller
from invoices.documents.pdf import facturx
from invoices.documents.pdf.facturx import invoice_xml
from invoices.documents.pdf.models import StoredPdf
from tests.build import a_biller, a_customer, a_line, an_invoice
from tests.invoices.documents.pdf.papers import opened, record_of, structure_of

pytestmark = pytest.mark.django_db

LINES = (
    a_line(55_920),
    a_line(-8_000, text="Kampanje"),
    a_line(3_333, 1_500, "Mat"),
    a_line(19_900, 0, "Bok"),
)


@pytest.mark.parametrize("country", Biller.Country.values)
def test_the_xml_follows_the_schema_of_its_profile(country: str) -> None:
    biller = a_biller(country=country)
    biller.org_no = "999888777" if country == "NO" else "5560000000"
    invoice = an_invoice(a_customer(biller), *LINES)
    invoice.biller = biller

    xml = invoice_xml(invoice)

    assert xml_check_xsd(xml, flavor="factur-x", level="basic")
    assert facturx.vat_number(biller).encode() in xml


def test_its_sums_agree_with_its_lines_and_with_the_invoice() -> None:
    invoice = an_invoice(None, *LINES)

    tree = etree.fromstring(invoice_xml(invoice))

    def sums(path: str) -> Decimal:
        return sum((Decimal(e.text or "") for e in tree.findall(path, facturx.NAMES)), Decimal())

    line = ".//ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    head = ".//ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:"
    assert sums(line) == sums(head + "LineTotalAmount") == sums(".//ram:BasisAmount")
    assert sums(".//ram:CalculatedAmount") == sums(head + "TaxTotalAmount")
    assert sums(head + "DuePayableAmount") == Decimal(invoice.total_minor) / 100
    assert sums(head + "GrandTotalAmount") == sums(head + "TaxBasisTotalAmount") + sums(
        head + "TaxTotalAmount"
    )


def test_a_price_is_never_negative_what_is_taken_off_is_a_negative_quantity() -> None:
    tree = etree.fromstring(invoice_xml(an_invoice(None, *LINES)))

    prices = [e.text or "" for e in tree.findall(".//ram:ChargeAmount", facturx.NAMES)]
    quantities = [e.text or "" for e in tree.findall(".//ram:BilledQuantity", facturx.NAMES)]

    assert prices[1] == "80.00"
    assert quantities[1] == "-1.000"


def test_the_pdf_holds_the_xml_as_an_alternative_and_stays_tagged() -> None:
    invoice = an_invoice(None, *LINES)

    content = bytes(record_of(invoice, kind=StoredPdf.Kind.ISSUED_WITH_XML).content)

    pdf = opened(content)
    assert bytes(pdf.attachments["factur-x.xml"].get_file().read_bytes()) == invoice_xml(invoice)
    assert str(pdf.Root.AF[0].AFRelationship) == "/Alternative"
    assert pdf.Root.MarkInfo.Marked
    assert "TH" in structure_of(content)
    metadata = bytes(pdf.Root.Metadata.read_bytes())
    assert metadata.count(b"<rdf:RDF") == 1
    assert etree.fromstring(metadata[metadata.index(b"<x:xmpmeta") : metadata.rindex(b"<?")]).tag
    for part in (b'pdfaid:part="3"', b"<pdfuaid:part>1<", b"<fx:ConformanceLevel>BASIC<"):
        assert part in metadata


def test_an_archive_finds_no_fault_but_what_its_checker_does_not_know() -> None:
    """pikepdf's checker does not know extension schemas, and Factur-X declares one."""
    content = bytes(record_of(an_invoice(), kind=StoredPdf.Kind.ISSUED_WITH_XML).content)
    report = pdfa.validate_written(io.BytesIO(content), "3b")

    faults = {finding.rule for finding in report.findings if finding.kind == "violation"}
    assert faults <= {"ISO_19005_3:6.6.2.3.1-1"}
