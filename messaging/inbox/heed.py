"""What to heed before writing on: answers on their way out, and what has happened since."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from invoices.history.kinds import KINDS
from invoices.page.sentences import fill
from messaging.inbox.view import InboxView
from messaging.outbox.models import AnswerDraft
from messaging.outbox.queries import changed_since, draft_of, held_of, written_since
from messaging.threads.models import Thread


@dataclass(frozen=True, slots=True)
class Leaving:
    """An answer that can still be taken back, for so many seconds."""

    id: UUID
    url: str
    text: str
    left_s: int
    closes: bool


@dataclass(frozen=True, slots=True)
class Heed:
    leaving: Sequence[Leaving]
    refused: str
    warnings: Sequence[str]


def heed(view: InboxView) -> Heed | None:
    """What stands above the composer; None while no conversation is open."""
    thread = view.thread
    if thread is None:
        return None
    draft = draft_of(thread, view.user.pk)
    leaving = [
        Leaving(
            held.public_id,
            reverse("inbox_held", args=[view.biller.slug, thread.public_id, held.public_id]),
            held.text,
            max(0, round((held.due_at - view.now).total_seconds())),
            held.closes,
        )
        for held in held_of(thread, view.user.pk)
    ]
    refused = fill(draft.refused, {}) if draft and draft.refused else ""
    return Heed(leaving, refused, _warnings(view, thread, draft) if draft else [])


def _warnings(view: InboxView, thread: Thread, draft: AnswerDraft) -> list[str]:
    said = []
    if count := written_since(thread, draft.seen_no):
        words = ngettext(
            "The customer has written since you began.",
            "The customer has written %(count)d times since you began.",
            count,
        )
        said.append(words % {"count": count})
    for entry in changed_since(thread, draft.begun_at):
        kind = KINDS[entry.kind]
        sentence = fill(kind.say(entry.data), entry.data, thread.invoice.currency)
        said.append(_("Since you began: {sentence}").format(sentence=sentence))
    return said
