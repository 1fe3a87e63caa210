"""The forms of automatic payment: yes, and from which account."""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from invoices.errors import Refused
from invoices.page.sentences import error_sentence
from payments.mandates.accounts import Account, account_of


class YesForm(forms.Form):
    """One click: ``known`` are the last four digits of the account that was read on the page."""

    request_id = forms.UUIDField()
    scheme = forms.CharField(max_length=12)
    moment = forms.ChoiceField(choices=[(each, each) for each in ("page", "paid", "missed")])
    known = forms.RegexField(r"^[0-9]{4}$", required=False)


class AccountForm(forms.Form):
    """A Swedish account, as people write it. ``request_id`` is made with the form."""

    request_id = forms.UUIDField(widget=forms.HiddenInput)
    moment = forms.CharField(widget=forms.HiddenInput, max_length=6, required=False)
    clearing = forms.CharField(
        label=_("Clearing number"),
        max_length=9,
        help_text=_("Four digits, or five where it begins with 8."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the clearing number.")},
    )
    number = forms.CharField(
        label=_("Account number"),
        max_length=20,
        help_text=_("Only the number, without the clearing number."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the account number.")},
    )
    account: Account | None = None

    def __init__(self, data: QueryDict | None = None, *, moment: str = "page") -> None:
        initial = {"request_id": uuid.uuid4(), "moment": moment}
        super().__init__(data, initial=initial, prefix="autopay")
        self.label_suffix = ""

    def clean(self) -> dict[str, Any]:
        """Both together are an account, or what is wrong with them is said at the number."""
        given = super().clean() or {}
        if "clearing" in given and "number" in given:
            try:
                self.account = account_of(given["clearing"], given["number"])
            except Refused as refused:
                self.add_error("number", error_sentence(refused))
        return given
