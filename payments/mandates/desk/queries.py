"""What finance sees of mandates: the funnel, who has one, what waits for the bank."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count

from invoices import clock
from payments.bankfiles.models import BankAnswer
from payments.bankfiles.queries import mandate_answer
from payments.mandates.models import FunnelStep, Mandate, MandateOrder
from payments.mandates.states import IN_FORCE, MandateState
from payments.outgoing.queries import files_of
from payments.schemes.registry import label_of

SHOWN: Final = 25
COUNTED_FOR: Final = timedelta(days=90)
Step = FunnelStep.Step


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """How far customers came: by moment, and by scheme where one was chosen. ``left`` are those
    who gave up, ``refused`` those the bank said no to."""

    moment: str
    scheme: str
    shown: int
    clicked: int
    began: int
    signed: int
    active: int
    refused: int
    left: int


def funnel(biller_id: int) -> list[FunnelRow]:
    """The last ninety days. What was seen is of no scheme yet: it stands in a row of its own."""
    since = clock.now() - COUNTED_FOR
    steps = FunnelStep.objects.filter(biller_id=biller_id, at__gte=since)
    counts: dict[tuple[str, str], dict[str, int]] = {}
    rows = steps.values_list("moment", "scheme", "step").annotate(count=Count("pk"))
    for moment, scheme, step, count in rows.order_by("moment", "scheme"):
        counts.setdefault((moment, scheme), {})[step] = count
    names = ("shown", "clicked", "began", "signed", "active", "refused", "left")
    return [
        FunnelRow(moment, scheme, *(found.get(name, 0) for name in names))
        for (moment, scheme), found in counts.items()
    ]


def in_force(biller_id: int) -> dict[str, int]:
    """Scheme -> how many customers it draws from."""
    mandates = Mandate.objects.filter(biller_id=biller_id, state__in=sorted(IN_FORCE))
    rows = mandates.values_list("scheme").annotate(count=Count("pk")).order_by("scheme")
    return {label_of(scheme): count for scheme, count in rows}


def pending(biller_id: int) -> int:
    """How many customers wait for their bank."""
    return Mandate.objects.filter(biller_id=biller_id, state=MandateState.PENDING).count()


def orders_waiting(biller_id: int) -> int:
    """How many orders the next file to Bankgirot will hold."""
    orders = MandateOrder.objects.filter(biller_id=biller_id, file=None, withdrawn_at=None)
    return orders.count()


@dataclass(frozen=True, slots=True)
class Stray:
    """What a bank wrote of a mandate that fits nobody."""

    number: str
    name: str
    file: str
    line: int


def strays(biller_id: int) -> list[Stray]:
    """The newest of them."""
    rows = BankAnswer.objects.filter(
        biller_id=biller_id, about=BankAnswer.About.MANDATE, result="unknown"
    )
    found = []
    for row in rows.select_related("file").defer("file__raw").order_by("-pk")[:SHOWN]:
        said = mandate_answer(row)
        number = said.payer_number or said.kid
        found.append(Stray(number, said.payer_name, row.file.name, row.line_no))
    return found


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file for the bank."""

    public_id: uuid.UUID
    name: str
    label: str
    kind: str
    count: int
    sum_minor: int
    day: date
    at: datetime
    fetched_at: datetime | None


def outgoing(biller_id: int) -> list[FileRow]:
    """The newest files for the bank."""
    return [
        FileRow(
            public_id=file.public_id,
            name=file.name,
            label=label_of(file.scheme),
            kind=file.kind,
            count=file.count,
            sum_minor=file.sum_minor,
            day=clock.day_of(file.created_at),
            at=file.created_at,
            fetched_at=file.fetched_at,
        )
        for file in files_of(biller_id)[:SHOWN]
    ]
