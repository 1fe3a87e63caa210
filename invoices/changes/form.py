"""What every form of a change is.

A form's ``act`` does what the form says, through the actions; the view rehearses it for the
preview and carries it out when it is confirmed.
"""

import uuid
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.changes.policy import Action
from invoices.changes.scene import Scene
from invoices.errors import Refused
from invoices.page.sentences import error_sentence


class ChangeForm(forms.Form):
    """``request_id`` is made with the form: sent twice, it changes once."""

    template = "invoices/changes/_fields.html"
    action: ClassVar[Action]

    request_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, scene: Scene, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"request_id": uuid.uuid4()}, prefix=scene.panel)
        self.scene = scene
        self.label_suffix = ""
        if not scene.for_customer:
            self.fields["reason"] = forms.CharField(
                label=_("Reason"),
                max_length=300,
                help_text=_("The customer reads it on the page."),
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                error_messages={"required": gettext_lazy("Write why, in a few words.")},
            )

    @property
    def order(self) -> dict[str, Any]:
        """What every action takes."""
        asked = {"actor": self.scene.asker, "request_id": self.cleaned_data["request_id"]}
        return asked | {"reason": self.cleaned_data.get("reason", "")}

    def words(self, refused: Refused) -> str:
        """Why not, in the reader's language."""
        return error_sentence(refused, self.scene.invoice.currency)

    def act(self) -> None:
        """Do what the form says."""
        raise NotImplementedError

    def kept(self) -> list[str]:
        """The fields as the preview takes them on, hidden: nothing helps to fill them in there."""
        fields = list(self)
        for field in fields:
            field.help_text = ""
        return [field.as_hidden() for field in fields]

    def notes(self) -> list[str]:
        """What else the asker should know before confirming."""
        return []
