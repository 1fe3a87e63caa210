"""The panel that says how to pay: what to copy, and Swish where the biller has it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from invoices.billers.models import Agreement, PayeeAccount
from invoices.documents.pdf.qr import qr_picture
from invoices.documents.references import grouped
from invoices.documents.states import Collector
from invoices.documents.swish import shown_number, swish_text
from invoices.money import Money, format_money
from invoices.page.view import InvoiceView
from invoices.page.words import long_date
from invoices.panels import PAYER


@dataclass(frozen=True, slots=True)
class PayRow:
    label: str
    value: str
    copy: str
    kind: str


@dataclass(frozen=True, slots=True)
class Swish:
    """Paying by telephone: ``picture`` is a QR, to be scanned from another screen."""

    picture: str
    rows: list[PayRow]


@dataclass(frozen=True, slots=True)
class Pay:
    rows: list[PayRow]
    left: Money
    swish: Swish | None = None
    collector: Collector | None = None
    elsewhere: bool = False  # whoever may only pay is not told by whom it is collected


def pay(view: InvoiceView) -> Pay:
    if view.collector is not None:
        left = view.money(view.figures.left)
        if view.viewer == PAYER:
            return Pay([], left, elsewhere=True)
        return Pay(_rows_of(view.collector), left, collector=view.collector)
    account: PayeeAccount = view.invoice.agreement.account
    reference = view.invoice.reference
    part = view.next_part
    amount = view.money(part.open if part else view.figures.left)
    plain = f"{amount.minor // 100},{amount.minor % 100:02d}"
    rows = [
        PayRow(_account_label(account), _account_number(account), account.number, "account"),
        PayRow(
            _reference_label(view.invoice.agreement),
            grouped(reference),
            reference,
            "reference",
        ),
        PayRow(_("Amount"), format_money(amount, view.language), plain, "amount"),
        PayRow(_("Due date"), long_date(view.due_on, view.language, today=view.on), "", "due"),
        PayRow(_("To"), view.invoice.biller.name, "", "payee"),
    ]
    if account.iban:
        rows.insert(1, PayRow("IBAN", grouped(account.iban), account.iban, "iban"))
    return Pay(rows, view.money(view.figures.left), _swish(view, amount))


def _rows_of(collector: Collector) -> list[PayRow]:
    """How an invoice in collection is paid; what the agency has not told is left out."""
    rows = [
        PayRow(_("To"), collector.agency, "", "payee"),
        PayRow(_("Account"), collector.account, collector.account, "account"),
        PayRow(_("Reference"), collector.reference, collector.reference, "reference"),
        PayRow(_("Case number"), collector.case_no, collector.case_no, "case"),
    ]
    return [row for row in rows if row.value]


def _swish(view: InvoiceView, amount: Money) -> Swish | None:
    number, reference = view.invoice.biller.swish_number, view.invoice.reference
    if not number or amount.minor <= 0:
        return None
    return Swish(
        picture=qr_picture(swish_text(number, amount.minor, reference)),
        rows=[
            PayRow(_("Swish number"), shown_number(number), number, "swish"),
            PayRow(_("Message"), grouped(reference), reference, "message"),
        ],
    )


def _reference_label(agreement: Agreement) -> str:
    return _("OCR number") if agreement.scheme == Agreement.Scheme.OCR else "KID"


def _account_label(account: PayeeAccount) -> str:
    labels = {
        PayeeAccount.Kind.KONTONR: _("Account number"),
        PayeeAccount.Kind.BANKGIRO: "Bankgiro",
        PayeeAccount.Kind.PLUSGIRO: "Plusgiro",
    }
    return labels[PayeeAccount.Kind(account.kind)]


def _account_number(account: PayeeAccount) -> str:
    """As printed: 1503 40 00001, 991-2346, 12 34 56-7."""
    number = account.number
    if account.kind == PayeeAccount.Kind.KONTONR:
        return f"{number[:4]} {number[4:6]} {number[6:]}"
    if account.kind == PayeeAccount.Kind.BANKGIRO:
        return f"{number[:-4]}-{number[-4:]}"
    return f"{number[:-1]}-{number[-1]}"
