"""Direct debit on finance's desk: what is drawn each day, what was sent, what failed and why."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from invoices import clock
from invoices.desk.view import DeskView
from invoices.money import Money
from invoices.panels import MONEY_STAFF, Panel, register
from payments.bankfiles.models import BankAnswer
from payments.claims.answers.actions import UNKNOWN
from payments.claims.models import Claim
from payments.claims.states import FAILED, IN_FLIGHT, LIVE, ClaimState
from payments.claims.words import why
from payments.outgoing.models import OutgoingFile

DAYS_SHOWN: Final = 14
FILES_SHOWN: Final = 8
FAILED_SHOWN: Final = 10
FAILED_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DayRow:
    on: date
    count: int
    sent: int
    sum: Money


@dataclass(frozen=True, slots=True)
class FileRow:
    """``accept_url`` is "" where nothing waits for the bank's receipt."""

    name: str
    at: datetime
    count: int
    sum: Money
    cancels: bool
    settled: int
    failed: int
    accept_url: str


@dataclass(frozen=True, slots=True)
class FailedRow:
    number: str
    customer: str
    url: str
    amount: Money
    draw_on: date
    why: str


@dataclass(frozen=True, slots=True)
class Claims:
    days: list[DayRow]
    files: list[FileRow]
    failed: list[FailedRow]
    unknown: int

    @property
    def empty(self) -> bool:
        return not (self.days or self.files or self.failed or self.unknown)


def claims(view: DeskView) -> Claims:
    """Five queries, however much there is."""
    unknown = BankAnswer.objects.filter(
        biller=view.biller, about=BankAnswer.About.CLAIM, result=UNKNOWN
    )
    return Claims(_days(view), _files(view), _failed(view), unknown.count())


def _days(view: DeskView) -> list[DayRow]:
    rows = (
        Claim.objects.filter(biller=view.biller, state__in=sorted(LIVE))
        .values("draw_on")
        .annotate(
            count=Count("pk"),
            sent=Count("pk", filter=Q(state__in=sorted(IN_FLIGHT))),
            total=Sum("amount_minor"),
        )
        .order_by("draw_on")[:DAYS_SHOWN]
    )
    currency = view.biller.currency
    return [
        DayRow(row["draw_on"], row["count"], row["sent"], Money(row["total"], currency))
        for row in rows
    ]


def _files(view: DeskView) -> list[FileRow]:
    Kind = OutgoingFile.Kind
    files = list(
        OutgoingFile.objects.filter(
            biller=view.biller, kind__in=[Kind.CLAIMS, Kind.CANCELLATIONS]
        ).defer("sealed")[:FILES_SHOWN]
    )
    counted = (
        Claim.objects.filter(file__in=[file.pk for file in files])
        .values("file_id")
        .annotate(
            waiting=Count("pk", filter=Q(state=ClaimState.SENT)),
            settled=Count("pk", filter=Q(state=ClaimState.SETTLED)),
            failed=Count("pk", filter=Q(state__in=sorted(FAILED))),
        )
        .order_by()
    )
    of_file = {row["file_id"]: row for row in counted}
    none = {"waiting": 0, "settled": 0, "failed": 0}
    rows = []
    for file in files:
        states = of_file.get(file.pk, none)
        accept = reverse("accept_draws", args=[view.biller.slug, file.public_id])
        rows.append(
            FileRow(
                name=file.name,
                at=timezone.localtime(file.created_at),
                count=file.count,
                sum=Money(file.sum_minor, view.biller.currency),
                cancels=file.kind == Kind.CANCELLATIONS,
                settled=states["settled"],
                failed=states["failed"],
                accept_url=accept if states["waiting"] else "",
            )
        )
    return rows


def _failed(view: DeskView) -> list[FailedRow]:
    ended = Claim.objects.filter(
        biller=view.biller,
        state__in=sorted(FAILED | {ClaimState.REFUNDED}),
        draw_on__gte=clock.today() - FAILED_FOR,
    )
    newest = ended.select_related("invoice__customer").order_by("-draw_on", "-pk")[:FAILED_SHOWN]
    return [
        FailedRow(
            number=claim.invoice.number,
            customer=claim.invoice.customer.name,
            url=reverse("staff_invoice", args=[view.biller.slug, claim.invoice.public_id]),
            amount=Money(claim.amount_minor, view.biller.currency),
            draw_on=claim.draw_on,
            why=_(sentence) if (sentence := why(claim.reason)) else "",
        )
        for claim in newest
    ]


register(
    Panel(
        "desk",
        "claims",
        "payments/claims/_claims.html",
        claims,
        order=25,
        audience=MONEY_STAFF,
    )
)
