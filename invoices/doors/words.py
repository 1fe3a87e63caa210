"""Links and addresses in words, and no more of an address than its owner needs to know it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from invoices.customers.models import ContactPoint
from invoices.documents.links.codes.queries import masked_email
from invoices.documents.links.levels import Channel, Level
from invoices.documents.links.models import SecretLink
from invoices.documents.links.queries import Held
from invoices.history.models import HistoryEntry


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link in a list. ``to`` is a masked address, or what the maker called the recipient."""

    id: str
    title: str
    to: str
    pay_only: bool
    current: bool
    open: bool
    state: str
    made_on: datetime
    made_by: str
    through: date
    last_opened_at: datetime | None
    opened_count: int


def link_row(held: Held, *, current: SecretLink | None, for_staff: bool) -> LinkRow:
    link = held.link
    return LinkRow(
        id=str(link.public_id),
        title=_title(link),
        to=_recipient(link),
        pay_only=link.level == Level.PAY_ONLY,
        current=current is not None and link.pk == current.pk,
        open=held.open,
        state=_state(held),
        made_on=timezone.localtime(link.created_at),
        made_by=_maker(link, for_staff=for_staff),
        through=held.through,
        last_opened_at=timezone.localtime(link.last_opened_at) if link.last_opened_at else None,
        opened_count=link.opened_count,
    )


def _title(link: SecretLink) -> str:
    if link.level == Level.PAY_ONLY:
        return _("Shared, to pay only")
    titles = {
        Channel.EMAIL: _("In an e-mail"),
        Channel.SMS: _("In a text message"),
        Channel.PAPER: _("In a letter"),
        Channel.PDF: _("In the PDF"),
    }
    return titles.get(Channel(link.channel), _("Given in another way"))


def _recipient(link: SecretLink) -> str:
    return link.made_for or (masked(link.contact_point) if link.contact_point else "")


def _state(held: Held) -> str:
    if held.open:
        return ""
    if held.link.revoked_at is not None:
        return _("Closed")
    if held.link.replaced_by_id is not None:
        return _("Replaced")
    return _("Expired")


def _maker(link: SecretLink, *, for_staff: bool) -> str:
    if link.made_by == HistoryEntry.ActorKind.CUSTOMER:
        return _("the customer") if for_staff else _("you")
    if link.made_by_user is not None:
        user = link.made_by_user
        return user.get_full_name() if for_staff else user.get_short_name()
    return ""


def masked(point: ContactPoint) -> str:
    """A contact point for whoever has not shown a code: l•••@e•••.com, •••12."""
    if point.kind == ContactPoint.Kind.EMAIL:
        return masked_email(point.value)
    return f"•••{point.value[-2:]}" if point.kind == ContactPoint.Kind.PHONE else "•••"
