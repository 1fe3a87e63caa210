"""The ground floor's own panels on the invoice page: balance, lines (and ``pay``)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from invoices.documents.states import SETTLED, Collector, State
from invoices.money import Money, format_money
from invoices.page.facts import LineFact, NoteFact
from invoices.page.pay import pay
from invoices.page.paying import PayLead, pay_lead
from invoices.page.status import status_label, status_tone
from invoices.page.view import InvoiceView
from invoices.page.words import due_words
from invoices.panels import Panel, register


@dataclass(frozen=True, slots=True)
class NextInstalment:
    amount: Money
    due_on: date
    words: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left and when, in figures and in words."""

    heading: str
    status: State
    status_label: str
    tone: str
    left: Money
    total: Money
    paid: Money
    credited: Money
    written_down: Money
    percent_paid: int
    due_on: date
    due_words: str
    next_instalment: NextInstalment | None
    overpaid: Money | None
    paid_on: date | None
    paid_back: Money | None
    paid_back_on: date | None
    collector: Collector | None
    document_title: str
    announcement: str
    pay: PayLead

    @property
    def left_minor(self) -> int:
        return self.left.minor


def balance(view: InvoiceView) -> Balance:
    figures, state = view.figures, view.state
    left = view.money(figures.left)
    part, back = view.next_part, view.facts.paid_back
    label = status_label(view)
    sum_words = format_money(left, view.language)
    if state in SETTLED:
        title = f"{label} · {view.invoice.biller.name}"
        said = label
    else:
        title = _("{amount} left · {biller}").format(
            amount=sum_words, biller=view.invoice.biller.name
        )
        said = _("{amount} left to pay.").format(amount=sum_words)
    return Balance(
        heading=_("Invoice {number}").format(number=view.invoice.number),
        status=state,
        status_label=label,
        tone=status_tone(view),
        left=left,
        total=view.money(figures.asked),
        paid=view.money(figures.paid),
        credited=view.money(figures.credited),
        written_down=view.money(figures.written_down),
        percent_paid=_percent(figures.left + figures.paid, figures.paid),
        due_on=view.due_on,
        due_words=due_words(view.due_on, view.on),
        next_instalment=NextInstalment(
            view.money(part.open),
            part.due_on,
            due_words(part.due_on, view.on),
            part.due_on < view.on,
        )
        if part
        else None,
        overpaid=view.money(view.facts.held_minor) if view.facts.held_minor else None,
        paid_on=view.facts.paid_on,
        paid_back=view.money(back.paid) if back.paid else None,
        paid_back_on=back.on,
        collector=view.collector,
        document_title=title,
        announcement=said,
        pay=pay_lead(view),
    )


def _percent(whole: int, part: int) -> int:
    """Rounded down, so that 100 means all of it; but 1 as soon as anything is paid."""
    if whole <= 0:
        return 100
    return max(100 * part // whole, 1 if part else 0)


@dataclass(frozen=True, slots=True)
class Line:
    """A line; ``position`` is None on credit and debit notes, which count for themselves."""

    position: int | None
    text: str
    detail: str
    quantity: str
    ask_url: str
    unit_price: Money
    vat_rate: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Note:
    """A credit or debit note; a credit's amounts are negative."""

    title: str
    issued_on: date
    reason: str
    lines: list[Line]
    amount: Money


@dataclass(frozen=True, slots=True)
class VatRow:
    rate: str
    net: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class Lines:
    lines: list[Line]
    adjustments: list[Note]
    vat_rows: list[VatRow]
    total: Money
    vat_total: Money
    with_notes: Money | None
    vat_with_notes: Money | None


def lines(view: InvoiceView) -> Lines:
    shown: list[Line] = []
    notes: dict[int, Note] = {}
    vat: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    own = [row for row in view.lines if row.note is None]
    for row in view.lines:
        sign = row.note.sign if row.note else 1
        vat[row.vat_basis_points][0] += sign * row.net_minor
        vat[row.vat_basis_points][1] += sign * row.vat_minor
        line = _line(view, row, sign)
        if row.note is None:
            shown.append(line)
        else:
            notes.setdefault(row.note.id, _note(view, row.note)).lines.append(line)
    return Lines(
        lines=shown,
        adjustments=list(notes.values()),
        vat_rows=[
            VatRow(percent(rate, view.language), view.money(net), view.money(tax))
            for rate, (net, tax) in sorted(vat.items(), reverse=True)
        ],
        total=view.money(sum(row.net_minor + row.vat_minor for row in own)),
        vat_total=view.money(sum(row.vat_minor for row in own)),
        with_notes=view.money(sum(net + tax for net, tax in vat.values())) if notes else None,
        vat_with_notes=view.money(sum(tax for _net, tax in vat.values())) if notes else None,
    )


def _line(view: InvoiceView, row: LineFact, sign: int) -> Line:
    whole, milli = divmod(row.quantity_milli, 1000)
    comma = "." if view.language == "en" else ","
    quantity = f"{whole}{comma}{milli:03d}".rstrip("0").rstrip(comma) if milli else str(whole)
    return Line(
        position=None if row.note else row.position,
        text=row.text,
        detail=row.detail,
        quantity="" if quantity == "1" else quantity,
        ask_url="" if row.note else view.ask_url(f"line-{row.position}"),
        unit_price=view.money(row.unit_price_minor),
        vat_rate=percent(row.vat_basis_points, view.language),
        amount=view.money(sign * (row.net_minor + row.vat_minor)),
    )


def _note(view: InvoiceView, note: NoteFact) -> Note:
    title = _("Credit note {number}") if note.sign < 0 else _("Debit note {number}")
    return Note(
        title=title.format(number=note.number),
        issued_on=note.issued_on,
        reason=note.reason,
        lines=[],
        amount=view.money(note.sign * note.total_minor),
    )


def percent(basis_points: int, language: str) -> str:
    """A VAT rate for the eye: 25 %, 12,5 %, and 12.5 % in English."""
    whole, rest = divmod(basis_points, 100)
    mark = "." if language == "en" else ","
    digits = f"{mark}{rest:02d}".rstrip("0") if rest else ""
    return f"{whole}{digits}\u00a0%"


for _panel in (
    Panel(
        "invoice",
        "balance",
        "invoices/page/_balance.html",
        balance,
        order=10,
        can_look_back=True,
    ),
    Panel("invoice", "lines", "invoices/page/_lines.html", lines, order=30, can_look_back=True),
    Panel("invoice", "pay", "invoices/page/_pay.html", pay, order=40),
):
    register(_panel)
