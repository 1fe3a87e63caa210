"""The form of a proposal: the one of the change itself, asked for beside the thread."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from invoices.changes.form import ChangeForm
from invoices.changes.forms import FORMS, CreditForm, MoveForm, SplitForm
from invoices.changes.policy import Action
from invoices.changes.scene import Scene
from messaging.cards.actions import Draft
from messaging.cards.states import WORDS_MAX, What
from messaging.threads.models import Thread

PATHS = {What.MOVE: "due-date", What.SPLIT: "split", What.CREDIT: "credit"}
FIRST_COUNT = 3  # instalments that are proposed at first


def label(what: What) -> str:
    """What is proposed, as a button."""
    return {
        What.MOVE: _("A new due date"),
        What.SPLIT: _("Instalments"),
        What.CREDIT: _("A credit"),
        What.AUTOPAY: _("Automatic payment"),
    }[what]


def propose_url(slug: str, thread: Thread, what: What) -> str:
    """Where it is proposed."""
    return reverse(f"propose_{what.value}", args=[slug, thread.public_id])


@dataclass
class ProposalScene(Scene):
    """The scene of a change, played beside the thread: its forms, panel and ways back are there."""

    thread: Thread

    @property
    def panel(self) -> str:
        return "cards"

    @property
    def page_url(self) -> str:
        return reverse("inbox_thread", args=self._where)

    @property
    def back_words(self) -> str:
        return _("Back to the conversation")

    @property
    def panels_url(self) -> str:
        return reverse("inbox_thread_panels", args=self._where)

    def url(self, action: Action) -> str:
        return propose_url(self.invoice.biller.slug, self.thread, What(action.value))

    @property
    def _where(self) -> list[Any]:
        return [self.invoice.biller.slug, self.thread.public_id]


def form_of(scene: ProposalScene, what: What, data: QueryDict | None, count: str) -> ChangeForm:
    """The form of the change, with a word to the customer in place of the reason."""
    action = Action(what.value)
    if data is None and what == What.SPLIT:
        asked = int(count) if count.isdecimal() and len(count) < 3 else FIRST_COUNT
        form: ChangeForm = SplitForm(scene, count=asked)
    else:
        form = FORMS[action](scene, data)
    _to_the_customer(form)
    return form


class WordsForm(ChangeForm):
    """A word to the customer, where nothing of the invoice is to be changed."""

    def __init__(self, scene: ProposalScene, data: QueryDict | None = None) -> None:
        super().__init__(scene, data)
        _to_the_customer(self)


def _to_the_customer(form: ChangeForm) -> None:
    """A word to the customer in place of the reason."""
    words = form.fields["reason"]
    words.label = _("A word to the customer")
    words.help_text = _("It stands in the conversation, with the proposal below it.")
    words.widget.attrs["maxlength"] = WORDS_MAX
    if not form.is_bound:
        with translation.override(form.scene.invoice.customer.language):
            form.initial["reason"] = _("We propose this. You answer with one tap.")


def draft_of(form: ChangeForm, what: What) -> Draft:
    """What the form proposes."""
    return Draft(what, _terms(form), form.cleaned_data["reason"])


def _terms(form: ChangeForm) -> dict[str, Any]:
    if isinstance(form, MoveForm):
        return {"to_on": form.cleaned_data["to_on"].isoformat()}
    if isinstance(form, SplitForm):
        return {"parts": [[day.isoformat(), minor] for day, minor in form.parts()]}
    assert isinstance(form, CreditForm)
    return form.terms


def card_id_of(form: ChangeForm) -> uuid.UUID:
    """The id that the form was made with: sent twice, it proposes once."""
    made: uuid.UUID = form.cleaned_data["request_id"]
    return made
