"""Days and amounts as people choose and write them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.changes import policy
from invoices.changes.scene import Scene
from invoices.errors import Refused
from invoices.money import parse_money
from invoices.page.sentences import error_sentence

ISO = "%Y-%m-%d"


def a_day(scene: Scene, label: str, **more: Any) -> forms.DateField:
    """A day, chosen in the browser's own calendar; any browser sends it as ISO."""
    last = scene.standing.today + policy.STAFF_MOVE
    attrs = {"type": "date", "min": scene.standing.today.isoformat(), "max": last.isoformat()}
    return forms.DateField(
        label=label,
        input_formats=[ISO],
        widget=forms.DateInput(format=ISO, attrs=attrs),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("Choose a day that exists."),
        },
        **more,
    )


class AmountField(forms.CharField):
    """An amount as people write it, more than nothing; minor units."""

    def __init__(self, currency: str, **more: Any) -> None:
        self.currency = currency
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "n"}
        messages = {"required": gettext_lazy("Write an amount.")}
        super().__init__(widget=forms.TextInput(attrs=attrs), error_messages=messages, **more)

    def clean(self, value: str | None) -> Any:
        text = super().clean(value)
        if not text:
            return 0
        try:
            minor = parse_money(text, self.currency).minor
        except Refused as refused:
            raise forms.ValidationError(error_sentence(refused)) from None
        if minor <= 0:
            raise forms.ValidationError(_("Write an amount of more than nothing."))
        return minor


def plain_amount(minor: int, language: str) -> str:
    """An amount as it is typed: 849,00."""
    mark = "." if language == "en" else ","
    return f"{minor // 100}{mark}{minor % 100:02d}"
