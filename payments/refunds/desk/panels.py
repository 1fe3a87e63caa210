"""The panel of the page: what waits for approval, for the next file, for the bank, what is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from invoices import clock
from invoices.billers.models import User
from invoices.desk.nav import register_page
from invoices.desk.view import DeskView
from invoices.errors import N_
from invoices.money import Money
from invoices.panels import MONEY_STAFF, Panel, register
from payments.refunds.accounts import Destination
from payments.refunds.actions import SHOWN_FOR
from payments.refunds.models import Refund
from payments.refunds.panels import STATES, TONES
from payments.refunds.queries import come_back, files_of, refunds_of
from payments.refunds.states import ENDED, OUT, UNDECIDED, RefundState


@dataclass
class RefundsView(DeskView):
    """The page, as one member of staff sees it now."""

    user_id: int = 0

    @property
    def heading(self) -> str:
        return _("Paybacks")

    @property
    def title(self) -> str:
        return f"{self.heading} · {self.biller.name}"


@dataclass(frozen=True, slots=True)
class Returned:
    """A payment that may be what has come back."""

    id: int
    on: date
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A payback. ``mine``: the reader prepared it, so that somebody else approves it."""

    id: UUID
    customer: str
    number: str
    invoice_url: str
    amount: Money
    to: Destination
    to_label: str
    prepared: str
    approved: str
    label: str
    tone: str
    code: str
    reason: str
    on: date
    mine: bool
    url: str


@dataclass(frozen=True, slots=True)
class FileRow:
    message_id: str
    at: datetime
    by: str
    payouts: int
    sum: Money
    url: str


@dataclass(frozen=True, slots=True)
class Refunds:
    asked: list[Row]
    approved: list[Row]
    in_file: list[Row]
    over: list[Row]
    files: list[FileRow]
    approved_sum: Money
    make_url: str
    answer_url: str
    request_id: UUID

    @property
    def empty(self) -> bool:
        return not (self.asked or self.approved or self.in_file or self.over or self.files)


def refunds(view: RefundsView) -> Refunds:
    """All that is under way, and what ended lately. Three queries."""
    over = sorted(ENDED | OUT)
    since = clock.now() - SHOWN_FOR
    rows = list(refunds_of(view.biller).filter(~Q(state__in=over) | Q(changed_at__gte=since)))
    by_state = {state: [row for row in rows if row.state == state] for state in RefundState}
    approved = by_state[RefundState.APPROVED]
    ended = sorted(
        (row for row in rows if row.state in over), key=lambda row: row.changed_at, reverse=True
    )
    slug = view.biller.slug
    return Refunds(
        asked=_rows(view, by_state[RefundState.ASKED]),
        approved=_rows(view, approved),
        in_file=_rows(view, by_state[RefundState.IN_FILE]),
        over=_rows(view, ended),
        files=[
            FileRow(
                message_id=file.message_id,
                at=timezone.localtime(file.made_at),
                by=file.made_by.get_full_name(),
                payouts=file.payouts,
                sum=Money(file.sum_minor, view.biller.currency),
                url=reverse("payout_file", args=[slug, file.public_id]),
            )
            for file in files_of(view.biller)
        ],
        approved_sum=Money(sum(row.amount_minor for row in approved), view.biller.currency),
        make_url=reverse("make_payout_file", args=[slug]),
        answer_url=reverse("payout_answer", args=[slug]),
        request_id=uuid4(),
    )


def _rows(view: RefundsView, found: Iterable[Refund]) -> list[Row]:
    return [row_of(view, refund) for refund in found]


def row_of(view: RefundsView, refund: Refund) -> Row:
    """A payback as the page tells of it."""
    slug = view.biller.slug
    to_labels = {
        "kontonr": _("Norwegian bank account"),
        "account": _("Bank account"),
        "bankgiro": "Bankgiro",
        "plusgiro": "Plusgiro",
    }
    return Row(
        id=refund.public_id,
        customer=refund.customer.name,
        number=refund.invoice.number,
        invoice_url=reverse("staff_invoice", args=[slug, refund.invoice.public_id]),
        amount=Money(refund.amount_minor, refund.currency),
        to=refund.destination,
        to_label=to_labels[refund.pay_to],
        prepared=_who(refund.account_by or refund.asked_by),
        approved=refund.approved_by.get_full_name() if refund.approved_by else "",
        label=_(STATES[RefundState(refund.state)]),
        tone=TONES.get(RefundState(refund.state), "plain"),
        code=refund.code,
        reason=refund.reason,
        on=timezone.localdate(refund.changed_at),
        mine=view.user_id in (refund.asked_by_id, refund.account_by_id),
        url=reverse("refund", args=[slug, refund.public_id]),
    )


def _who(user: User | None) -> str:
    return user.get_full_name() if user else _("The customer")


def returned_lines(refund: Refund) -> list[Returned]:
    """The payments that may be what has come back."""
    return [
        Returned(line.pk, line.booked_on, line.payer_name or line.text or line.reference)
        for line in come_back(refund)
    ]


def can_change_account(refund: Refund) -> bool:
    return refund.state in UNDECIDED


register(
    Panel(
        "refunds",
        "refunds",
        "payments/refunds/desk/_refunds.html",
        refunds,
        order=10,
        audience=MONEY_STAFF,
    )
)
register_page("refunds", N_("Paybacks"), "undo", MONEY_STAFF)
