"""The invoice as issued, as XML for a program: UN/CEFACT CII in the BASIC profile of Factur-X.

BASIC is the part of EN 16931 that has lines. What is known to hold: the tests check the XML against
the schema (XSD) of Factur-X 1.09, and its sums. Its rules (Schematron, which needs a Saxon that we
do not ship) were run by hand, with one warning: that of the empty delivery the schema asks for.

What to know: the customer's address is one free text here, so it is written in one line, in the
country of the biller; VAT is summed from lines rounded one by one, and may differ by single minor
units from the rate times the sum.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from lxml import etree

from invoices.billers.models import Biller
from invoices.documents.models import Invoice, InvoiceLine
from invoices.documents.pdf import queries

FILE_NAME: Final = "factur-x.xml"
PROFILE: Final = "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic"
COMMERCIAL_INVOICE: Final = "380"
CREDIT_TRANSFER: Final = "30"
ONE: Final = "C62"  # a unit of its own, UN/ECE Recommendation 20
STANDARD: Final = "urn:un:unece:uncefact:data:standard"
NAMES: Final = {
    "rsm": f"{STANDARD}:CrossIndustryInvoice:100",
    "ram": f"{STANDARD}:ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{STANDARD}:UnqualifiedDataType:100",
}

type Tree = etree._Element


def invoice_xml(invoice: Invoice) -> bytes:
    """The invoice as issued; the same bytes each time while names and address are the same."""
    lines = queries.issued_lines(invoice)
    root = etree.Element(f"{{{NAMES['rsm']}}}CrossIndustryInvoice", nsmap=NAMES)
    context = _in(root, "rsm:ExchangedDocumentContext")
    _in(context, "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", PROFILE)
    head = _in(root, "rsm:ExchangedDocument")
    _in(head, "ram:ID", invoice.number)
    _in(head, "ram:TypeCode", COMMERCIAL_INVOICE)
    _day(head, "ram:IssueDateTime", invoice.issued_on)
    trade = _in(root, "rsm:SupplyChainTradeTransaction")
    for line in lines:
        _line(trade, line)
    _parties(trade, invoice)
    _in(trade, "ram:ApplicableHeaderTradeDelivery")
    _settlement(trade, invoice, lines)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def vat_number(biller: Biller) -> str:
    """The biller's VAT number, made of its organisation number as the country does it."""
    if not biller.org_no:
        return ""
    ending = "MVA" if biller.country == Biller.Country.NO else "01"
    return f"{biller.country}{biller.org_no}{ending}"


def _line(trade: Tree, line: InvoiceLine) -> None:
    # A price may not be negative here; what is taken off is a negative quantity instead.
    sign = -1 if line.unit_price_minor < 0 else 1
    item = _in(trade, "ram:IncludedSupplyChainTradeLineItem")
    _in(item, "ram:AssociatedDocumentLineDocument/ram:LineID", str(line.position))
    _in(item, "ram:SpecifiedTradeProduct/ram:Name", line.text)
    price = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount"
    _in(item, price, _amount(sign * line.unit_price_minor))
    quantity = _decimal(sign * line.quantity_milli, 3)
    _in(item, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", quantity, unitCode=ONE)
    settled = _in(item, "ram:SpecifiedLineTradeSettlement")
    _tax(_in(settled, "ram:ApplicableTradeTax"), line.vat_basis_points)
    total = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    _in(settled, total, _amount(line.net_minor))


def _parties(trade: Tree, invoice: Invoice) -> None:
    biller, customer = invoice.biller, invoice.customer
    agreement = _in(trade, "ram:ApplicableHeaderTradeAgreement")
    seller = _in(agreement, "ram:SellerTradeParty")
    _in(seller, "ram:Name", biller.name)
    if biller.org_no:
        _in(seller, "ram:SpecifiedLegalOrganization/ram:ID", biller.org_no)
    _in(seller, "ram:PostalTradeAddress/ram:CountryID", biller.country)
    if biller.org_no and invoice.vat_minor:
        _in(seller, "ram:SpecifiedTaxRegistration/ram:ID", vat_number(biller), schemeID="VA")
    buyer = _in(agreement, "ram:BuyerTradeParty")
    _in(buyer, "ram:ID", customer.number)
    _in(buyer, "ram:Name", customer.name)
    address = _in(buyer, "ram:PostalTradeAddress")
    if where := queries.postal_address(invoice):
        _in(address, "ram:LineOne", " ".join(where.split()))
    _in(address, "ram:CountryID", biller.country)


def _settlement(trade: Tree, invoice: Invoice, lines: Sequence[InvoiceLine]) -> None:
    account = invoice.agreement.account
    settled = _in(trade, "ram:ApplicableHeaderTradeSettlement")
    _in(settled, "ram:PaymentReference", invoice.reference)
    _in(settled, "ram:InvoiceCurrencyCode", invoice.currency)
    means = _in(settled, "ram:SpecifiedTradeSettlementPaymentMeans")
    _in(means, "ram:TypeCode", CREDIT_TRANSFER)
    kind, number = ("IBANID", account.iban) if account.iban else ("ProprietaryID", account.number)
    _in(means, f"ram:PayeePartyCreditorFinancialAccount/ram:{kind}", number)
    for rate, (net, vat) in _by_rate(lines).items():
        tax = _in(settled, "ram:ApplicableTradeTax")
        _in(tax, "ram:CalculatedAmount", _amount(vat))
        _tax(tax, rate, basis_minor=net)
    _day(settled, "ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime", invoice.issued_due_on)
    net = invoice.total_minor - invoice.vat_minor
    sums = _in(settled, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    _in(sums, "ram:LineTotalAmount", _amount(net))
    _in(sums, "ram:TaxBasisTotalAmount", _amount(net))
    vat_total = _amount(invoice.vat_minor)
    _in(sums, "ram:TaxTotalAmount", vat_total, currencyID=invoice.currency)
    _in(sums, "ram:GrandTotalAmount", _amount(invoice.total_minor))
    _in(sums, "ram:DuePayableAmount", _amount(invoice.total_minor))


def _by_rate(lines: Sequence[InvoiceLine]) -> Mapping[int, tuple[int, int]]:
    sums: dict[int, tuple[int, int]] = {}
    for line in lines:
        net, vat = sums.get(line.vat_basis_points, (0, 0))
        sums[line.vat_basis_points] = (net + line.net_minor, vat + line.vat_minor)
    return dict(sorted(sums.items(), reverse=True))


def _tax(tax: Tree, basis_points: int, *, basis_minor: int | None = None) -> None:
    """The rate of a line or, with its basis, of the invoice. S is a rate, Z is zero."""
    _in(tax, "ram:TypeCode", "VAT")
    if basis_minor is not None:
        _in(tax, "ram:BasisAmount", _amount(basis_minor))
    _in(tax, "ram:CategoryCode", "S" if basis_points else "Z")
    _in(tax, "ram:RateApplicablePercent", _decimal(basis_points, 2))


def _day(parent: Tree, path: str, on: date) -> None:
    _in(parent, f"{path}/udt:DateTimeString", f"{on:%Y%m%d}", format="102")


def _in(parent: Tree, path: str, text: str = "", **attributes: str) -> Tree:
    """Add a chain of elements, the last with its text; returns the last."""
    element = parent
    for step in path.split("/"):
        prefix, name = step.split(":")
        element = etree.SubElement(element, f"{{{NAMES[prefix]}}}{name}")
    element.text = text or None
    for name, value in attributes.items():
        element.set(name, value)
    return element


def _amount(minor: int) -> str:
    return _decimal(minor, 2)


def _decimal(scaled: int, places: int) -> str:
    """A whole number of parts as a decimal: 12345 and 2 places are "123.45"."""
    whole, rest = divmod(abs(scaled), 10**places)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{places}d}"
