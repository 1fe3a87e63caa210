"""What can be done with an invoice, said and pictured the same wherever it is offered."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from invoices.changes import policy
from invoices.changes.policy import Action
from invoices.changes.scene import Scene
from invoices.errors import Refused
from invoices.page.sentences import error_sentence
from invoices.page.words import long_date

ICONS = {
    Action.MOVE: "calendar",
    Action.SPLIT: "payments",
    Action.CREDIT: "undo",
    Action.WRITE_DOWN: "minus",
    Action.CHARGE: "plus",
    Action.DISPUTE: "alert",
    Action.COLLECT: "people",
    Action.CANCEL: "close",
}


@dataclass(frozen=True, slots=True)
class Way:
    """Something that can be done, and where; or, in ``why``, why it cannot."""

    label: str
    url: str
    icon: str
    words: str = ""
    why: str = ""


def way(scene: Scene, action: Action) -> Way:
    """The action as it is offered to the viewer."""
    return Way(
        label=label(scene, action),
        url=scene.url(action),
        icon=ICONS[action],
        words=_promise(scene, action) if scene.for_customer else "",
        why=words(scene, scene.refusal(action)),
    )


def label(scene: Scene, action: Action) -> str:
    """What the action is called."""
    settles, collected = scene.standing.marks.disputed, scene.standing.marks.in_collection
    return {
        Action.MOVE: _("Move the due date"),
        Action.SPLIT: _("Split into instalments"),
        Action.CREDIT: _("Credit"),
        Action.WRITE_DOWN: _("Write down"),
        Action.CHARGE: _("Add a charge"),
        Action.DISPUTE: _("Settle the dispute") if settles else _("Mark a dispute"),
        Action.COLLECT: _("Take back from collection") if collected else _("Hand to collection"),
        Action.CANCEL: _("Cancel the invoice"),
    }[action]


def words(scene: Scene, refused: Refused | None) -> str:
    """A refusal in the reader's language; "" for none."""
    return error_sentence(refused, scene.invoice.currency) if refused else ""


def _promise(scene: Scene, action: Action) -> str:
    if action == Action.MOVE:
        latest = long_date(policy.latest_day(scene.rules, scene.standing), scene.language)
        return _("To {day} at the latest. It costs nothing.").format(day=latest)
    most = max(policy.counts(scene.rules, scene.standing), default=2)
    return _("Up to {count} parts, with your own days. It costs nothing.").format(count=most)
