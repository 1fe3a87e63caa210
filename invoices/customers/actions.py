"""The only writer of customers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from invoices import clock
from invoices.billers.models import Biller
from invoices.bulk import copy_rows, reserve_ids
from invoices.customers.models import ContactPoint, Customer


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
