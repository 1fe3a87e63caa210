"""Who answers a biller's customers."""

from collections.abc import Sequence

from invoices.billers.models import User
from invoices.billers.roles import ANSWERS
from messaging.teams.models import Team


def colleagues(biller_id: int) -> Sequence[User]:
    """Everybody who answers the biller's customers, by name."""
    found = User.objects.filter(
        is_active=True, memberships__biller_id=biller_id, memberships__role__in=ANSWERS
    )
    return list(found.order_by("name", "email"))


def teams_of(biller_id: int) -> Sequence[Team]:
    """The biller's teams, by name."""
    return list(Team.objects.filter(biller_id=biller_id))
