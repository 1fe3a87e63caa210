"""What can be done with a conversation by one form field, ``do``: the same for one and for many."""

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils import timezone

from invoices.errors import N_, Refused
from invoices.history.actors import staff
from messaging.canned import actions as canned
from messaging.inbox.view import InboxView
from messaging.incidents import actions as incidents
from messaging.sorting import actions as sorting
from messaging.sorting.models import Tag
from messaging.sorting.queries import all_tags
from messaging.sorting.until import moment_of
from messaging.teams import actions as teams
from messaging.threads import actions as threads
from messaging.threads.access import access_threads
from messaging.threads.models import Thread
from messaging.threads.topics import About
from messaging.together import actions as together
from messaging.together.queries import others_with

type Doing = Callable[[Thread], object]
type Maker = Callable[[InboxView, QueryDict], Doing]


def doing_of(view: InboxView, posted: QueryDict) -> Doing:
    """What the form asks to be done with a conversation; refused where it asks for nothing."""
    maker = _MAKERS.get(posted.get("do", ""))
    if maker is None:
        raise Refused(N_("Choose what should happen with the conversation."))
    doing = maker(view, posted)
    if posted.get("do") in _TO_ALL:
        return lambda thread: [doing(each) for each in (thread, *others_with(thread))]
    return doing


def _plain(action: Callable[..., object]) -> Maker:
    return lambda view, posted: partial(action, actor=staff(view.user.pk))


def _snooze(view: InboxView, posted: QueryDict) -> Doing:
    now = timezone.localtime(view.now)
    until = moment_of(posted.get("until", ""), posted.get("at", ""), now)
    reason = posted.get("reason", "")
    actor = staff(view.user.pk)
    return lambda thread: sorting.snooze(thread, until, reason, actor=actor)


def _tagging(action: Callable[..., object]) -> Maker:
    def make(view: InboxView, posted: QueryDict) -> Doing:
        tag = _tag(view, posted)
        actor = staff(view.user.pk)
        return lambda thread: action(thread, tag, actor=actor)

    return make


def _tag(view: InboxView, posted: QueryDict) -> Tag:
    """The tag that was chosen; or one made of the word that was written."""
    if word := posted.get("new_tag", "").strip():
        return sorting.make_tag(view.biller, word, actor=staff(view.user.pk))
    chosen = posted.get("tag", "")
    found = next((tag for tag in all_tags(view.biller.pk) if str(tag.public_id) == chosen), None)
    if found is None:
        raise Refused(N_("Choose a tag, or write a new one."))
    return found


def _topic(view: InboxView, posted: QueryDict) -> Doing:
    wanted = posted.get("topic", "")
    if wanted and wanted not in list(About):
        raise Refused(N_("Choose what the conversation is about."))
    topic = About(wanted) if wanted else None
    return lambda thread: sorting.set_topic(thread, topic, actor=staff(view.user.pk))


def _assign(view: InboxView, posted: QueryDict) -> Doing:
    """Give to a colleague, take, or give back to all, whoever has it as the list was read."""
    wanted = posted.get("to", "")
    people = {user.email: user for user in view.people}
    if wanted and wanted not in people:
        raise Refused(N_("Choose somebody who answers customers here."))
    to, actor = people.get(wanted), staff(view.user.pk)
    return lambda thread: threads.assign(thread, to, actor=actor, expected_id=thread.owner_id)


def _team(view: InboxView, posted: QueryDict) -> Doing:
    chosen = posted.get("team", "")
    team = next((team for team in view.teams if str(team.public_id) == chosen), None)
    if chosen and team is None:
        raise Refused(N_("Choose a team."))
    return lambda thread: teams.set_team(thread, team, actor=staff(view.user.pk))


def _macro(view: InboxView, posted: QueryDict) -> Doing:
    chosen = posted.get("macro", "")
    macro = next((macro for macro in view.macros if str(macro.public_id) == chosen), None)
    if macro is None:
        raise Refused(N_("Choose a macro."))
    run_id = form_id(posted)
    return lambda thread: canned.run_macro(
        thread, macro, agent=view.user, actor=staff(view.user.pk), run_id=run_id
    )


def _join(view: InboxView, posted: QueryDict) -> Doing:
    found = access_threads([posted.get("with", "")], view.membership)
    if not found:
        raise Refused(N_("Choose a conversation."))
    return lambda thread: together.join(thread, found[0], actor=staff(view.user.pk))


def _incident(view: InboxView, posted: QueryDict) -> Doing:
    chosen = posted.get("incident", "")
    found = next((each for each in view.incidents if str(each.public_id) == chosen), None)
    if found is None:
        raise Refused(N_("Choose an incident."))
    return lambda thread: incidents.gather(found, [thread], actor=staff(view.user.pk))


def form_id(posted: QueryDict) -> UUID:
    """The id that came with the form, so that a form sent twice sends once."""
    try:
        return UUID(posted.get("form_id", ""))
    except ValueError:
        return uuid4()


_MAKERS: Mapping[str, Maker] = {
    "close": _plain(threads.close),
    "reopen": _plain(threads.reopen),
    "settle": _plain(threads.settle),
    "wait": _plain(threads.wait_again),
    "wake": _plain(sorting.wake),
    "seen-mention": _plain(sorting.settle_mentions),
    "snooze": _snooze,
    "tag": _tagging(sorting.tag_thread),
    "untag": _tagging(sorting.untag_thread),
    "topic": _topic,
    "assign": _assign,
    "team": _team,
    "macro": _macro,
    "join": _join,
    "part": _plain(together.part),
    "incident": _incident,
}
# What is done to one of several conversations that are answered together is done to all of them.
_TO_ALL = frozenset({"close", "reopen", "settle", "snooze", "wake", "assign"})
