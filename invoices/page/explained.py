"""The panel that explains the bill: why it is not what the last one was."""

from dataclasses import dataclass
from typing import Final

from babel.dates import format_date
from django.utils.translation import gettext as _

from invoices.documents.explain import Cause, Fact, Nature, explain
from invoices.errors import N_
from invoices.money import Money, format_money
from invoices.page.view import InvoiceView
from invoices.panels import Panel, register

WORDS: Final = {
    Cause.PRICE: N_("The price has changed"),
    Cause.CAMPAIGN_ENDED: N_("The campaign has ended"),
    Cause.CAMPAIGN_BEGAN: N_("A campaign has begun"),
    Cause.QUANTITY: N_("More or fewer than last time"),
    Cause.USAGE: N_("By what was used"),
    Cause.PART: N_("For a part of the month"),
    Cause.ONE_OFF: N_("This time only"),
    Cause.ONE_OFF_BEFORE: N_("Was on the last invoice only"),
    Cause.NEW: N_("New on this invoice"),
    Cause.GONE: N_("No longer on the invoice"),
    Cause.UNKNOWN: "",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One difference; ``percent`` is its size beside the largest."""

    text: str
    words: str
    amount: str
    percent: int
    less: bool


@dataclass(frozen=True, slots=True)
class Explained:
    heading: str
    rows: list[Row]


def explained(view: InvoiceView) -> Explained | None:
    """The differences to the customer's invoice before this one; None without one, or any."""
    before = view.facts.previous
    if before is None:
        return None
    now = [
        Fact(
            line.text,
            line.net_minor + line.vat_minor,
            line.unit_price_minor,
            line.quantity_milli,
            Nature(line.nature),
        )
        for line in view.lines
        if line.note is None
    ]
    differences = explain(before.lines, now)
    if not differences:
        return None
    largest = max(abs(each.amount) for each in differences)
    total = sum(each.amount for each in differences)
    return Explained(
        heading=_heading(view, total),
        rows=[
            Row(
                text=each.text,
                words=_(WORDS[each.cause]) if WORDS[each.cause] else "",
                amount=_signed(view, each.amount),
                percent=max(100 * abs(each.amount) // largest, 1),
                less=each.amount < 0,
            )
            for each in differences
        ],
    )


def _heading(view: InvoiceView, total: int) -> str:
    assert view.facts.previous is not None
    month = format_date(view.facts.previous.issued_on, "MMMM", locale=view.language)
    amount = format_money(view.money(abs(total)), view.language)
    if total > 0:
        return _("{amount} more than in {month}. Why?").format(amount=amount, month=month)
    if total < 0:
        return _("{amount} less than in {month}. Why?").format(amount=amount, month=month)
    return _("The same sum as in {month}, made up differently").format(month=month)


def _signed(view: InvoiceView, minor: int) -> str:
    sign = "+" if minor > 0 else "\u2212"
    return sign + format_money(Money(abs(minor), view.invoice.currency), view.language)


register(
    Panel(
        "invoice",
        "explained",
        "invoices/page/_explained.html",
        explained,
        order=35,
        can_look_back=True,
    )
)
