"""The panels of the room on the invoice page: the customer's change, and the staff's actions."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from invoices.billers.areas import Area
from invoices.changes import policy
from invoices.changes.policy import CUSTOMER, Action
from invoices.changes.preview import undo_words
from invoices.changes.queries import standing_from
from invoices.changes.scene import Scene
from invoices.changes.ways import Way, way
from invoices.documents import queries
from invoices.documents.states import ChangeFact, ChangeKind
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.money import format_money
from invoices.page.view import InvoiceView
from invoices.page.words import long_date
from invoices.panels import INVOICE_STAFF, Panel, register


@dataclass(frozen=True, slots=True)
class Changed:
    """The newest change: what it was, and how it is undone. ``said`` is "" where all is quiet."""

    said: str = ""
    undo_words: str = ""
    undo_id: UUID | None = None
    undo_url: str = ""


@dataclass(frozen=True, slots=True)
class Actions:
    changed: Changed
    ways: list[Way]


def changes(view: InvoiceView) -> Changed:
    """What the customer has changed, for as long as it can be undone or is of today."""
    newest = view.changes[-1] if view.changes else None
    if newest is None or newest.by != CUSTOMER or Area.CHANGES in view.locked:
        return Changed()
    scene = _scene(view)
    changed = _changed(scene, newest)
    return changed if changed.undo_id or newest.made_on == view.on else Changed()


def actions(view: InvoiceView) -> Actions:
    """What the role can do with the invoice as it stands."""
    scene = _scene(view)
    newest = view.changes[-1] if view.changes else None
    changed = _changed(scene, newest) if newest else Changed()
    return Actions(
        changed=changed if changed.undo_id else Changed(),
        ways=[
            way(scene, action)
            for action in Action
            if policy.staff_can(scene.by, action, scene.standing)
        ],
    )


def _scene(view: InvoiceView) -> Scene:
    scene = Scene(view.invoice, view.viewer, THE_CUSTOMER, view.language)
    # The page has read all this already, in its one statement.
    scene.standing = standing_from(view.invoice, view.figures, view.parts, view.changes)
    return scene


def _changed(scene: Scene, newest: ChangeFact) -> Changed:
    words = undo_words(scene, scene.standing)
    last = None
    if words:
        last = policy.undoable(scene.standing, scene.by, queries.bookings(scene.invoice))
    return Changed(
        said=_said(scene, newest),
        undo_words=words if last else "",
        undo_id=UUID(last.public_id) if last else None,
        undo_url=scene.undo_url,
    )


def _said(scene: Scene, change: ChangeFact) -> str:
    day = long_date(change.to_on, scene.language) if change.to_on else ""
    if change.kind == ChangeKind.DUE_MOVED:
        return _("The due date is now {day}.").format(day=day)
    if change.kind == ChangeKind.SPLIT:
        return _("The invoice is now split into instalments, the last one due {day}.").format(
            day=day
        )
    if change.kind == ChangeKind.WRITTEN_DOWN:
        return _("A part of the invoice is written down.")
    if change.kind == ChangeKind.UNDONE:
        return _("Undone. {left} is due {day}.").format(
            left=format_money(scene.money(scene.standing.left), scene.language),
            day=long_date(scene.standing.due_on, scene.language),
        )
    return ""


register(
    Panel(
        "invoice",
        "changes",
        "invoices/changes/_changes.html",
        changes,
        order=15,
        audience=frozenset({CUSTOMER}),
    )
)
register(
    Panel(
        "invoice",
        "actions",
        "invoices/changes/_actions.html",
        actions,
        place="story",
        order=10,
        audience=INVOICE_STAFF,
    )
)
