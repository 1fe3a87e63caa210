"""What stands on the later papers: an invoice as it stands now, and the receipt of a payment."""

from dataclasses import dataclass, replace
from operator import itemgetter

from django.utils import timezone
from django.utils.translation import gettext as _

from invoices import clock
from invoices.documents import queries as invoice_queries
from invoices.documents.models import Adjustment, Invoice
from invoices.documents.pdf import queries, words
from invoices.documents.pdf.paper import (
    Change,
    Fact,
    Note,
    Paper,
    Sender,
    Slip,
    issued_paper,
    row,
    sender,
    slip_rows,
)
from invoices.documents.references import grouped
from invoices.documents.states import Collector, Part
from invoices.history.models import HistoryEntry
from invoices.money import Money, format_money


def present_paper(invoice: Invoice, language: str) -> Paper:
    """The invoice as it stands at this moment: what was issued, and everything since.

    It carries no QR: a secret link is made for the document of record only.
    """
    figures = invoice_queries.figures(invoice)
    left = Money(figures.left, invoice.currency)
    open_parts = [part for part in invoice_queries.instalments(invoice, left.minor) if part.open]
    due = words.date_words(open_parts[0].due_on if open_parts else invoice.due_on, language)
    ask = Money(open_parts[0].open, invoice.currency) if open_parts else left
    made = words.moment_words(timezone.localtime(clock.now()), language)
    collector = invoice_queries.collector(invoice) if left else None
    issued = issued_paper(invoice, language, link="", qr_svg="")
    return replace(
        issued,
        title=f"{issued.heading} · {_('as it stands now')} · {invoice.biller.name}",
        facts=[*_facts(issued.facts, invoice, made, language), *_collected(collector)],
        to_pay=left,
        due=due,
        slip=Slip(slip_rows(invoice, ask, due, language)) if left and not collector else None,
        made=made,
        notes=_notes(invoice, language),
        story=_story(invoice, left, language),
        parts=_parts(open_parts, invoice.currency, language),
    )


def _facts(issued: list[Fact], invoice: Invoice, made: str, language: str) -> list[Fact]:
    """The facts as issued under the moment, with the due date now in force beside a moved one."""
    date, due, *rest = issued
    if invoice.due_on != invoice.issued_due_on:
        moved = Fact(_("Due date now"), words.date_words(invoice.due_on, language))
        due, rest = Fact(_("Due date as issued"), due.value), [moved, *rest]
    return [Fact(_("As it stands"), made), date, due, *rest]


def _collected(collector: Collector | None) -> list[Fact]:
    """Who collects the invoice and is paid, with all that is known of paying there."""
    if collector is None:
        return []
    about = (collector.agency, collector.phone, collector.site)
    rows = [
        Fact(_("Collected by"), " · ".join(word for word in about if word)),
        Fact(_("Pay to account"), collector.account),
        Fact(_("With the reference"), collector.reference),
        Fact(_("Case number"), collector.case_no),
    ]
    return [row for row in rows if row.value]


def _notes(invoice: Invoice, language: str) -> list[Note]:
    notes: dict[int, Note] = {}
    for line in queries.later_lines(invoice):
        assert line.adjustment is not None
        sign = -1 if line.adjustment.kind == Adjustment.Kind.CREDIT else 1
        note = notes.setdefault(line.adjustment.pk, _note(line.adjustment, invoice, sign, language))
        note.rows.append(row(line, invoice.currency, language, sign))
    return list(notes.values())


def _note(note: Adjustment, invoice: Invoice, sign: int, language: str) -> Note:
    on = words.date_words(note.issued_on, language)
    return Note(
        title=_title(note, sign),
        about=f"{on} · {note.reason}" if note.reason else on,
        rows=[],
        amount=Money(sign * note.total_minor, invoice.currency),
    )


def _title(note: Adjustment, sign: int) -> str:
    title = _("Credit note {number}") if sign < 0 else _("Debit note {number}")
    return title.format(number=note.number)


def _move(move: queries.Move) -> str:
    if move.written_down:
        return _("Written down") if move.amount_minor > 0 else _("Asked for again")
    if move.credit:
        return _("Credit used") if move.amount_minor > 0 else _("Credit put back")
    return _("Payment received") if move.amount_minor > 0 else _("Payment taken back")


def _story(invoice: Invoice, left: Money, language: str) -> list[Change]:
    """From the sum issued to what is left, a row for every step."""
    currency = invoice.currency
    steps = [(invoice.issued_on, _("Issued"), invoice.total_minor)]
    for note in Adjustment.objects.filter(invoice=invoice).order_by("pk"):
        sign = -1 if note.kind == Adjustment.Kind.CREDIT else 1
        steps.append((note.issued_on, _title(note, sign), sign * note.total_minor))
    for move in queries.moves(invoice):
        steps.append((move.on, _move(move), -move.amount_minor))
    rows = [
        Change(f"{words.date_words(on, language)} · {text}", Money(amount, currency))
        for on, text, amount in sorted(steps, key=itemgetter(0))
    ]
    on_account = left.minor - sum(amount for _on, _text, amount in steps)
    if on_account:
        # What was credited beyond what was left did not lower this invoice.
        kept = _("Of the credit, kept as credit on the customer's account")
        rows.append(Change(kept, Money(on_account, currency)))
    return [*rows, Change(_("Left to pay"), left, sum=True)]


def _parts(parts: list[Part], currency: str, language: str) -> list[Fact]:
    return [
        Fact(
            words.date_words(part.due_on, language),
            format_money(Money(part.open, currency), language),
        )
        for part in parts
    ]


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """All that the template of a receipt says."""

    language: str
    title: str
    heading: str
    sender: Sender
    amount: Money
    on: str
    facts: list[Fact]
    left: str
    note: str
    made: str


def receipt_paper(invoice: Invoice, entry: HistoryEntry, language: str) -> ReceiptPaper:
    """A payment as its history entry tells it; entries never change, and so the receipt says the
    same each time. What became of the payment later is not in it.
    """
    data, currency = entry.data, invoice.currency
    on = words.booked_words(data.get("booked_on"), entry.at, language)
    left = format_money(Money(data["left_minor"], currency), language)
    over = data.get("overpaid_minor", 0)
    note = ""
    if entry.kind == "credit.used":
        note = _("Paid with credit on the customer's account.")
    elif over:
        note = _("{overpaid} was more than was left; it is kept as credit on your account.").format(
            overpaid=format_money(Money(over, currency), language)
        )
    return ReceiptPaper(
        language=language,
        title=f"{_('Receipt')} · {invoice.number} · {invoice.biller.name}",
        heading=_("Receipt"),
        sender=sender(invoice.biller, with_vat=invoice.vat_minor != 0),
        amount=Money(data["amount_minor"], currency),
        on=on,
        facts=[
            Fact(_("Invoice number"), invoice.number),
            Fact(words.reference_label(invoice.agreement), grouped(invoice.reference)),
            Fact(_("Customer number"), invoice.customer.number),
            Fact(_("Customer"), invoice.customer.name),
        ],
        left=_("Nothing was left to pay afterwards.")
        if data["left_minor"] == 0
        else _("{amount} was left to pay afterwards.").format(amount=left),
        note=note,
        made=words.moment_words(timezone.localtime(clock.now()), language),
    )
