"""What customers type on this room's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from invoices.customers.models import ContactPoint
from invoices.documents.links.codes.actions import DIGITS


class Described(forms.Form):
    """A form whose fields point at their own help and errors."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class ShareForm(Described):
    """Whom a pay-only link is for; a word for the list, nothing more."""

    made_for = forms.CharField(
        label=_("Who is it for?"),
        help_text=_("For your own list only, so that you can tell links apart. May be left empty."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CodeForm(Described):
    """The six digits, pasted or typed, with or without spaces."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits"),
        max_length=20,
        error_messages={"required": _("Enter the code that was sent to you.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "pattern": "[0-9 ]*",
                "spellcheck": "false",
                "class": "code",
            }
        ),
    )

    def clean_code(self) -> str:
        digits = "".join(str(self.cleaned_data["code"]).replace("-", " ").split())
        if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
            raise forms.ValidationError(_("The code is six digits. Enter all of them."))
        return digits


class ContactForm(Described):
    """A further way to reach the customer."""

    prefix = "contact"
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            (ContactPoint.Kind.EMAIL.value, _("E-mail address")),
            (ContactPoint.Kind.PHONE.value, _("Phone number")),
            (ContactPoint.Kind.ADDRESS.value, _("Postal address")),
        ],
    )
    value = forms.CharField(
        label=_("Address or number"),
        max_length=254,
        error_messages={"required": _("Write the address or the number.")},
    )
