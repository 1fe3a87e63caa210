"""Reading links: the facts they expire by, who has one, and where new ones may be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from invoices import clock
from invoices.customers.models import ContactPoint, Customer
from invoices.documents.links import sms
from invoices.documents.links.expiry import Facts, open_through
from invoices.documents.links.models import SecretLink
from invoices.documents.models import Invoice
from invoices.documents.queries import instalments
from invoices.ledger.codes import AccountKind
from invoices.ledger.models import Account, Transfer


def facts_of(invoice: Invoice) -> Facts:
    """The facts by which links to the invoice expire."""
    days = [part.due_on for part in instalments(invoice, left_minor=0)]
    return Facts(max([invoice.due_on, *days]), _settled_on(invoice))


def _settled_on(invoice: Invoice) -> date | None:
    settled = Account.objects.filter(
        invoice=invoice, kind=AccountKind.RECEIVABLE, debit_minor=F("credit_minor")
    ).first()
    if settled is None:
        return None
    moves = Transfer.objects.filter(Q(debit=settled) | Q(credit=settled))
    last = moves.aggregate(last=Max("at"))["last"]
    return timezone.localdate(last) if last else None


def last_day(link: SecretLink, facts: Facts | None = None) -> date:
    """The last day the link opens, as things stand."""
    return open_through(made_on(link), facts or facts_of(link.invoice))


def made_on(link: SecretLink) -> date:
    """The day the link was made, as people here count it."""
    return timezone.localdate(link.created_at)


def has_expired(link: SecretLink) -> bool:
    """Whether the link's last day is past. Asks the books only where the due date has not said."""
    today = clock.today()
    if today <= open_through(made_on(link), Facts(link.invoice.due_on)):
        return False
    return today > last_day(link)


def is_open(link: SecretLink) -> bool:
    """Whether the link leads in now."""
    return link.revoked_at is None and link.replaced_by_id is None and not has_expired(link)


def unclosed() -> QuerySet[SecretLink]:
    """Links that nobody closed or replaced; some of them may have expired."""
    return SecretLink.objects.filter(revoked_at=None, replaced_by=None)


@dataclass(frozen=True, slots=True)
class Held:
    """A link as it stands: the row, its last day, and whether it leads in."""

    link: SecretLink
    through: date
    open: bool


def links_of(invoice: Invoice) -> list[Held]:
    """Every link to the invoice, the newest first. Four queries, however many links."""
    facts, today = facts_of(invoice), clock.today()
    rows = SecretLink.objects.filter(invoice=invoice).select_related(
        "contact_point", "made_by_user"
    )
    held = []
    for link in rows:
        through = last_day(link, facts)
        alive = link.revoked_at is None and link.replaced_by_id is None and today <= through
        held.append(Held(link, through, alive))
    return held


def code_point(customer: Customer) -> ContactPoint | None:
    """Where a code goes: the first trusted e-mail address, else the first trusted telephone."""
    kinds = [ContactPoint.Kind.EMAIL]
    if sms.configured():
        kinds.append(ContactPoint.Kind.PHONE)
    return next((point for kind in kinds for point in _trusted(customer, kind)), None)


def trusted_emails(customer: Customer) -> list[ContactPoint]:
    """Where new links may be sent, the first one first."""
    return _trusted(customer, ContactPoint.Kind.EMAIL)


def trusted_phones(customer: Customer) -> list[ContactPoint]:
    """Where text messages with links may be sent, the first one first."""
    return _trusted(customer, ContactPoint.Kind.PHONE)


def _trusted(customer: Customer, kind: ContactPoint.Kind) -> list[ContactPoint]:
    """Ways to reach the customer that secrets may be sent by, the first one first.

    Only addresses that came from the biller or were proved by a code: else whoever once got as
    far as adding an address could open everything with it later.
    """
    points: Iterable[ContactPoint] = ContactPoint.objects.filter(
        Q(added_by=ContactPoint.AddedBy.BILLER) | Q(verified_at__isnull=False),
        customer=customer,
        kind=kind,
        bad_at=None,
    ).order_by("rank")
    return list(points)


def address_for(link: SecretLink) -> ContactPoint | None:
    """Where a successor of the link goes: where it went, if that may be trusted, else the first."""
    trusted = trusted_emails(link.invoice.customer)
    return next((p for p in trusted if p.pk == link.contact_point_id), None) or next(
        iter(trusted), None
    )
