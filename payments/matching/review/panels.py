"""The panels of the review: what waits, the payment looked at, and what else can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from invoices.customers.models import Customer
from invoices.desk.nav import register_page
from invoices.errors import N_
from invoices.money import Money
from invoices.panels import MONEY_STAFF, Panel, register
from payments.bankfiles.models import BankLine
from payments.matching.evidence import KINDS, Evidence
from payments.matching.models import Decision, Match, Waiting
from payments.matching.ranking import Ranked
from payments.matching.review.queries import (
    PER_PAGE,
    Box,
    counts,
    customers_of,
    found_by,
    last_decision,
    open_of,
    standing_matches,
)
from payments.matching.review.reasons import Reason
from payments.matching.review.view import ReviewView
from payments.matching.review.words import Proposal, Said, effect, named, proposal, said

PROPOSED = 3
SPLIT_ROWS = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A payment in the list."""

    url: str
    who: str
    amount: Money
    words: str
    booked_on: date
    sure: str
    tone: str
    current: bool


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class Queue:
    rows: list[Row]
    tabs: list[Tab]
    query: str
    box: str
    more_url: str
    bulk_url: str


def queue(view: ReviewView) -> Queue:
    """The payments of a box, or of it what a search finds."""
    number = counts(view.biller.pk)
    tabs = [
        (Box.WAITING, _("Waiting"), number.waiting),
        (Box.ASIDE, _("Not ours"), number.aside),
        (Box.BOOKED, _("Booked"), None),
    ]
    more = len(view.lines) > PER_PAGE
    base = reverse("review", args=[view.biller.slug])
    return Queue(
        rows=[_row(view, line) for line in view.lines[:PER_PAGE]],
        tabs=[
            Tab(label, f"{base}?{urlencode({'box': box.value})}", count, box == view.box)
            for box, label, count in tabs
        ],
        query=view.query,
        box=view.box.value,
        more_url=f"{base}?{asked(view, start=view.start + PER_PAGE)}" if more else "",
        bulk_url=view.bulk_url if number.waiting else "",
    )


def asked(view: ReviewView, start: int = 0) -> str:
    """The list that is looked at, as a question, so that it stays when a payment is opened."""
    chosen: dict[str, object] = {"box": view.box.value}
    if view.query:
        chosen["q"] = view.query
    if start:
        chosen["from"] = start
    return urlencode(chosen)


def _row(view: ReviewView, line: BankLine) -> Row:
    sure, tone = "", "plain"
    if view.box == Box.WAITING:
        shown = _proposals(line, view.ranked.get(line.pk, [])[:1], {})
        sure, tone = (shown[0].sure, shown[0].tone) if shown else (_("No lead"), "plain")
    return Row(
        url=f"{view.line_url(line.public_id)}?{asked(view, view.start)}",
        who=line.payer_name or line.payer_account or _("Unknown payer"),
        amount=Money(line.amount_minor, line.currency),
        words=" ".join(f"{line.reference} {line.text}".split())[:120],
        booked_on=line.booked_on,
        sure=sure,
        tone=tone,
        current=view.line is not None and view.line.pk == line.pk,
    )


def _proposals(
    line: BankLine, ranked: Sequence[Ranked], customers: dict[int, Customer]
) -> list[Proposal]:
    amount = Money(line.amount_minor, line.currency)
    written = f"{line.reference}\n{line.text}"
    return [
        proposal(
            place,
            each,
            amount,
            written,
            customers[each.customer_id].name if customers else "",
            get_language() or "en",
        )
        for place, each in enumerate(ranked, start=1)
    ]


@dataclass(frozen=True, slots=True)
class Went:
    """Where a part of a booked payment went, and why."""

    number: str
    url: str
    customer: str
    amount: Money
    reasons: list[Said]


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment that is looked at. ``state`` is where it stands: waiting, aside, booked, kept,
    returned, or new (not looked at yet).
    """

    state: str
    who: str
    account: str
    amount: Money
    booked_on: date
    reference: str
    text: str
    source: str
    back: bool
    proposals: list[Proposal]
    went: list[Went]
    by: str
    automatic: bool
    kept_for: str
    urls: dict[str, str]
    form_ids: dict[str, UUID]
    reasons: list[tuple[str, str]]


def payment(view: ReviewView) -> Payment | None:
    """The payment with its candidates, or with what became of it."""
    line = view.line
    if line is None:
        return None
    waiting = Waiting.objects.filter(pk=line.pk).first()
    matches = [] if waiting else list(standing_matches(line.pk))
    last = None if waiting else last_decision(line.pk)
    ranked = view.ranked.get(line.pk, [])[:PROPOSED] if waiting else []
    customers = customers_of({each.customer_id for each in ranked}) if ranked else {}
    state = _state(waiting, bool(matches), last)
    by_hand = last is not None and last.user is not None
    return Payment(
        state=state,
        who=line.payer_name or _("Unknown payer"),
        account=line.payer_account,
        amount=Money(line.amount_minor, line.currency),
        booked_on=line.booked_on,
        reference=line.reference,
        text=line.text,
        source=f"{line.file.name}:{line.line_no}",
        back=line.amount_minor < 0,
        proposals=_proposals(line, ranked, customers),
        went=[_went(view, match) for match in matches],
        by=last.user.get_full_name() if last and by_hand and last.user else "",
        automatic=all(match.automatic for match in matches),
        kept_for=_kept_for(view, last) if state == "kept" else "",
        urls={what: view.url(what) for what in ("book", "mark", "undo")},
        form_ids={name: view.form_id(name) for name in ("book", "mark", "undo")},
        reasons=[(each.value, _(each.label)) for each in Reason],
    )


def _state(waiting: Waiting | None, booked: bool, last: Decision | None) -> str:
    if waiting is not None:
        return "aside" if waiting.aside_at else "waiting"
    if booked:
        return "booked"
    kinds = {Decision.Kind.CREDIT: "kept", Decision.Kind.RETURNED: "returned"}
    return kinds.get(Decision.Kind(last.kind), "new") if last else "new"


def _kept_for(view: ReviewView, last: Decision | None) -> str:
    assert last is not None, "somebody kept it"
    kept = Customer.objects.filter(biller=view.biller, number=last.chosen).first()
    return kept.name if kept else last.chosen


def _went(view: ReviewView, match: Match) -> Went:
    invoice = match.invoice
    pieces = [Evidence(code, *values) for code, *values in match.evidence if code in KINDS]
    amount = match.to_invoice_minor + match.to_credit_minor
    return Went(
        number=invoice.number,
        url=reverse("staff_invoice", args=[view.biller.slug, invoice.public_id]),
        customer=invoice.customer.name,
        amount=Money(amount, invoice.currency),
        reasons=[said(piece, invoice.currency) for piece in pieces],
    )


@dataclass(frozen=True, slots=True)
class FoundInvoice:
    number: str
    customer: str
    left: Money
    effect: str
    take: str


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    id: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Others:
    """What else can be done with a payment that waits; ``shown`` while it does."""

    shown: bool
    aside: bool
    back: bool
    find: str
    found: list[FoundInvoice]
    customers: list[FoundCustomer]
    rows: list[tuple[str, str]]
    amount: Money
    amount_plain: str
    error: str
    urls: dict[str, str]
    form_ids: dict[str, UUID]
    asked: list[tuple[str, str]]


def others(view: ReviewView) -> Others | None:
    """A search, a split by hand, credit on account, and "not ours"."""
    line = view.line
    if line is None:
        return None
    waiting = Waiting.objects.filter(pk=line.pk).first()
    ranked = view.ranked.get(line.pk, []) if waiting else []
    found = found_by(view.find, view.biller.pk) if view.find and waiting else None
    people = list(found.customers) if found else []
    if not people and ranked:
        people = list(customers_of({each.customer_id for each in ranked[:PROPOSED]}).values())
    return Others(
        shown=waiting is not None,
        aside=bool(waiting and waiting.aside_at),
        back=line.amount_minor < 0,
        find=view.find,
        found=[_found(line, invoice) for invoice in found.invoices] if found else [],
        customers=[FoundCustomer(str(c.public_id), c.name, c.number) for c in people],
        rows=_split_rows(view, line, ranked),
        amount=Money(line.amount_minor, line.currency),
        amount_plain=_plain(line.amount_minor),
        error=view.error,
        urls={what: view.url(what) for what in ("book", "split", "credit", "mark")},
        form_ids={name: view.form_id(name) for name in ("book", "split", "credit", "mark")},
        asked=[("box", view.box.value), ("q", view.query)],
    )


def _found(line: BankLine, invoice: Any) -> FoundInvoice:
    language = get_language() or "en"
    left, amount = invoice.left_minor, line.amount_minor
    to_invoice = min(amount, left) if amount > 0 else amount
    return FoundInvoice(
        invoice.number,
        invoice.customer.name,
        Money(left, invoice.currency),
        effect(left, to_invoice, amount - to_invoice, invoice.currency, language),
        named([(invoice.number, left)]),
    )


def _split_rows(
    view: ReviewView, line: BankLine, ranked: Sequence[Ranked]
) -> list[tuple[str, str]]:
    """What the split begins with: the open invoices of whom the best candidate is."""
    if view.typed:
        return list(view.typed)
    rows: list[tuple[str, str]] = []
    rest = line.amount_minor
    for number, left in open_of(ranked[0].customer_id)[:SPLIT_ROWS] if ranked else []:
        part = min(rest, left)
        rows.append((number, _plain(part) if part > 0 else ""))
        rest -= max(part, 0)
    return rows + [("", "")] * max(2 - len(rows), 1)


def _plain(minor: int) -> str:
    """An amount as it is typed: 1234,50."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100},{abs(minor) % 100:02d}"


register_page("review", N_("Payments"), "payments", MONEY_STAFF)

for _panel in (
    Panel("review", "review", "payments/review/_queue.html", queue, "queue", 10, MONEY_STAFF),
    Panel("review", "payment", "payments/review/_payment.html", payment, "talk", 10, MONEY_STAFF),
    Panel("review", "others", "payments/review/_others.html", others, "side", 10, MONEY_STAFF),
):
    register(_panel)
