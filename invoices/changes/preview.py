"""What a change will come to, said before it is made and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from invoices.bankdays import is_bank_day, next_bank_day
from invoices.changes import policy
from invoices.changes.actions import Outcome
from invoices.changes.form import ChangeForm
from invoices.changes.policy import Action
from invoices.changes.scene import Scene
from invoices.documents.states import Part
from invoices.history.kinds import KINDS, Audience
from invoices.history.models import HistoryEntry
from invoices.money import Money
from invoices.page.sentences import fill
from invoices.page.words import long_date


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the history as the customer will read it."""

    sentence: str
    detail: str


@dataclass(frozen=True, slots=True)
class Preview:
    """``told`` is in ``told_in``, the customer's language; the rest in the reader's."""

    told: Sequence[Said]
    told_in: str
    left_before: Money
    left: Money
    due_before: date
    due_on: date
    parts: Sequence[tuple[date, Money]]
    notes: Sequence[str]


def preview_of(scene: Scene, form: ChangeForm, outcome: Outcome) -> Preview:
    """What is shown before the change is confirmed."""
    told_in = scene.language if scene.for_customer else scene.invoice.customer.language
    return Preview(
        told=said(scene, outcome.told, told_in),
        told_in=told_in,
        left_before=scene.money(scene.standing.left),
        left=scene.money(outcome.figures.left),
        due_before=scene.standing.due_on,
        due_on=_due_on(outcome.parts, outcome.due_on),
        parts=[(part.due_on, scene.money(part.open)) for part in outcome.parts if part.open],
        notes=[*form.notes(), *_notes(scene, form.action, outcome)],
    )


def said(scene: Scene, told: Sequence[HistoryEntry], language: str) -> list[Said]:
    """The new lines of the history that customers see, in a language."""
    currency = scene.invoice.currency
    with translation.override(language):
        return [
            Said(
                fill(KINDS[entry.kind].say(entry.data), entry.data, currency),
                fill(KINDS[entry.kind].detail(entry.data), entry.data, currency),
            )
            for entry in told
            if KINDS[entry.kind].audience == Audience.CUSTOMER
        ]


def _due_on(parts: Sequence[Part], due_on: date) -> date:
    return next((part.due_on for part in parts if part.open), due_on)


def _notes(scene: Scene, action: Action, outcome: Outcome) -> list[str]:
    if action not in (Action.MOVE, Action.SPLIT):
        return []
    notes = []
    if scene.for_customer:
        notes.append(_("It costs nothing: no fee, no interest."))
    days = [part.due_on for part in outcome.parts if part.open] or [outcome.due_on]
    rest = next((day for day in days if not is_bank_day(day, scene.rules.country)), None)
    if rest is not None:
        open_on = next_bank_day(rest, scene.rules.country)
        notes.append(
            _("Banks move no money on {day}; the next bank day is {next}.").format(
                day=long_date(rest, scene.language), next=long_date(open_on, scene.language)
            )
        )
    if words := undo_words(scene, outcome.standing):
        notes.append(words)
    return notes


def undo_words(scene: Scene, standing: policy.Standing) -> str:
    """Until when the newest change can be undone; "" where it cannot."""
    newest = policy.newest_change(standing)
    if newest is None or policy.undoable(standing, scene.by, newest.bookings) is None:
        return ""
    if newest.bites_on is None:
        return _("It can be undone until something else happens to the invoice.")
    return _("It can be undone until {day}, or until something is paid or changed.").format(
        day=long_date(newest.bites_on, scene.language)
    )
