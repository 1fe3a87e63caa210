"""What the invoice page says of draws, and where its button leads while one is planned."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from invoices.money import format_money
from invoices.page.paying import PayLead, leads_to
from invoices.page.view import InvoiceView
from invoices.page.words import clock as clock_words
from invoices.page.words import long_date
from invoices.panels import CUSTOMER, INVOICE_STAFF, Panel, register
from payments.claims.shown import Drawn, Shown, draws_of
from payments.claims.states import BEFORE, FAILED, ClaimState
from payments.claims.words import why
from payments.providers.panels import NAME as PAYING
from payments.providers.panels import standing
from payments.schemes.base import Transport
from payments.schemes.registry import SCHEMES, label_of
from payments.underway.models import Underway

NAME: Final = "draws"


@dataclass(frozen=True, slots=True)
class Row:
    """One draw. Addresses are "" where there is nothing to do."""

    title: str
    words: str
    tone: str = "plain"
    stop_url: str = ""
    resume_url: str = ""
    instead_url: str = ""
    pay: PayLead | None = None


@dataclass(frozen=True, slots=True)
class Draws:
    rows: list[Row]
    refused: str = ""


def lead(view: InvoiceView) -> PayLead | None:
    """While a draw is planned or under way, paying by hand is the exception: a quiet button."""
    if view.viewer != CUSTOMER or view.as_of:
        return None
    shown = draws_of(view)
    if shown.flying:
        return PayLead(f"#panel-{NAME}", words=_("See the draw"))
    if shown.next is None or shown.next.draw_on < view.on:
        return None
    now = standing(view)
    if now.moving or not now.ways:
        return None if now.moving else PayLead("#panel-pay", words=_("Pay now instead"))
    url = reverse("pay_invoice", args=[view.invoice.public_id])
    return PayLead(url, PAYING, words=_("Pay now instead"))


def draws(view: InvoiceView) -> Draws | None:
    """Every draw that is planned, under way or stopped; None where there is nothing to say."""
    if view.as_of:
        return None
    shown = draws_of(view)
    rows = [
        *([_failed(view, shown.failed)] if _asks_to_pay(view, shown) else ()),
        *(_live(view, each) for each in shown.live),
        *(_cancelling(view, each) for each in shown.cancelling if view.figures.left),
        *(_stopped(view, each) for each in shown.stopped if view.figures.left),
        *(_unbooked(view, each) for each in shown.unbooked if view.figures.left),
    ]
    return Draws([row for row in rows if row is not None])


def _asks_to_pay(view: InvoiceView, shown: Shown) -> bool:
    return bool(shown.failed and view.figures.left and not shown.live)


def _live(view: InvoiceView, claim: Drawn) -> Row:
    amount, day = _amount(view, claim), _day(view, claim.draw_on)
    stop = _url(view, claim, "stop") if claim.can_be_stopped else ""
    if claim.state in BEFORE:
        by = label_of(claim.scheme)
        words = _("With {scheme}. There is nothing you need to do.").format(scheme=by)
        if claim.state == ClaimState.PLANNED and claim.needs_notice:
            words = _("With {scheme}. You are told again before it is drawn.").format(scheme=by)
        title = _("{amount} will be drawn on {day}").format(amount=amount, day=day)
        return Row(title, words, stop_url=stop)
    if claim.state == ClaimState.RETRYING:
        return _retrying(view, claim, amount)
    title = _("The bank will draw {amount} on {day}").format(amount=amount, day=day)
    if by_api(claim):
        title = _("{amount} will be drawn on {day}").format(amount=amount, day=day)
    if not claim.can_be_stopped:
        words = _("It is too late to stop it. It shows here when the money has arrived.")
        return Row(title, words)
    until = _moment(view, claim.cancel_by)
    asked = _("The bank is asked. You can take it back until {when}.")
    if by_api(claim):
        asked = _("{scheme} is asked, and shows it too. You can take it back until {when}.")
    words = asked.format(when=until, scheme=label_of(claim.scheme))
    mine = view.viewer == CUSTOMER
    instead = _url(view, claim, "instead") if mine else ""
    return Row(title, words, stop_url=stop, instead_url=instead)


def _retrying(view: InvoiceView, claim: Drawn, amount: str) -> Row:
    day = _day(view, claim.retry_on or claim.draw_on)
    title = _("The bank tries again on {day}").format(day=day)
    if by_api(claim):
        title = _("{scheme} tries again").format(scheme=label_of(claim.scheme))
        words = _("{amount} could not be drawn yet. {scheme} tries again for some days.").format(
            amount=amount, scheme=label_of(claim.scheme)
        )
        return Row(title, f"{_said(claim.reason)} {words}".strip(), tone="warn")
    words = _(
        "{amount} could not be drawn yet. See to it that the money is on the account early that "
        "morning; there is nothing more to do."
    ).format(amount=amount)
    return Row(title, f"{_said(claim.reason)} {words}".strip(), tone="warn")


def _said(reason: str) -> str:
    sentence = why(reason)
    return _(sentence) if sentence else ""


def by_api(claim: Drawn) -> bool:
    """Whether a service draws it, and no bank."""
    return SCHEMES[claim.scheme].transport == Transport.API


def _cancelling(view: InvoiceView, claim: Drawn) -> Row:
    if by_api(claim):
        label = label_of(claim.scheme)
        title = _("{scheme} is told not to draw {amount}").format(
            scheme=label, amount=_amount(view, claim)
        )
        words = _("You can pay by hand as soon as {scheme} has confirmed it. It shows here.")
        return Row(title, words.format(scheme=label))
    title = _("The bank was told not to draw {amount}").format(amount=_amount(view, claim))
    return Row(title, _("You can pay by hand now."), pay=_pay(view))


def _stopped(view: InvoiceView, claim: Drawn) -> Row:
    day = _day(view, claim.draw_on)
    title = _("The draw of {amount} on {day} is stopped").format(
        amount=_amount(view, claim), day=day
    )
    resume = _url(view, claim, "resume") if claim.can_be_resumed else ""
    return Row(title, _("Please pay it by hand."), resume_url=resume, pay=_pay(view))


def _unbooked(view: InvoiceView, claim: Drawn) -> Row:
    title = _("{amount} was drawn, and we are looking at where it belongs").format(
        amount=_amount(view, claim)
    )
    words = _(
        "It was taken off this invoice and is not drawn again. Write to us if you wonder why."
    )
    return Row(title, words, tone="warn")


def _failed(view: InvoiceView, claim: Drawn | None) -> Row | None:
    if claim is None:
        return None
    amount = _amount(view, claim)
    said = _said(claim.reason)
    if claim.state in FAILED:
        title = _("{amount} could not be drawn").format(amount=amount)
        words = _("Please pay by hand: here, or in your bank with the numbers below.")
        return Row(title, f"{said} {words}".strip(), tone="bad", pay=_pay(view))
    title = _("Your bank paid {amount} back to you").format(amount=amount)
    if by_api(claim):
        title = _("{amount} was paid back to you").format(amount=amount)
    words = _("It is left to pay again. If you think that is wrong, write to us.")
    return Row(title, f"{said} {words}".strip(), tone="warn", pay=_pay(view))


def _pay(view: InvoiceView) -> PayLead | None:
    """How the customer pays by hand from here; None for whoever cannot, or need not."""
    if view.viewer != CUSTOMER or not view.figures.left:
        return None
    now = standing(view)
    if now.moving:
        return None
    if now.ways:
        return PayLead(reverse("pay_invoice", args=[view.invoice.public_id]), PAYING)
    return PayLead("#panel-pay")


def _url(view: InvoiceView, claim: Drawn, what: str) -> str:
    if view.for_staff:
        args: list[object] = [view.invoice.biller.slug, view.invoice.public_id]
        return reverse(f"staff_{what}_draw", args=[*args, claim.public_id])
    return reverse(f"{what}_draw", args=[view.invoice.public_id, claim.public_id])


def _amount(view: InvoiceView, claim: Drawn) -> str:
    return format_money(view.money(claim.amount_minor), view.language)


def _day(view: InvoiceView, on: date) -> str:
    return long_date(on, view.language, today=view.on)


def _moment(view: InvoiceView, at: datetime) -> str:
    local = timezone.localtime(at)
    time = clock_words(local, view.language)
    return _("{day} at {time}").format(day=_day(view, local.date()), time=time)


def moving_by_claim(view: InvoiceView) -> bool:
    """Whether the draws panel speaks of what is under way."""
    moving = standing(view).moving
    return moving is not None and moving.by == Underway.By.CLAIM


leads_to(lead, first=True)  # before paying through providers
register(
    Panel(
        "invoice",
        NAME,
        "payments/claims/_draws.html",
        draws,
        order=11,
        audience=INVOICE_STAFF | {CUSTOMER},
    )
)
