"""The only writer of customers and of how they are reached."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, validate_email
from django.db import transaction
from django.db.models import F

from invoices import clock
from invoices.billers.models import Biller
from invoices.bulk import copy_rows, reserve_ids
from invoices.customers.models import ContactPoint, Customer
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import record


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """A customer to be. Contact points (kind, value) in the order they should be tried."""

    number: str
    name: str
    language: str
    kind: str = Customer.Kind.PERSON.value
    contact_points: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def register_customers(
    drafts: Sequence[CustomerDraft], *, biller: Biller
) -> dict[str, tuple[int, int]]:
    """Make the customers that are not there yet; number -> (id, reference_no) for all of them.

    A customer that exists keeps its name and contact points: changing a person is another
    action. The biller's row is locked, so two imports cannot make the same customer twice.
    """
    biller = Biller.objects.select_for_update(no_key=True).get(pk=biller.pk)
    wanted = {draft.number: draft for draft in drafts}
    known = _known(biller.pk, list(wanted))
    new = [draft for number, draft in wanted.items() if number not in known]
    if new:
        _insert(new, biller)
        known |= _known(biller.pk, [draft.number for draft in new])
    return known


def _known(biller_id: int, numbers: list[str]) -> dict[str, tuple[int, int]]:
    rows = Customer.objects.filter(biller_id=biller_id, number__in=numbers)
    return {
        number: (pk, reference_no)
        for number, pk, reference_no in rows.values_list("number", "pk", "reference_no")
    }


def _insert(drafts: Sequence[CustomerDraft], biller: Biller) -> None:
    first = biller.next_customer_no
    Biller.objects.filter(pk=biller.pk).update(next_customer_no=F("next_customer_no") + len(drafts))
    ids = reserve_ids(Customer, len(drafts))
    now = clock.now()
    copy_rows(
        Customer,
        ("id", "biller_id", "number", "reference_no", "name", "kind", "language", "created_at"),
        (
            (pk, biller.pk, draft.number, first + place, draft.name)
            + (draft.kind, draft.language, now)
            for place, (pk, draft) in enumerate(zip(ids, drafts, strict=True))
        ),
    )
    copy_rows(
        ContactPoint,
        ("customer_id", "kind", "value", "rank"),
        (
            (pk, kind, value, rank)
            for pk, draft in zip(ids, drafts, strict=True)
            for rank, (kind, value) in enumerate(dict.fromkeys(draft.contact_points), start=1)
        ),
    )


CONTACT_POINTS_MAX = 8
_IS_PHONE = RegexValidator(r"^\+?[0-9]{6,15}$")


@transaction.atomic
def add_contact_point(
    customer: Customer, *, kind: str, value: str, invoice_id: int, actor: Actor
) -> ContactPoint:
    """Add a way to reach the customer, the last in order; adding one that is there changes nothing.

    It is not verified, and until it is no code and no link goes there. Refused for what is no
    such address, and for more than CONTACT_POINTS_MAX. Records ``contact.added``.
    """
    value = _cleaned(kind, value)
    points = _locked_points(customer)
    for point in points:
        if (point.kind, point.value) == (kind, value):
            return point
    if len(points) >= CONTACT_POINTS_MAX:
        raise Refused(
            N_("There can be at most {count} ways to reach you. Remove one first."),
            count=CONTACT_POINTS_MAX,
        )
    point = ContactPoint.objects.create(
        customer=customer,
        kind=kind,
        value=value,
        rank=max((point.rank for point in points), default=0) + 1,
        added_by=ContactPoint.AddedBy.CUSTOMER,
    )
    _tell("contact.added", point, customer, invoice_id, actor)
    return point


@transaction.atomic
def remove_contact_point(point: ContactPoint, *, invoice_id: int, actor: Actor) -> None:
    """Remove a way to reach the customer. Records ``contact.removed``.

    Refused for the last e-mail address that codes and links can go to: without it nobody could
    show any more that they are the customer.
    """
    customer = point.customer
    points = _locked_points(customer)
    if point not in points:
        return
    if _is_trusted(point) and not any(_is_trusted(each) for each in points if each != point):
        raise Refused(
            N_("This is the only confirmed e-mail address. Add and confirm another one first.")
        )
    ContactPoint.objects.filter(pk=point.pk).delete()
    _tell("contact.removed", point, customer, invoice_id, actor)


@transaction.atomic
def prefer_contact_point(point: ContactPoint, *, invoice_id: int, actor: Actor) -> None:
    """Put a way to reach the customer first. Records ``contact.preferred``."""
    customer = point.customer
    points = _locked_points(customer)
    if point not in points or points[0] == point:
        return
    ahead = points[-1].rank
    everyone = ContactPoint.objects.filter(customer=customer)
    everyone.update(rank=F("rank") + ahead)  # out of the way: a rank is given once
    for rank, each in enumerate([point, *(other for other in points if other != point)], start=1):
        everyone.filter(pk=each.pk).update(rank=rank)
    _tell("contact.preferred", point, customer, invoice_id, actor)


@transaction.atomic
def verify_contact_point(point: ContactPoint, *, invoice_id: int, told: bool, actor: Actor) -> None:
    """A code sent there came back: the customer reads it. Records ``contact.verified`` if told."""
    changed = ContactPoint.objects.filter(pk=point.pk, verified_at=None).update(
        verified_at=clock.now()
    )
    if changed and told:
        _tell("contact.verified", point, point.customer, invoice_id, actor)


def _is_trusted(point: ContactPoint) -> bool:
    if point.kind != ContactPoint.Kind.EMAIL or point.bad_at is not None:
        return False
    return point.verified_at is not None or point.added_by == ContactPoint.AddedBy.BILLER


def _locked_points(customer: Customer) -> list[ContactPoint]:
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    return list(ContactPoint.objects.filter(customer=customer).order_by("rank"))


def _cleaned(kind: str, value: str) -> str:
    """The value as it is kept; Refused where it is not what it should be."""
    value = " ".join(value.split())
    try:
        if kind == ContactPoint.Kind.EMAIL:
            validate_email(value)
            name, _, domain = value.rpartition("@")
            return f"{name}@{domain.lower()}"
        if kind == ContactPoint.Kind.PHONE:
            value = value.translate(str.maketrans("", "", " -()."))
            _IS_PHONE(value)
    except ValidationError:
        raise Refused(_NOT_ONE[kind], value=value[:60]) from None
    if not value:
        raise Refused(_NOT_ONE[kind], value="")
    return value


_NOT_ONE = {
    ContactPoint.Kind.EMAIL.value: N_(
        "“{value}” is not an e-mail address. Write it like name@example.com."
    ),
    ContactPoint.Kind.PHONE.value: N_(
        "“{value}” is not a phone number. Write it like +47 900 00 000."
    ),
    ContactPoint.Kind.ADDRESS.value: N_("Write the address."),
}


def _tell(
    kind: str, point: ContactPoint, customer: Customer, invoice_id: int, actor: Actor
) -> None:
    record(
        kind,
        biller_id=customer.biller_id,
        actor=actor,
        invoice_id=invoice_id,
        customer_id=customer.pk,
        contact=point.kind,
    )
