"""Credit on account on the invoice page, for the customer and for staff."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from invoices import clock
from invoices.billers.roles import SEES_MONEY
from invoices.changes.scene import where
from invoices.errors import N_
from invoices.money import Money, format_money
from invoices.page.view import InvoiceView
from invoices.panels import CUSTOMER, INVOICE_STAFF, Panel, register
from payments.refunds.actions import SHOWN_FOR
from payments.refunds.queries import Payback, Standing, standing_of
from payments.refunds.states import UNDECIDED, RefundState

NAME: Final = "credit"

STATES: Final = {
    RefundState.ASKED: N_("Asked for"),
    RefundState.APPROVED: N_("Approved"),
    RefundState.IN_FILE: N_("On its way"),
    RefundState.PAID: N_("Paid back"),
    RefundState.REFUSED: N_("Not paid back"),
    RefundState.RETURNED: N_("Came back"),
    RefundState.WITHDRAWN: N_("Taken back"),
}
TONES: Final = {
    RefundState.PAID: "good",
    RefundState.REFUSED: "warn",
    RefundState.RETURNED: "warn",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A payback. Addresses are "" for what cannot be done with it here."""

    amount: Money
    label: str
    tone: str
    account: str
    on: date
    reason: str
    withdraw_url: str
    account_url: str


@dataclass(frozen=True, slots=True)
class Credit:
    """What stands as credit. Hidden where there is none and nothing is told of it."""

    held: Money
    title: str
    words: str
    use_url: str
    use_words: str
    back_url: str
    rows: list[Row]
    unuse_url: str
    unuse_id: int | None
    unuse_words: str

    @property
    def shown(self) -> bool:
        return bool(self.held or self.rows or self.unuse_id)


def credit(view: InvoiceView) -> Credit:
    """The customer's credit, what can be done with it, and what is under way."""
    now = standing_of(view.invoice, clock.now() - SHOWN_FOR)
    may = view.viewer == CUSTOMER or view.viewer in SEES_MONEY
    usable = min(now.free_minor, view.figures.left) if may and not now.moving else 0
    back = may and now.free_minor and (view.for_staff or now.ask_back)
    used = now.used_id if view.viewer in SEES_MONEY else None
    return Credit(
        held=view.money(now.held_minor),
        title=_title(view, now),
        words=_words(view, now),
        use_url=_url(view, "use_credit") if usable else "",
        use_words=_("Use {amount} here").format(amount=_said(view, usable)),
        back_url=_url(view, "pay_credit_back") if back else "",
        rows=[_row(view, payback) for payback in now.paybacks],
        unuse_url=reverse("staff_unuse_credit", kwargs=where(view.invoice, view.viewer))
        if used
        else "",
        unuse_id=used,
        unuse_words=_("Put {amount} back as credit").format(amount=_said(view, now.used_minor)),
    )


def _title(view: InvoiceView, now: Standing) -> str:
    if not now.held_minor:
        return _("Credit on account")
    if view.for_staff:
        words = _("{amount} stands as credit on the customer's account")
    else:
        words = _("{amount} stands as credit on your account")
    return words.format(amount=_said(view, now.held_minor))


def _words(view: InvoiceView, now: Standing) -> str:
    if not now.held_minor:
        return ""
    if not now.free_minor:
        return _("All of it is asked to be paid back.")
    if view.figures.left:
        return _("It can lower this invoice, or be paid back.")
    if now.open_elsewhere:
        return _("It can lower another open invoice, from that invoice's page, or be paid back.")
    return _("It lowers the next invoice, or can be paid back.")


def _row(view: InvoiceView, payback: Payback) -> Row:
    undecided = payback.state in UNDECIDED
    args = [view.invoice.public_id, UUID(payback.public_id)]
    mine = view.viewer == CUSTOMER and undecided
    to = payback.destination
    return Row(
        amount=view.money(payback.amount_minor),
        label=_(STATES[payback.state]),
        tone=TONES.get(payback.state, "plain"),
        account=to.shown if view.for_staff else to.masked,
        on=payback.changed_on,
        reason=payback.reason,
        withdraw_url=reverse("withdraw_refund", args=args) if mine else "",
        account_url=reverse("refund_account", args=args) if mine else "",
    )


def _url(view: InvoiceView, name: str) -> str:
    name = name if view.viewer == CUSTOMER else f"staff_{name}"
    return reverse(name, kwargs=where(view.invoice, view.viewer))


def _said(view: InvoiceView, minor: int) -> str:
    return format_money(view.money(minor), view.language)


register(
    Panel(
        "invoice",
        NAME,
        "payments/refunds/_credit.html",
        credit,
        order=14,
        audience=INVOICE_STAFF | {CUSTOMER},
    )
)
