"""Which threads a member of staff may work with. A stranger and an unknown id look alike: None."""

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress

from invoices.billers.models import Membership
from invoices.billers.roles import ANSWERS
from messaging.threads.models import Thread


def access_inbox(membership: Membership | None) -> Membership | None:
    """The membership, if its role answers customers."""
    return membership if membership is not None and membership.role in ANSWERS else None


def access_thread(public_id: uuid.UUID, membership: Membership) -> Thread | None:
    """The biller's thread, for whoever answers its customers."""
    if membership.role not in ANSWERS:
        return None
    return (
        Thread.objects.select_related("owner", "customer", "invoice", "clock", "team")
        .filter(public_id=public_id, biller_id=membership.biller_id)
        .first()
    )


def access_threads(public_ids: Iterable[str], membership: Membership) -> Sequence[Thread]:
    """Those of the biller's threads that are named, in the order of their ids; others are left."""
    if membership.role not in ANSWERS:
        return []
    wanted = []
    for public_id in public_ids:
        with suppress(ValueError):  # what is no id names no thread
            wanted.append(uuid.UUID(public_id))
    found = Thread.objects.select_related("owner", "customer", "invoice").order_by("pk")
    return list(found.filter(public_id__in=wanted, biller_id=membership.biller_id))
