"""What can be done with a conversation by one form field, ``do``: the same for one and for many."""

from collections.abc import Callable, Mapping
from functools import partial

from django.http import QueryDict
from django.utils import timezone

from invoices.errors import N_, Refused
from invoices.history.actors import staff
from messaging.inbox.view import InboxView
from messaging.sorting import actions as sorting
from messaging.sorting.models import Tag
from messaging.sorting.queries import all_tags
from messaging.sorting.until import moment_of
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from messaging.threads.topics import About

type Doing = Callable[[Thread], object]
type Maker = Callable[[InboxView, QueryDict], Doing]


def doing_of(view: InboxView, posted: QueryDict) -> Doing:
    """What the form asks to be done with a conversation; refused where it asks for nothing."""
    maker = _MAKERS.get(posted.get("do", ""))
    if maker is None:
        raise Refused(N_("Choose what should happen with the conversation."))
    return maker(view, posted)


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
}
