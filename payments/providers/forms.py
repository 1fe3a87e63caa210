"""The form of paying: how much, and with what."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.changes.fields import AmountField
from invoices.money import Money
from invoices.page.view import InvoiceView
from payments.providers.queries import Way

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Preset:
    """An amount to choose. Its value is the amount: what was read is what is paid."""

    value: str
    label: str
    amount: Money
    chosen: bool


class PayForm(forms.Form):
    """``request_id`` is made with the form: sent twice, it is one payment."""

    request_id = forms.UUIDField(widget=forms.HiddenInput)
    amount = forms.RegexField(
        r"^([1-9][0-9]{0,12}|other)$",
        error_messages={
            "required": gettext_lazy("Choose how much to pay."),
            "invalid": gettext_lazy("Choose how much to pay."),
        },
    )
    other = forms.CharField(
        label=gettext_lazy("Another amount"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    provider = forms.CharField(
        max_length=10, error_messages={"required": gettext_lazy("Choose how to pay.")}
    )

    def __init__(self, view: InvoiceView, ways: list[Way], data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"request_id": uuid.uuid4()}, prefix="paying")
        self.label_suffix = ""
        self.view, self.ways = view, ways
        self.left = view.figures.left

    @property
    def floor(self) -> Money:
        """The least that can be paid at once."""
        return self.view.money(min(self.view.invoice.biller.pay_floor_minor, self.left))

    @property
    def chosen_amount(self) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix("amount"), ""))
        return self._amounts()[0][0]

    @property
    def chosen_way(self) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix("provider"), ""))
        return self.ways[0].provider if self.ways else ""

    @property
    def presets(self) -> list[Preset]:
        """What is due of a plan, its next part, all of it, a half."""
        chosen = self.chosen_amount
        return [
            Preset(value, label, self.view.money(int(value)), value == chosen)
            for value, label in self._amounts()
        ]

    def _amounts(self) -> list[tuple[str, str]]:
        part, left = self.view.next_part, self.left
        half = -(-left // 200) * 100  # to a whole krone, upwards
        found = []
        due = sum(each.open for each in self.view.parts if each.due_on <= self.view.on)
        if part and part.open < due < left:
            found.append((str(due), _("All that is due now")))
        if part and part.open != left:
            found.append((str(part.open), _("The next part")))
        found.append((str(left), _("All that is left")))
        if self.floor.minor <= half < left and not (part and part.open == half):
            found.append((str(half), _("Half of it")))
        return found

    @property
    def other_is_chosen(self) -> bool:
        return self.chosen_amount == OTHER

    def clean_provider(self) -> str:
        """One that is offered here."""
        provider: str = self.cleaned_data["provider"]
        if provider not in {way.provider for way in self.ways}:
            raise forms.ValidationError(_("Choose how to pay."))
        return provider

    def clean(self) -> dict[str, Any]:
        """``amount_minor``: the preset, or what was written."""
        cleaned = super().clean() or {}
        if cleaned.get("amount") == OTHER:
            field = AmountField(self.view.invoice.currency, label="", required=True)
            try:
                cleaned["amount_minor"] = field.clean(cleaned.get("other", ""))
            except forms.ValidationError as error:
                self.add_error("other", error)
        elif cleaned.get("amount"):
            cleaned["amount_minor"] = int(cleaned["amount"])
        return cleaned
