"""Who answers a biller's customers."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db.models import Q

from invoices.billers.models import User
from invoices.billers.roles import ANSWERS
from messaging.teams.models import Attendance, InboxRules, Team, TeamMember
from messaging.threads.models import Thread

# Whose page has not said for so long that it is looked at is not there.
PRESENT_FOR = timedelta(minutes=3)


def colleagues(biller_id: int) -> Sequence[User]:
    """Everybody who answers the biller's customers, by name."""
    found = User.objects.filter(
        is_active=True, memberships__biller_id=biller_id, memberships__role__in=ANSWERS
    )
    return list(found.order_by("name", "email"))


def teams_of(biller_id: int) -> Sequence[Team]:
    """The biller's teams, by name."""
    return list(Team.objects.filter(biller_id=biller_id))


def members_of(biller_id: int) -> Mapping[int, frozenset[int]]:
    """Team -> the ids of its people."""
    found: dict[int, set[int]] = {}
    rows = TeamMember.objects.filter(team__biller_id=biller_id).values_list("team_id", "user_id")
    for team_id, user_id in rows:
        found.setdefault(team_id, set()).add(user_id)
    return {team_id: frozenset(people) for team_id, people in found.items()}


def rules_of(biller_id: int) -> InboxRules:
    """How the biller's inbox works: as it was set, else as it is before anybody has."""
    found = InboxRules.objects.filter(pk=biller_id).first()
    return found or InboxRules(biller_id=biller_id)


def attendance_of(biller_id: int, user_id: int) -> Attendance | None:
    """Whether the user takes new conversations; None who was never there."""
    return Attendance.objects.filter(biller_id=biller_id, user_id=user_id).first()


def unowned(most: int = 200) -> Sequence[int]:
    """Ids of conversations that wait and are nobody's, where somebody gives out; longest first."""
    givers = InboxRules.objects.filter(gives_out=True).values("biller_id")
    teams = Team.objects.filter(gives_out=True)
    found = Thread.objects.filter(
        Q(biller_id__in=givers, team=None) | Q(team__in=teams),
        waiting_since__isnull=False,
        snoozed_until=None,
        lead=None,
        owner=None,
    )
    return list(found.order_by("waiting_since").values_list("pk", flat=True)[:most])
