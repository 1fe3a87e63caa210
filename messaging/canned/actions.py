"""Keeping replies and macros, and running a macro on a conversation."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from invoices import clock
from invoices.billers.models import Biller, User
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from messaging.canned.models import Macro, Reply
from messaging.canned.queries import text_for
from messaging.canned.words import check_key, check_text
from messaging.outbox import actions as outbox
from messaging.sorting import actions as sorting
from messaging.sorting.models import Tag
from messaging.sorting.until import Until, moment_of
from messaging.teams import actions as teams
from messaging.teams.models import Team
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from messaging.threads.states import TEXT_MAX

REPLIES_MOST = 300


@transaction.atomic
def save_reply(
    biller: Biller,
    key: str,
    title: str,
    texts: Mapping[str, str],
    *,
    actor: Actor,
    reply: Reply | None = None,
) -> Reply:
    """Keep a reply under its key, in the languages that have a text; a retired one is used again.

    Refused without a text, with an unknown variable, and under a key that another has.
    """
    assert actor.user_id, "replies are written by people"
    Biller.objects.select_for_update(no_key=True).get(pk=biller.pk)
    kept = check_key(key)
    said = {code: text for code in texts if (text := check_text(texts[code]))}
    if not said:
        raise Refused(N_("Write the reply in one language at least."))
    if any(len(text) > TEXT_MAX for text in said.values()):
        raise Refused(N_("A reply is {most} characters long at most."), most=TEXT_MAX)
    other = Reply.objects.filter(biller=biller, key=kept).first()
    if other and other != reply:
        raise Refused(N_("There is a reply /{key} already."), key=kept)
    if reply is None and Reply.objects.filter(biller=biller).count() >= REPLIES_MOST:
        raise Refused(N_("There are {most} replies. Change one of them."), most=REPLIES_MOST)
    reply = reply or Reply(biller=biller)
    reply.key, reply.title, reply.texts = kept, " ".join(title.split())[:80] or kept, said
    reply.retired = False
    reply.save()
    return reply


@transaction.atomic
def retire_reply(reply: Reply, *, actor: Actor) -> None:
    """Offer the reply no more. Refused while a macro in use sends it."""
    assert actor.user_id, "replies are retired by people"
    if Macro.objects.filter(reply=reply, retired=False).exists():
        raise Refused(N_("A macro sends this reply. Change the macro first."))
    reply.retired = True
    reply.save(update_fields=["retired"])


@dataclass(frozen=True, slots=True)
class Steps:
    """What a macro does, in this order."""

    reply: Reply | None = None
    tag: Tag | None = None
    team: Team | None = None
    gives: str = ""
    snooze: str = ""
    closes: bool = False


@transaction.atomic
def save_macro(
    biller: Biller, name: str, steps: Steps, *, actor: Actor, macro: Macro | None = None
) -> Macro:
    """Keep a macro under its name. Refused where it does nothing, or two things that fight."""
    assert actor.user_id, "macros are made by people"
    Biller.objects.select_for_update(no_key=True).get(pk=biller.pk)
    kept = " ".join(name.split())[:60]
    if not kept:
        raise Refused(N_("Give the macro a name."))
    if steps == Steps():
        raise Refused(N_("Choose at least one thing that the macro does."))
    if steps.closes and steps.snooze:
        raise Refused(N_("A macro can close a conversation or snooze it, not both."))
    other = Macro.objects.filter(biller=biller, name=kept).first()
    if other and not other.retired and other != macro:
        raise Refused(N_("There is a macro of that name already."))
    macro = macro or other or Macro(biller=biller)
    macro.name, macro.retired = kept, False
    macro.reply, macro.tag, macro.team = steps.reply, steps.tag, steps.team
    macro.gives, macro.snooze, macro.closes = steps.gives, steps.snooze, steps.closes
    macro.save()
    return macro


@transaction.atomic
def retire_macro(macro: Macro, *, actor: Actor) -> None:
    """Offer the macro no more."""
    assert actor.user_id, "macros are retired by people"
    macro.retired = True
    macro.save(update_fields=["retired"])


@transaction.atomic
def run_macro(
    thread: Thread, macro: Macro, *, agent: User, actor: Actor, run_id: uuid.UUID
) -> None:
    """Do all that the macro says, or nothing of it.

    Its reply can be taken back like any other; closing and snoozing come with the reply. The same
    ``run_id`` sends it once.
    """
    assert macro.biller_id == thread.biller_id, "a macro of its own biller"
    if macro.retired:
        raise Refused(N_("The macro is no longer used."))
    if macro.tag:
        sorting.tag_thread(thread, macro.tag, actor=actor)
    if macro.team:
        teams.set_team(thread, macro.team, actor=actor)
    if macro.gives:
        to = agent if macro.gives == Macro.Gives.ME else None
        threads.assign(thread, to, actor=actor, expected_id=thread.owner_id)
    now = timezone.localtime(clock.now())
    until = moment_of(macro.snooze, "", now) if macro.snooze in list(Until) else None
    if macro.reply:
        then = outbox.Then(closes=macro.closes, snooze_until=until)
        text = text_for(macro.reply, thread.invoice, agent)
        message_id = uuid.uuid5(run_id, str(thread.public_id))
        outbox.answer(thread, text, actor=actor, message_id=message_id, then=then)
    elif macro.closes:
        threads.close(thread, actor=actor)
    elif until:
        sorting.snooze(thread, until, macro.name, actor=actor)
