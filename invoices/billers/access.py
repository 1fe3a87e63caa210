"""Which biller a member of staff works for."""

from django.contrib.auth.models import AnonymousUser

from invoices.billers.models import Membership, User


def access_membership(user: User | AnonymousUser, slug: str) -> Membership | None:
    """The user's membership at the biller, with the biller; None for a stranger."""
    if not user.is_authenticated:
        return None
    return Membership.objects.select_related("biller").filter(user=user, biller__slug=slug).first()


def memberships(user: User) -> list[Membership]:
    """All billers the user works for, by name."""
    return list(Membership.objects.select_related("biller").filter(user=user))
