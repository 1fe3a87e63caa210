"""The page behind a pay-only link: how much, by when, how to pay. Nothing of whom or what for.

A page of its own in the registry of panels, so that no panel of the invoice page can land here.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils.translation import gettext as _

from invoices.history.kinds import KINDS
from invoices.history.queries import version_of_kinds
from invoices.money import Money, format_money
from invoices.page.panels import NextInstalment, balance
from invoices.page.pay import pay
from invoices.page.paying import PayLead
from invoices.page.view import InvoiceView
from invoices.page.words import due_words
from invoices.panels import PAYER, Panel, names_on, register

PAGE = "pay_only"


def version(invoice_id: int) -> int:
    """How often the amount or the day changed: all that this page's version may tell."""
    return version_of_kinds(invoice_id, _kinds())


@cache
def _kinds() -> tuple[str, ...]:
    shown = names_on(PAGE)
    return tuple(name for name, kind in KINDS.items() if shown.intersection(kind.panels))


@dataclass(frozen=True, slots=True)
class ToPay:
    """What is left and when; not why, and not what else is going on."""

    heading: str
    status: str
    status_label: str
    tone: str
    left: Money
    due_on: date
    next_instalment: NextInstalment | None
    document_title: str
    announcement: str
    elsewhere: bool
    pay: PayLead

    @property
    def left_minor(self) -> int:
        return self.left.minor


def to_pay(view: InvoiceView) -> ToPay:
    whole = balance(view)
    left = format_money(whole.left, view.language)
    when = due_words(whole.due_on, view.on)
    elsewhere = view.collector is not None
    late = whole.left.minor > 0 and view.on > whole.due_on and not elsewhere
    label = _("Was due {when}") if late else _("Due {when}")
    if not whole.left.minor:
        label = _("Nothing to pay")
    elif elsewhere:
        label = _("Not paid here any more")
    name = view.invoice.biller.name
    return ToPay(
        heading=_("To {biller}").format(biller=name),
        status="settled" if not whole.left.minor else "overdue" if late else "open",
        status_label=label.format(when=when),
        tone="good" if not whole.left.minor else "bad" if late else "plain",
        left=whole.left,
        due_on=whole.due_on,
        next_instalment=whole.next_instalment,
        document_title=_("{amount} left · {biller}").format(amount=left, biller=name),
        announcement=_("{amount} left to pay.").format(amount=left),
        elsewhere=elsewhere,
        pay=whole.pay,
    )


for _panel in (
    Panel(
        PAGE, "balance", "invoices/page/_to_pay.html", to_pay, order=10, audience=frozenset({PAYER})
    ),
    Panel(PAGE, "pay", "invoices/page/_pay.html", pay, order=20, audience=frozenset({PAYER})),
):
    register(_panel)
