"""The form that hands an invoice to whoever collects it, and the one that takes it back."""

from dataclasses import fields
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.changes.collection import actions
from invoices.changes.form import ChangeForm
from invoices.changes.policy import Action
from invoices.changes.scene import Scene
from invoices.documents.queries import last_collector
from invoices.documents.states import Collector

# What the form knows from last time: most billers have one agency.
KEPT = ("agency", "phone", "site", "account")


def collector_fields() -> dict[str, forms.Field]:
    """Who collects, how they are reached, and how they are paid."""
    by_letter = _("Leave it empty where their letter tells.")
    return {
        "agency": forms.CharField(
            label=_("Who collects"),
            max_length=80,
            error_messages={"required": gettext_lazy("Write who collects.")},
        ),
        "phone": forms.RegexField(
            r"^\+?[\d ()-]{5,30}$",
            label=_("Their phone number"),
            max_length=30,
            required=False,
            error_messages={"invalid": gettext_lazy("Write a phone number.")},
        ),
        "site": forms.URLField(
            label=_("Their page"), max_length=200, required=False, assume_scheme="https"
        ),
        "case_no": forms.CharField(label=_("Their case number"), max_length=40, required=False),
        "account": forms.CharField(
            label=_("Account to pay to"), max_length=40, required=False, help_text=by_letter
        ),
        "reference": forms.CharField(
            label=_("Reference to pay with"), max_length=40, required=False, help_text=by_letter
        ),
    }


class CollectForm(ChangeForm):
    """Hand the invoice to whoever collects, or take it back from there."""

    action = Action.COLLECT

    # As it was when the form was opened: a colleague may have been faster.
    takes_back = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, scene: Scene, data: QueryDict | None = None) -> None:
        super().__init__(scene, data)
        self.initial["takes_back"] = scene.standing.marks.in_collection
        if self["takes_back"].value() in (True, "True", "on"):
            return
        self.fields = collector_fields() | self.fields
        if last := last_collector(scene.invoice.biller_id):
            self.initial = {**self.initial, **{name: getattr(last, name) for name in KEPT}}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "agency" in self.fields and not self.errors:
            if not data["phone"] and not data["site"]:
                self.add_error("phone", _("Write how the customer reaches them."))
            if bool(data["account"]) != bool(data["reference"]):
                missing = "reference" if data["account"] else "account"
                self.add_error(missing, _("An account and a reference go together."))
        return data

    def act(self) -> None:
        invoice_id, data = self.scene.invoice.pk, self.cleaned_data
        if data["takes_back"]:
            actions.take_back_from_collection(invoice_id, **self.order)
        else:
            to = Collector(**{each.name: data[each.name] for each in fields(Collector)})
            actions.hand_to_collection(invoice_id, to, **self.order)

    def notes(self) -> list[str]:
        if self.cleaned_data["takes_back"]:
            return [_("Tell them too: Nota does not write to them.")]
        return [
            _("Only after a notice of collection in writing, when its days have passed."),
            _("Reminders and direct debits of this invoice stop."),
        ]
