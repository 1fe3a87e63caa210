"""Paying on the page: the main button, and the panel in which it happens."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

import segno
from django.urls import reverse
from django.utils.translation import gettext as _

from invoices import clock
from invoices.money import Money, format_money
from invoices.page.paying import PayLead, leads_to
from invoices.page.view import InvoiceView
from invoices.panels import CUSTOMER, INVOICE_STAFF, PAYER, Panel, register
from payments.providers.queries import Attempt, Paying, paying
from payments.providers.states import IN_FLIGHT, NOTHING_DRAWN, IntentState
from payments.underway.models import Underway

NAME: Final = "paying"
TOLD_FOR: Final = timedelta(hours=1)  # how long the panel speaks of a payment that is over


class Mode(StrEnum):
    QUIET = "quiet"
    WAITING = "waiting"  # something is on its way: nobody can pay again
    DONE = "done"
    ENDED = "ended"  # nothing was drawn


@dataclass(frozen=True, slots=True)
class Progress:
    """What the panel says. Addresses are "" where there is nothing to do."""

    mode: Mode = Mode.QUIET
    title: str = ""
    words: str = ""
    go_url: str = ""
    go_words: str = ""
    qr: str = ""
    cancel_url: str = ""
    again_url: str = ""
    receipt_url: str = ""
    is_test: bool = False


def standing(view: InvoiceView) -> Paying:
    """How the invoice stands with paying, read once for the whole page."""
    if "paying" not in view.known:
        view.known["paying"] = paying(view.invoice.pk, view.invoice.biller_id)
    found: Paying = view.known["paying"]
    return found


@leads_to
def lead(view: InvoiceView) -> PayLead | None:
    """To the form; to what is on its way; None where the biller offers no provider."""
    if view.viewer not in (CUSTOMER, PAYER) or view.as_of:
        return None
    now = standing(view)
    if now.moving:
        return PayLead(f"#panel-{NAME}", words=_("See the payment under way"))
    if now.ways:
        return PayLead(reverse("pay_invoice", args=[view.invoice.public_id]), NAME)
    return None


def progress(view: InvoiceView) -> Progress:
    """What becomes of the newest payment, while it matters."""
    now = standing(view)
    attempt = now.attempt
    # On the invoice page the panel of draws speaks of it, and can take it back.
    if now.moving and now.moving.by == Underway.By.CLAIM and view.viewer == PAYER:
        amount = _said(view, now.moving.amount_minor)
        return Progress(
            Mode.WAITING,
            title=_("{amount} is being drawn by direct debit").format(amount=amount),
            words=_("There is nothing more to do. It shows here when it has arrived."),
        )
    if attempt is None:
        return Progress()
    if attempt.state in IN_FLIGHT:
        return _waiting(view, attempt)
    if clock.now() - attempt.changed_at > TOLD_FOR:
        return Progress()
    if attempt.state == IntentState.CAPTURED:
        return _done(view, attempt)
    return _ended(view, attempt, offered=bool(now.ways))


def _waiting(view: InvoiceView, attempt: Attempt) -> Progress:
    amount, label = _said(view, attempt.amount_minor), attempt.label
    title = _("We are waiting for {provider}").format(provider=label)
    if attempt.state == IntentState.APPROVED:
        words = _("{amount} is approved. It shows here as soon as {provider} confirms it.")
        said = words.format(amount=amount, provider=label)
        return Progress(Mode.WAITING, title, said, is_test=not attempt.live)
    if attempt.state == IntentState.CREATED:
        words = _("We are asking {provider} for {amount}. This takes a moment.")
    else:
        words = _("Approve {amount} there. It shows here by itself when it has arrived.")
    args = [view.invoice.public_id, attempt.public_id]
    mine = view.viewer in (CUSTOMER, PAYER)
    return Progress(
        Mode.WAITING,
        title,
        words.format(amount=amount, provider=label),
        go_url=attempt.url if mine else "",
        go_words=_("Go on to {provider}").format(provider=label),
        qr=_picture(attempt.qr) if mine and attempt.qr else "",
        cancel_url=reverse("cancel_payment", args=args) if mine else "",
        is_test=not attempt.live,
    )


def _done(view: InvoiceView, attempt: Attempt) -> Progress:
    amount: Money = view.money(attempt.drawn_minor)
    receipt = ""
    if attempt.received_id and view.viewer == CUSTOMER:
        receipt = reverse("receipt_pdf", args=[view.invoice.public_id, attempt.received_id])
    return Progress(
        Mode.DONE,
        title=_("Thank you. {amount} has arrived.").format(
            amount=format_money(amount, view.language)
        ),
        words=_("Paid with {provider}.").format(provider=attempt.label),
        receipt_url=receipt,
        is_test=not attempt.live,
    )


def _ended(view: InvoiceView, attempt: Attempt, *, offered: bool) -> Progress:
    assert attempt.state in NOTHING_DRAWN
    said = {
        IntentState.DECLINED: _(
            "{provider} or your bank said no. Try again, or pay in another way."
        ),
        IntentState.CANCELLED: _("You took it back. You can pay whenever you like."),
        IntentState.EXPIRED: _("Nobody approved it in time. Begin again when you are ready."),
        IntentState.FAILED: _(
            "{provider} did not answer as it should. Try again in a while, or pay in another way."
        ),
    }
    again = offered and view.figures.left and view.viewer in (CUSTOMER, PAYER)
    return Progress(
        Mode.ENDED,
        title=_("Nothing was drawn"),
        words=said[attempt.state].format(provider=attempt.label),
        again_url=reverse("pay_invoice", args=[view.invoice.public_id]) if again else "",
        is_test=not attempt.live,
    )


def _said(view: InvoiceView, minor: int) -> str:
    return format_money(view.money(minor), view.language)


def _picture(text: str) -> str:
    """A QR code as the address of a picture: dark on white, also where the page is dark."""
    code = segno.make(text, error="m", micro=False)
    return code.svg_data_uri(border=4, dark="#000", light="#fff", scale=6)


for _page, _audience in (
    ("invoice", INVOICE_STAFF | {CUSTOMER}),
    ("pay_only", frozenset({PAYER})),
):
    register(
        Panel(
            _page,
            NAME,
            "payments/providers/_paying.html",
            progress,
            order=12,
            audience=_audience,
        )
    )
