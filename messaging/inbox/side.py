"""Beside the conversation: who the customer is, what they have paid, what else they owe."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from invoices.customers.models import ContactPoint
from invoices.documents.models import Invoice
from invoices.documents.queries import with_left
from invoices.history.kinds import KINDS
from invoices.money import Money
from invoices.page.sentences import fill
from invoices.page.words import due_words
from messaging.inbox.queue import when_words
from messaging.inbox.view import InboxView

OTHERS_MOST = 6
PAYMENTS_MOST = 5
_PAID = ("payment.matched", "payment.taken_back", "transfer.reversed")


@dataclass(frozen=True, slots=True)
class Point:
    """A way to reach the customer; ``bad`` where what was sent there came back."""

    kind: str
    value: str
    bad: bool


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    number: str
    since: str
    language: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Other:
    """Another invoice of the customer's."""

    number: str
    url: str
    left: Money
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Others:
    rows: Sequence[Other]
    more: bool


@dataclass(frozen=True, slots=True)
class Paid:
    sentence: str
    when: str


@dataclass(frozen=True, slots=True)
class Payments:
    """What has come in for this invoice; ``left`` is what has not."""

    rows: Sequence[Paid]


def customer(view: InboxView) -> Person | None:
    """Who writes."""
    if view.invoice is None:
        return None
    who = view.invoice.customer
    labels = {
        ContactPoint.Kind.EMAIL: _("E-mail"),
        ContactPoint.Kind.PHONE: _("Phone"),
        ContactPoint.Kind.ADDRESS: _("Address"),
    }
    return Person(
        name=who.name,
        number=who.number,
        since=str(timezone.localtime(who.created_at).year),
        language=str(get_language_info(who.language)["name_local"]).capitalize(),
        points=[
            Point(labels[ContactPoint.Kind(point.kind)], point.value, point.bad_at is not None)
            for point in who.contact_points.all()
        ],
    )


def others(view: InboxView) -> Others | None:
    """The customer's other invoices, the newest first."""
    if view.invoice is None:
        return None
    found = with_left(Invoice.objects.filter(customer_id=view.invoice.customer_id))
    rows = list(found.exclude(pk=view.invoice.pk).order_by("-pk")[: OTHERS_MOST + 1])
    return Others([_other(view, row) for row in rows[:OTHERS_MOST]], len(rows) > OTHERS_MOST)


def _other(view: InboxView, invoice: Invoice) -> Other:
    left = invoice.left_minor  # type: ignore[attr-defined]  # annotated by with_left
    late = left > 0 and view.on > invoice.due_on
    return Other(
        number=invoice.number,
        url=reverse("staff_invoice", args=[view.biller.slug, invoice.public_id]),
        left=Money(left, invoice.currency),
        words=due_words(invoice.due_on, view.on) if left > 0 else _("settled"),
        tone="bad" if late else "plain" if left > 0 else "good",
    )


def payments(view: InboxView) -> Payments | None:
    """What has come in for this invoice, the newest first; from what the page has read already."""
    if view.invoice_view is None or view.invoice is None:
        return None
    currency = view.invoice.currency
    found = [entry for entry in view.invoice_view.entries if entry.kind in _PAID]
    return Payments(
        [
            Paid(fill(KINDS[e.kind].say(e.data), e.data, currency), when_words(view, e.at))
            for e in found[:PAYMENTS_MOST]
        ]
    )
