"""Automatic payment on the desk: the funnel in numbers, and the files for the bank."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from invoices.desk.view import DeskView
from invoices.money import Money
from invoices.panels import MONEY_STAFF, Panel, register
from payments.mandates.desk import queries
from payments.mandates.desk.queries import FileRow, FunnelRow, Stray
from payments.outgoing.models import OutgoingFile
from payments.schemes.queries import open_schemes
from payments.schemes.registry import label_of


@dataclass(frozen=True, slots=True)
class Mandates:
    """What the panel shows; nothing for a biller that offers no scheme."""

    offered: bool
    in_force: dict[str, int] = field(default_factory=dict)
    pending: int = 0
    waiting: int = 0
    rows: list[tuple[str, FunnelRow]] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    write_url: str = ""


def mandates(view: DeskView) -> Mandates:
    """How many have one, how they came to it, and what nobody could place."""
    biller = view.biller
    if not open_schemes(biller.pk):
        return Mandates(offered=False)
    return Mandates(
        offered=True,
        in_force=queries.in_force(biller.pk),
        pending=queries.pending(biller.pk),
        waiting=queries.orders_waiting(biller.pk),
        rows=[(_named(row), row) for row in queries.funnel(biller.pk)],
        strays=queries.strays(biller.pk),
        write_url=reverse("write_mandates", args=[biller.slug]),
    )


def _named(row: FunnelRow) -> str:
    moment = {
        "paid": _("After a payment"),
        "missed": _("When a due date was missed"),
        "page": _("From the page itself"),
        "bank": _("At the bank"),
    }[row.moment]
    return f"{moment} · {label_of(row.scheme)}" if row.scheme else moment


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of files, with what can be done."""

    rows: list[tuple[FileRow, str, Money, str]]


def outgoing(view: DeskView) -> Outgoing:
    """Files for the bank, with a way to take each."""
    kinds = {
        OutgoingFile.Kind.MANDATES.value: _("Mandates"),
        OutgoingFile.Kind.CLAIMS.value: _("Claims"),
        OutgoingFile.Kind.CANCELLATIONS.value: _("Cancellations"),
    }
    slug, currency = view.biller.slug, view.biller.currency
    return Outgoing(
        [
            (
                row,
                kinds[row.kind],
                Money(row.sum_minor, currency),
                reverse("fetch_outgoing", args=[slug, row.public_id]),
            )
            for row in queries.outgoing(view.biller.pk)
        ]
    )


register(
    Panel("desk", "mandates", "payments/mandates/_mandates.html", mandates, "main", 34, MONEY_STAFF)
)
register(
    Panel("desk", "outgoing", "payments/mandates/_outgoing.html", outgoing, "main", 36, MONEY_STAFF)
)
