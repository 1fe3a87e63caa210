"""The forms of credit: how much to use, how much to pay back, and to which account."""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.changes.fields import AmountField, plain_amount
from invoices.errors import Refused
from invoices.money import Money, format_money
from invoices.page.sentences import error_sentence
from payments.refunds.accounts import OFFERED, PayTo, destination

LABELS = {
    PayTo.KONTONR: gettext_lazy("Norwegian bank account"),
    PayTo.ACCOUNT: gettext_lazy("Bank account"),
    PayTo.BANKGIRO: "Bankgiro",
    PayTo.PLUSGIRO: "Plusgiro",
}


class AmountForm(forms.Form):
    """An amount up to ``most``. ``request_id`` is the form's: sent twice, it counts once."""

    request_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, most: Money, language: str, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"request_id": uuid.uuid4()}, prefix="credit")
        self.label_suffix = ""
        self.most = most
        self.fields["amount"] = AmountField(
            most.currency,
            label=_("Amount"),
            max_length=20,
            help_text=_("{most} at the most.").format(most=format_money(most, language)),
        )
        self.initial["amount"] = plain_amount(most.minor, language)

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if amount > self.most.minor:
            raise forms.ValidationError(_("That is more than there is. Write less."))
        return amount


class ToAccount(forms.Form):
    """A form that asks for an account of the country: ``cleaned_data["to"]``."""

    country = ""

    def ask_account(self, country: str) -> None:
        """Put the fields of the country in."""
        self.country = country
        self.fields |= _account_fields(country)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("number"):
            return data
        pay_to = data.get("pay_to") or OFFERED[self.country][0]
        try:
            data["to"] = destination(self.country, pay_to, data["number"], data.get("clearing", ""))
        except Refused as refused:
            self.add_error("number", error_sentence(refused))
        return data


def _account_fields(country: str) -> dict[str, forms.Field]:
    offered = OFFERED[country]
    digits = {"inputmode": "numeric", "autocomplete": "off", "class": "n"}
    found: dict[str, forms.Field] = {}
    if len(offered) > 1:
        found["pay_to"] = forms.ChoiceField(
            label=_("Pay it to"),
            choices=[(each.value, LABELS[each]) for each in offered],
            initial=offered[0].value,
        )
        found["clearing"] = forms.CharField(
            label=_("Clearing number"),
            required=False,
            max_length=8,
            help_text=_("Only for a bank account: the 4 or 5 digits before the number."),
            widget=forms.TextInput(attrs=digits),
        )
    label = _("Account number") if len(offered) == 1 else _("Number")
    found["number"] = forms.CharField(
        label=label,
        max_length=40,
        widget=forms.TextInput(attrs=digits),
        error_messages={"required": gettext_lazy("Write the number of the account.")},
    )
    return found


class BackForm(AmountForm, ToAccount):
    """How much to pay back, and to which account."""

    def __init__(
        self, most: Money, language: str, country: str, data: QueryDict | None = None
    ) -> None:
        super().__init__(most, language, data)
        self.ask_account(country)


class AccountForm(ToAccount):
    """Another account for a payback."""

    def __init__(self, country: str, data: QueryDict | None = None) -> None:
        super().__init__(data, prefix="credit")
        self.label_suffix = ""
        self.ask_account(country)
