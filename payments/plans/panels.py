"""What was said of paying, and the plan of instalments: their panels on the invoice page."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from invoices.changes.policy import no_move
from invoices.changes.queries import rules_of, standing_from
from invoices.changes.scene import where
from invoices.documents.models import Invoice
from invoices.documents.states import Part, State
from invoices.money import Money, format_money
from invoices.page.view import InvoiceView
from invoices.page.words import due_words, long_date
from invoices.panels import CUSTOMER, INVOICE_STAFF, Panel, register
from payments.plans.queries import Said, standing_of

NAME: Final = "told"


class Telling(StrEnum):
    PAID = "paid"  # it is paid
    PROMISE = "promise"  # it will be


@dataclass(frozen=True, slots=True)
class Place:
    """The names of the addresses where something is said, and taken back."""

    tell: str
    back: str

    def url(self, invoice: Invoice, by: str, *, back: bool = False) -> str:
        """The address for a customer or for staff."""
        name = self.back if back else self.tell
        name = name if by == CUSTOMER else f"staff_{name}"
        return reverse(name, kwargs=where(invoice, by))


PLACES: Final = {
    Telling.PAID: Place("say_paid", "not_paid"),
    Telling.PROMISE: Place("promise_payment", "take_promise_back"),
}


@dataclass(frozen=True, slots=True)
class Way:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """``mode`` is "" for the quiet row of ``ways``, else "waiting" or "late"; hidden without
    either.
    """

    mode: str = ""
    title: str = ""
    words: str = ""
    said_id: str = ""
    back_url: str = ""
    back_words: str = ""
    ask_url: str = ""
    ways: tuple[Way, ...] = ()


def told(view: InvoiceView) -> Told:
    """What was said of paying, for as long as it matters; else the ways to say something."""
    if not view.figures.left or view.state == State.DISPUTED:
        return Told()
    now = standing_of(view.invoice.pk)
    newest = max(
        (
            (said.at, telling, said)
            for telling, said in ((Telling.PAID, now.paid), (Telling.PROMISE, now.promise))
            if said is not None
        ),
        default=None,
    )
    if newest is None:
        return Told(ways=_ways(view, *_what_can_be_told(view)))
    _at, telling, said = newest
    late = said.given_up or said.until < view.on
    return _late(view, telling, said) if late else _waiting(view, telling, said)


def _what_can_be_told(view: InvoiceView) -> tuple[Telling, ...]:
    """A day to pay is promised where the due date cannot be moved to it, or has passed: else the
    two would stand beside each other and say the same. Whoever collects agrees on days for itself.
    """
    if view.collector is not None:
        return (Telling.PAID,)
    invoice = view.invoice
    standing = standing_from(invoice, view.figures, view.parts, view.changes)
    movable = no_move(rules_of(invoice.biller), standing) is None
    if movable and not view.for_staff and view.due_on >= view.on:
        return (Telling.PAID,)
    return (Telling.PAID, Telling.PROMISE)


def _ways(view: InvoiceView, *tellings: Telling) -> tuple[Way, ...]:
    labels = {Telling.PAID: _("I have paid"), Telling.PROMISE: _("Choose a day to pay")}
    if view.for_staff:
        labels = {
            Telling.PAID: _("The customer has paid"),
            Telling.PROMISE: _("Agree on a day to pay"),
        }
    return tuple(
        Way(labels[each], PLACES[each].url(view.invoice, view.viewer)) for each in tellings
    )


def _waiting(view: InvoiceView, telling: Telling, said: Said) -> Told:
    until = long_date(said.until, view.language)
    if telling == Telling.PAID:
        title = _("We look out for your payment of {amount}")
        if view.for_staff:
            title = _("A payment of {amount} is looked out for")
        words = _(
            "It is said to be paid on {day}. Reminders wait until {until}, and it shows here by "
            "itself when it has arrived."
        )
        back = _("It was not paid")
        ways = _ways(view)
    else:
        title = _("{amount} is to be paid on {day}")
        words = _("No reminders are sent until {until}. You can pay before, as you like.")
        back = _("Take it back")
        ways = _ways(view, Telling.PAID)
    return Told(
        mode="waiting",
        title=_fill(view, title, said),
        words=_fill(view, words, said, until=until),
        back_words=back,
        ways=ways,
        **_back(view, telling, said),
    )


def _late(view: InvoiceView, telling: Telling, said: Said) -> Told:
    if telling == Telling.PAID:
        title = _("The payment of {amount} has not arrived")
        words = _(
            "It was said to be paid on {day}, and reminders no longer wait for it. Look in the "
            "bank whether it left the account, and to which account and reference. Write to us "
            "with the receipt, and we find it."
        )
        back = _("It was not paid")
        ways = _ways(view, *_what_can_be_told(view))
    else:
        title = _("{amount} was to be paid on {day}")
        words = _(
            "It has not arrived, and reminders no longer wait for it. Pay it as soon as you can, "
            "or write to us if something stands in the way."
        )
        back = ""
        ways = _ways(view, *_what_can_be_told(view))
    return Told(
        mode="late",
        title=_fill(view, title, said),
        words=_fill(view, words, said),
        back_words=back,
        ask_url=f"{view.page_url}#panel-messages" if view.may_ask else "",
        ways=ways,
        **_back(view, telling, said),
    )


def _back(view: InvoiceView, telling: Telling, said: Said) -> dict[str, str]:
    url = PLACES[telling].url(view.invoice, view.viewer, back=True)
    return {"said_id": said.public_id, "back_url": url}


def _fill(view: InvoiceView, template: str, said: Said, **more: str) -> str:
    amount = format_money(view.money(said.amount_minor), view.language)
    return template.format(amount=amount, day=long_date(said.on, view.language), **more)


@dataclass(frozen=True, slots=True)
class Row:
    """An instalment. ``tone`` and ``label`` say how it stands."""

    number: int
    due_on: date
    amount: Money
    label: str
    tone: str
    next: bool


@dataclass(frozen=True, slots=True)
class Plan:
    rows: list[Row]
    behind: str


def plan(view: InvoiceView) -> Plan:
    """The instalments in force; no rows where there is no plan, or nothing is left of it."""
    if not view.next_part:
        return Plan([], "")
    rows = [_row(view, number, part) for number, part in enumerate(view.parts, start=1)]
    return Plan(rows, _behind(view))


def _row(view: InvoiceView, number: int, part: Part) -> Row:
    label, tone = _standing(view, part)
    return Row(
        number=number,
        due_on=part.due_on,
        amount=view.money(part.amount),
        label=label,
        tone=tone,
        next=part is view.next_part,
    )


def _standing(view: InvoiceView, part: Part) -> tuple[str, str]:
    if not part.open:
        return _("Paid"), "good"
    words = due_words(part.due_on, view.on)
    late = part.due_on < view.on
    if part.open < part.amount:
        left = format_money(view.money(part.open), view.language)
        return _("{amount} left").format(amount=left), "bad" if late else "plain"
    if late:
        return _("Was due {when}").format(when=words), "bad"
    return _("Due {when}").format(when=words), "plain"


def _behind(view: InvoiceView) -> str:
    """What it means that the plan has fallen behind; "" where it has not."""
    late = sum(part.open for part in view.parts if part.due_on < view.on)
    if not late:
        return ""
    return _(
        "The plan is {amount} behind. Pay that, and it goes on as agreed; the other parts keep "
        "their days. As long as it is not paid, reminders can be sent for it."
    ).format(amount=format_money(view.money(late), view.language))


for _panel in (
    Panel(
        "invoice",
        NAME,
        "payments/plans/_told.html",
        told,
        order=13,
        audience=INVOICE_STAFF | {CUSTOMER},
    ),
    Panel(
        "invoice",
        "plan",
        "payments/plans/_plan.html",
        plan,
        order=20,
        audience=INVOICE_STAFF | {CUSTOMER},
    ),
):
    register(_panel)
