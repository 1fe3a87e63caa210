"""What stands on a document: facts turned into what its template says, in the language in force.

``issued_paper`` reads only what was fixed when the invoice was issued, with the biller's and the
customer's names and address as they are known when the document is made; no payment, credit or
moved date can change it. ``present_paper`` adds everything since.
"""

import base64
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from invoices.billers.branding import Accents, brand
from invoices.billers.models import Biller
from invoices.documents.models import Invoice, InvoiceLine
from invoices.documents.pdf import queries, words
from invoices.documents.pdf.qr import data_url
from invoices.documents.references import grouped
from invoices.money import Money, format_money


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of lines. The amount includes VAT; the price does not."""

    text: str
    detail: str
    quantity: str
    unit_price: Money
    vat_rate: str
    amount: Money


@dataclass(frozen=True, slots=True)
class VatRow:
    rate: str
    net: Money
    vat: Money
    gross: Money


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it says. ``strong`` is for what is typed into the bank."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """The biller as it stands on a document."""

    name: str
    initial: str
    logo: str  # a data: address, "" where there is none
    accents: Accents
    registration: str
    contact: str
    foot: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What is typed into the bank, and where the QR leads."""

    rows: list[Fact]
    qr: str = ""  # a data: address
    link: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """All that the template of an invoice says."""

    language: str
    title: str
    heading: str
    sender: Sender
    recipient: list[str]
    facts: list[Fact]
    rows: list[Row]
    vat_rows: list[VatRow]
    net: Money
    vat: Money
    total: Money
    to_pay: Money
    due: str
    slip: Slip | None
    made: str = ""
    notes: list["Note"] = field(default_factory=list)
    story: list["Change"] = field(default_factory=list)
    parts: list[Fact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Note:
    """A later document: a credit's amounts are negative."""

    title: str
    about: str
    rows: list[Row]
    amount: Money


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the account of what the invoice came to; ``sum`` for the first and the last."""

    text: str
    amount: Money
    sum: bool = False


def issued_paper(invoice: Invoice, language: str, *, link: str, qr_svg: str) -> Paper:
    """The invoice as issued. ``link`` is where its QR leads."""
    lines = queries.issued_lines(invoice)
    total = Money(invoice.total_minor, invoice.currency)
    due = words.date_words(invoice.issued_due_on, language)
    return Paper(
        language=language,
        title=f"{_('Invoice {number}').format(number=invoice.number)} · {invoice.biller.name}",
        heading=_("Invoice {number}").format(number=invoice.number),
        sender=sender(invoice.biller, with_vat=invoice.vat_minor != 0),
        recipient=recipient(invoice),
        facts=_facts(invoice, due, language),
        rows=[row(line, invoice.currency, language) for line in lines],
        vat_rows=vat_rows(lines, invoice.currency, language),
        net=Money(invoice.total_minor - invoice.vat_minor, invoice.currency),
        vat=Money(invoice.vat_minor, invoice.currency),
        total=total,
        to_pay=total,
        due=due,
        slip=Slip(slip_rows(invoice, total, due, language), data_url(qr_svg), link),
    )


def _facts(invoice: Invoice, due: str, language: str) -> list[Fact]:
    return [
        Fact(_("Invoice date"), words.date_words(invoice.issued_on, language)),
        Fact(_("Due date"), due),
        Fact(_("Customer number"), invoice.customer.number),
    ]


def sender(biller: Biller, *, with_vat: bool) -> Sender:
    """The biller's face and its particulars."""
    registration = words.registration(biller, with_vat=with_vat)
    contact = " · ".join(part for part in (biller.support_email, biller.support_phone) if part)
    logo = ""
    if biller.logo:
        logo = f"data:image/png;base64,{base64.b64encode(bytes(biller.logo)).decode()}"
    return Sender(
        name=biller.name,
        initial=biller.name.strip()[:1].upper(),
        logo=logo,
        accents=brand(biller.brand_colour).light,
        registration=registration,
        contact=contact,
        foot=" · ".join(part for part in (biller.name, registration, contact) if part),
    )


def recipient(invoice: Invoice) -> list[str]:
    """Name and address, a line each, as on an envelope."""
    address = re.split(r"\s*[,\n]\s*", queries.postal_address(invoice))
    return [part for part in (invoice.customer.name, *address) if part]


def row(line: InvoiceLine, currency: str, language: str, sign: int = 1) -> Row:
    """A line as it is printed."""
    return Row(
        text=line.text,
        detail=line.detail,
        quantity=words.quantity_words(line.quantity_milli, language),
        unit_price=Money(sign * line.unit_price_minor, currency),
        vat_rate=words.rate_words(line.vat_basis_points, language),
        amount=Money(sign * line.gross_minor, currency),
    )


def vat_rows(lines: Sequence[InvoiceLine], currency: str, language: str) -> list[VatRow]:
    """Net and VAT by rate, the highest rate first."""
    sums: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for line in lines:
        net, vat = sums[line.vat_basis_points]
        sums[line.vat_basis_points] = (net + line.net_minor, vat + line.vat_minor)
    return [
        VatRow(
            words.rate_words(rate, language),
            Money(net, currency),
            Money(vat, currency),
            Money(net + vat, currency),
        )
        for rate, (net, vat) in sorted(sums.items(), reverse=True)
    ]


def slip_rows(invoice: Invoice, amount: Money, due: str, language: str) -> list[Fact]:
    """What the customer's bank asks for, in the words of the country."""
    account = invoice.agreement.account
    reference = grouped(invoice.reference).replace(" ", "\u00a0")
    rows = [
        Fact(words.account_label(account), words.account_words(account), strong=True),
        Fact(words.reference_label(invoice.agreement), reference, strong=True),
        Fact(_("Amount"), format_money(amount, language), strong=True),
        Fact(_("Pay by"), due, strong=True),
        Fact(_("To"), invoice.biller.name),
    ]
    if account.iban:
        rows.append(Fact(_("IBAN, from abroad"), grouped(account.iban)))
    return rows
