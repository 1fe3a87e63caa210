"""Looks up what planning decides on, for a set of invoices at once. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from django.db import connection

from invoices import clock
from invoices.bulk import array
from invoices.documents.models import Change, Invoice
from invoices.documents.queries import with_left
from invoices.documents.states import UNMARKED, ChangeKind, Marks, parts_of
from payments.claims.models import Claim
from payments.claims.planning import Due, Planned, Setting, Why
from payments.claims.states import LIVE, UNWANTED, ClaimState
from payments.mandates.models import Mandate
from payments.mandates.states import MandateState
from payments.schemes.queries import terms_of
from payments.schemes.terms import AVTALEGIRO, Terms

# The instalments in force of a set of invoices: as documents.queries.PARTS_IN_FORCE, set-wise.
_PARTS = (
    "SELECT i.invoice_id, i.plan, i.position, i.due_on, i.amount_minor, i.left_before_minor"
    " FROM invoices_instalment i WHERE i.invoice_id = ANY(%s::bigint[]) AND i.plan = ("
    "SELECT max(p.plan) FROM invoices_instalment p"
    " WHERE p.invoice_id = i.invoice_id AND NOT EXISTS ("
    "SELECT FROM invoices_change done JOIN invoices_change undone ON undone.undoes_id = done.id"
    " WHERE done.invoice_id = p.invoice_id AND done.plan = p.plan)"
    ") ORDER BY i.invoice_id, i.position"
)
# What each such change makes of the marks of its invoice.
_MARKS: Final[dict[str, dict[str, bool]]] = {
    ChangeKind.DISPUTED: {"disputed": True},
    ChangeKind.DISPUTE_SETTLED: {"disputed": False},
    ChangeKind.TO_COLLECTION: {"in_collection": True},
    ChangeKind.FROM_COLLECTION: {"in_collection": False},
    ChangeKind.CANCELLED: {"cancelled": True},
}


@dataclass
class Case:
    """One invoice with all that decides on its draws."""

    invoice: Invoice
    left: int
    mandate: Mandate | None
    marks: Marks
    dues: list[Due] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    @property
    def why_not(self) -> str:
        """Why a draw goes that nothing is open for."""
        if self.marks.cancelled:
            return Why.CANCELLED
        if self.left == 0:
            return Why.PAID
        if self.marks.in_collection:
            return Why.COLLECTED
        if self.marks.disputed:
            return Why.DISPUTED
        return Why.MANDATE if self.mandate is None else Why.MOVED

    @property
    def planned(self) -> list[Planned]:
        """The claims as planning looks at them."""
        return [
            Planned(
                claim.pk,
                claim.plan,
                claim.part,
                ClaimState(claim.state),
                claim.amount_minor,
                claim.draw_on,
                claim.cancel_by,
                claim.by_wish,
                told=claim.state == ClaimState.NOTIFIED or not claim.needs_notice,
            )
            for claim in self.claims
        ]


def can_draw(mandate: Mandate, invoice: Invoice) -> bool:
    """Whether the mandate reaches the invoice: with AvtaleGiro it is bound to an account and to
    the KID's customer part.
    """
    if mandate.scheme != AVTALEGIRO:
        return True
    same_account = invoice.agreement.account_id == mandate.payee_id
    reference = invoice.reference
    return same_account and reference.isdecimal() and reference.startswith(mandate.payer_number)


def read_cases(invoice_ids: Collection[int]) -> list[Case]:
    """The cases of invoices that the caller has locked. Six queries."""
    found = with_left(Invoice.objects.filter(pk__in=invoice_ids)).order_by("pk")
    invoices = list(found.select_related("biller", "agreement", "customer"))
    ids = [invoice.pk for invoice in invoices]
    mandates = {
        mandate.customer_id: mandate
        for mandate in Mandate.objects.filter(
            customer_id__in={invoice.customer_id for invoice in invoices},
            state=MandateState.ACTIVE,
        ).select_related("payee")
    }
    marks = _marks(ids)
    parts = _parts(ids)
    claims: dict[int, list[Claim]] = defaultdict(list)
    states = sorted(LIVE | UNWANTED)
    for claim in Claim.objects.filter(invoice_id__in=ids, state__in=states).order_by("pk"):
        claims[claim.invoice_id].append(claim)
    cases = []
    for invoice in invoices:
        mandate = mandates.get(invoice.customer_id)
        if mandate is not None and not can_draw(mandate, invoice):
            mandate = None
        case = Case(invoice, invoice.left_minor, mandate, marks[invoice.pk])
        case.claims = claims[invoice.pk]
        case.dues = _dues(case, parts.get(invoice.pk, []))
        cases.append(case)
    return cases


def _marks(ids: Sequence[int]) -> dict[int, Marks]:
    marks: dict[int, Marks] = defaultdict(Marks)
    changes = Change.objects.filter(invoice_id__in=ids, kind__in=list(_MARKS)).order_by("pk")
    for invoice_id, kind in changes.values_list("invoice_id", "kind"):
        marks[invoice_id] = replace(marks[invoice_id], **_MARKS[kind])
    return marks


type _Row = tuple[int, int, date, int, int]  # plan, position, day, amount, left before


def _parts(ids: Sequence[int]) -> dict[int, list[_Row]]:
    rows: dict[int, list[_Row]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, [array(ids)])
        for invoice_id, *row in cursor.fetchall():
            rows[invoice_id].append((row[0], row[1], row[2], row[3], row[4]))
    return rows


def _dues(case: Case, rows: Sequence[_Row]) -> list[Due]:
    """What is to be drawn of the invoice, and when."""
    if case.left == 0 or case.mandate is None or case.marks != UNMARKED:
        return []
    if not rows:
        return [Due(0, 0, case.invoice.due_on, case.left)]
    parts = parts_of([(row[2], row[3]) for row in rows], rows[0][4], case.left)
    return [
        Due(row[0], row[1], part.due_on, part.open)
        for row, part in zip(rows, parts, strict=True)
        if part.open
    ]


class Rules:
    """The settings of planning, each biller's and scheme's terms read once."""

    def __init__(self) -> None:
        self.now, self.today = clock.now(), clock.today()
        self._terms: dict[tuple[int, str], Terms] = {}

    def terms(self, biller_id: int, scheme: str) -> Terms:
        """The terms that hold today."""
        key = (biller_id, scheme)
        if key not in self._terms:
            self._terms[key] = terms_of(biller_id, scheme, self.today)
        return self._terms[key]

    def setting(self, case: Case) -> Setting:
        """What holds for the draws of the case."""
        mandate, biller = case.mandate, case.invoice.biller
        if mandate is None:
            return Setting(None, biller.country, self.now, self.today)
        return Setting(
            terms=self.terms(biller.pk, mandate.scheme),
            country=biller.country,
            now=self.now,
            today=self.today,
            notice=mandate.wants_notice,
            not_before=mandate.first_on,
        )
