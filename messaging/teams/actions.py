"""Teams, the rules of an inbox, who is there, and giving out what is new.

Lock order: the biller's rules (one giver-out at a time), then the thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from invoices import clock
from invoices.billers.models import Biller, Membership, User
from invoices.billers.roles import ANSWERS
from invoices.errors import N_, Refused
from invoices.history.actors import SYSTEM, Actor
from invoices.history.record import record
from messaging.teams.load import Hand, next_hand
from messaging.teams.models import Attendance, InboxRules, Team, TeamMember
from messaging.teams.queries import PRESENT_FOR, rules_of
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from messaging.threads.states import ThreadState


@dataclass(frozen=True, slots=True)
class Rules:
    """How an inbox works; see InboxRules."""

    gives_out: bool
    most_each: int
    first_answer_min: int | None
    next_answer_min: int | None
    solved_min: int | None


@transaction.atomic
def save_rules(biller: Biller, rules: Rules, *, actor: Actor) -> InboxRules:
    """Set how the biller's inbox works."""
    assert actor.user_id, "rules are set by people"
    kept = InboxRules(
        biller=biller,
        gives_out=rules.gives_out,
        most_each=rules.most_each,
        first_answer_min=rules.first_answer_min,
        next_answer_min=rules.next_answer_min,
        solved_min=rules.solved_min,
    )
    kept.save()
    return kept


@transaction.atomic
def save_team(
    biller: Biller,
    name: str,
    people: Sequence[User],
    *,
    gives_out: bool,
    actor: Actor,
    team: Team | None = None,
) -> Team:
    """Keep a team under its name, of people who answer the biller's customers."""
    assert actor.user_id, "teams are made by people"
    kept = " ".join(name.split())[:60]
    if not kept:
        raise Refused(N_("Give the team a name."))
    other = Team.objects.filter(biller=biller, name=kept).first()
    if other and other != team:
        raise Refused(N_("There is a team of that name already."))
    ours = Membership.objects.filter(biller=biller, role__in=ANSWERS, user__in=people)
    if ours.count() != len(people):
        raise Refused(N_("Choose somebody who answers customers here."))
    team = team or Team(biller=biller)
    team.name, team.gives_out = kept, gives_out
    team.save()
    TeamMember.objects.filter(team=team).exclude(user__in=people).delete()
    TeamMember.objects.bulk_create(
        [TeamMember(team=team, user=user) for user in people], ignore_conflicts=True
    )
    return team


@transaction.atomic
def remove_team(team: Team, *, actor: Actor) -> None:
    """Remove a team; its conversations are everybody's again."""
    assert actor.user_id, "teams are removed by people"
    Thread.objects.filter(biller_id=team.biller_id, team=team).update(team=None)
    team.delete()


@transaction.atomic
def set_team(thread: Thread, team: Team | None, *, actor: Actor) -> Thread:
    """Give the conversation to a team, or to none. Its owner stays."""
    held = Thread.objects.select_for_update().get(pk=thread.pk)
    assert team is None or team.biller_id == held.biller_id, "a team of its own biller"
    if held.team_id == (team.pk if team else None):
        return held
    held.team = team
    held.save(update_fields=["team"])
    record(
        "thread.teamed",
        biller_id=held.biller_id,
        actor=actor,
        invoice_id=held.invoice_id,
        customer_id=held.customer_id,
        thread_id=held.pk,
        team=team.name if team else "",
    )
    return held


@transaction.atomic
def attend(
    biller: Biller, *, actor: Actor, takes: bool | None = None, sound: bool | None = None
) -> Attendance:
    """The actor is there; may say besides whether new conversations may come, and are heard."""
    assert actor.user_id, "people attend"
    row, _new = Attendance.objects.select_for_update().get_or_create(
        biller=biller, user_id=actor.user_id
    )
    row.seen_at = clock.now()
    row.takes = row.takes if takes is None else takes
    row.sound = row.sound if sound is None else sound
    row.save(update_fields=["seen_at", "takes", "sound"])
    return row


@transaction.atomic
def give_out(thread_id: int, *, actor: Actor = SYSTEM) -> User | None:
    """Give a conversation that nobody owns to whoever has least to do, if the rules say so.

    Only to people who are there. One at a time for each biller: two given out at the same moment
    see each other.
    """
    thread = Thread.objects.filter(pk=thread_id).select_related("team").first()
    if thread is None:
        return None
    rules = rules_of(thread.biller_id)
    gives = thread.team.gives_out if thread.team else rules.gives_out
    if not gives:
        return None
    Biller.objects.select_for_update(no_key=True).get(pk=thread.biller_id)
    thread.refresh_from_db(fields=["owner", "state", "waiting_since", "snoozed_until"])
    if thread.owner_id or thread.waiting_since is None or thread.snoozed_until:
        return None
    hand = next_hand(_hands(thread), rules.most_each)
    if hand is None:
        return None
    user = User.objects.get(pk=hand.user_id)
    threads.assign(thread, user, actor=actor, expected_id=None)
    Attendance.objects.filter(biller_id=thread.biller_id, user=user).update(given_at=clock.now())
    return user


def _hands(thread: Thread) -> list[Hand]:
    here = Attendance.objects.filter(
        biller_id=thread.biller_id,
        takes=True,
        seen_at__gt=clock.now() - PRESENT_FOR,
        user__is_active=True,
        user__memberships__biller_id=thread.biller_id,
        user__memberships__role__in=ANSWERS,
    )
    if thread.team_id:
        here = here.filter(user__in=TeamMember.objects.filter(team=thread.team).values("user"))
    rows = list(here.values_list("user_id", "given_at"))
    waiting = dict(
        Thread.objects.filter(
            biller_id=thread.biller_id,
            state=ThreadState.OPEN,
            owner_id__in=[user_id for user_id, _ in rows],
        )
        .values("owner_id")
        .annotate(n=Count("pk", filter=Q(waiting_since__isnull=False, snoozed_until=None)))
        .values_list("owner_id", "n")
    )
    return [Hand(user_id, waiting.get(user_id, 0), given_at) for user_id, given_at in rows]
