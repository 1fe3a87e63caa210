"""Which payments stand in which box of the review, and where each of them is now."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from invoices.customers.models import Customer
from invoices.documents.models import Invoice
from invoices.documents.queries import with_left
from payments.bankfiles.models import BankLine
from payments.matching.models import Decision, Match, Waiting

PER_PAGE = 30
FOUND = 6


class Box(StrEnum):
    """Where a payment stands in the review."""

    WAITING = "waiting"
    ASIDE = "aside"  # not ours
    BOOKED = "booked"


def in_box(box: Box, biller_id: int, query: str = "") -> QuerySet[BankLine]:
    """The biller's payments in a box: those that have waited longest first, booked ones newest."""
    lines = BankLine.objects.filter(biller_id=biller_id).select_related("file").defer("file__raw")
    if box == Box.BOOKED:
        booked = Match.objects.filter(line=OuterRef("pk"), undone=None)
        return _matching(lines.filter(Exists(booked)), query).order_by("-pk")
    aside = Waiting.objects.filter(line=OuterRef("pk"), aside_at__isnull=box == Box.WAITING)
    return _matching(lines.filter(Exists(aside)), query).order_by("pk")


def _matching(lines: QuerySet[BankLine], query: str) -> QuerySet[BankLine]:
    if not query:
        return lines
    bare = "".join(query.split())
    return lines.filter(
        Q(reference__icontains=bare)
        | Q(text__icontains=query)
        | Q(payer_name__icontains=query)
        | Q(payer_account=bare)
        | Q(matches__invoice__number__iexact=bare)
    ).distinct()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many payments stand where somebody must decide."""

    waiting: int
    aside: int


def counts(biller_id: int) -> Counts:
    """How many payments wait, and how many are not ours. One query."""
    found = Waiting.objects.filter(biller_id=biller_id).aggregate(
        waiting=Count("pk", filter=Q(aside_at=None)),
        aside=Count("pk", filter=Q(aside_at__isnull=False)),
    )
    return Counts(**found)


def next_waiting(biller_id: int, after: int) -> uuid.UUID | None:
    """The payment that waits next after this one, else the first that waits."""
    waiting = in_box(Box.WAITING, biller_id)
    following = waiting.filter(pk__gt=after).values_list("public_id", flat=True).first()
    return following or waiting.values_list("public_id", flat=True).first()


def standing_matches(line_id: int) -> QuerySet[Match]:
    """What stands booked of a payment."""
    return Match.objects.filter(line_id=line_id, undone=None).select_related(
        "invoice", "invoice__customer"
    )


def rounds_of(line_ids: Iterable[int]) -> dict[int, int]:
    """Payment -> how often it was undone, which names the transfers of its next booking."""
    undone = Decision.objects.filter(line_id__in=list(line_ids), kind=Decision.Kind.UNDONE)
    return dict(undone.order_by().values_list("line_id").annotate(Count("pk")))


def kept_source(line_id: int, again: int) -> str:
    """What names the transfer that keeps a payment as credit."""
    return f"keep:{line_id}:{again}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: invoices, with what is left of each, and customers."""

    invoices: Sequence[Invoice]
    customers: Sequence[Customer]


def found_by(words: str, biller_id: int) -> Found:
    """Invoices and customers of the biller by number, reference or name; open invoices first."""
    bare = "".join(words.split())
    customers = Customer.objects.filter(
        Q(number__iexact=bare) | Q(name__icontains=words), biller_id=biller_id
    ).order_by("name", "pk")[:FOUND]
    own = list(customers)
    invoices = (
        with_left(Invoice.objects.filter(biller_id=biller_id).select_related("customer"))
        .filter(Q(number__iexact=bare) | Q(reference=bare) | Q(customer_id__in=[c.pk for c in own]))
        .order_by("-pk")
    )
    shown = sorted(invoices[:50], key=lambda i: (i.left_minor == 0, i.due_on, i.pk))
    return Found(shown[:FOUND], own)


def invoices_by_number(numbers: Collection[str], biller_id: int) -> dict[str, Invoice]:
    """The biller's invoices with these numbers."""
    found = Invoice.objects.filter(biller_id=biller_id, number__in=numbers)
    return {invoice.number: invoice for invoice in found}


def last_decision(line_id: int) -> Decision | None:
    """What was decided of the payment last, and by whom."""
    return Decision.objects.filter(line_id=line_id).select_related("user").first()


def customers_of(ids: Collection[int]) -> dict[int, Customer]:
    """Customers by id."""
    return Customer.objects.in_bulk(list(ids))


def open_of(customer_id: int) -> list[tuple[str, int]]:
    """Number and what is left of the customer's open invoices, the first one due first."""
    found = with_left(Invoice.objects.filter(customer_id=customer_id)).filter(left_minor__gt=0)
    return list(found.order_by("due_on", "pk").values_list("number", "left_minor"))
