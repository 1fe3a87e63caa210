"""The forms of the changes: what is asked, what is refused, and what each one does."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.changes import actions, policy
from invoices.changes.collection.forms import CollectForm
from invoices.changes.fields import AmountField, a_day, plain_amount
from invoices.changes.form import ChangeForm
from invoices.changes.months import Days, Month, months
from invoices.changes.policy import Action
from invoices.changes.scene import Scene
from invoices.documents import queries
from invoices.documents.amounts import BASIS, LineDraft, half_up
from invoices.documents.models import InvoiceLine
from invoices.errors import Refused
from invoices.money import Money, format_money
from invoices.page.words import long_date

VAT_RATES = {"NO": (2500, 1500, 1200, 0), "SE": (2500, 1200, 600, 0)}


class MoveForm(ChangeForm):
    """Another due date. Customers choose from a calendar, staff write any day."""

    action = Action.MOVE

    def __init__(self, scene: Scene, data: QueryDict | None = None) -> None:
        super().__init__(scene, data)
        self.fields = {"to_on": a_day(scene, _("New due date"))} | self.fields
        if scene.for_customer:
            self.template = "invoices/changes/_days.html"
            self.suggested = policy.suggested_day(scene.rules, self.standing)
            self.initial["to_on"] = self.suggested
        else:
            self.fields["to_on"].help_text = _(
                "Customers can move it to {latest_on} themselves."
            ).format(latest_on=long_date(self.latest_on, scene.language))

    @property
    def standing(self) -> policy.Standing:
        return replace(self.scene.standing, payday=self.scene.payday)

    @property
    def latest_on(self) -> date:
        return policy.latest_day(self.scene.rules, self.scene.standing)

    def months(self) -> list[Month]:
        """The calendar of the days that a customer can choose."""
        scene, asked = self.scene, self["to_on"].value()
        return months(
            Days(
                allowed=policy.move_days(scene.rules, scene.standing),
                due_on=scene.standing.due_on,
                suggested=self.suggested,
                chosen=_day(asked),
                country=scene.rules.country,
                language=scene.language,
            )
        )

    def clean_to_on(self) -> date:
        chosen: date = self.cleaned_data["to_on"]
        scene = self.scene
        if chosen == scene.standing.due_on:
            raise forms.ValidationError(_("That is the due date already. Choose another day."))
        if not scene.for_customer:
            if chosen < scene.standing.today:
                raise forms.ValidationError(_("Choose today or a later day."))
            return chosen
        try:
            policy.check_move(scene.rules, scene.standing, chosen)
        except Refused as refused:
            raise forms.ValidationError(self.words(refused)) from None
        return chosen

    def act(self) -> None:
        actions.move_due_date(self.scene.invoice.pk, self.cleaned_data["to_on"], **self.order)


def _day(asked: object) -> date | None:
    """The day that was asked for, where it is one."""
    try:
        return asked if isinstance(asked, date) else date.fromisoformat(str(asked))
    except ValueError:
        return None


class SplitForm(ChangeForm):
    """Instalments: ``count`` of them, each with a day and an amount."""

    action = Action.SPLIT
    template = "invoices/changes/_parts.html"

    count = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, scene: Scene, data: QueryDict | None = None, count: int = 0) -> None:
        super().__init__(scene, data)
        self.choices = self.counts()
        asked = self.data.get(self.add_prefix("count"), "") if self.is_bound else str(count)
        self.chosen = int(asked) if asked.isdecimal() and len(asked) < 3 else 0
        if self.chosen not in self.choices:
            self.chosen = self.choices[0]
        self.initial["count"] = self.chosen
        proposed = policy.even_parts(scene.standing, self.chosen)
        for place, (day, minor) in enumerate(proposed, start=1):
            self.fields[f"on_{place}"] = a_day(scene, _("Day"))
            self.fields[f"amount_{place}"] = AmountField(
                scene.invoice.currency, label=_("Amount"), max_length=20
            )
            self.initial[f"on_{place}"] = day
            self.initial[f"amount_{place}"] = plain_amount(minor, scene.language)
        if "reason" in self.fields:
            self.fields["reason"] = self.fields.pop("reason")

    def counts(self) -> list[int]:
        """The numbers of instalments to choose from."""
        if self.scene.for_customer:
            return policy.counts(self.scene.rules, self.scene.standing)
        return list(range(2, policy.STAFF_PARTS_MAX + 1))

    @property
    def rows(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """The parts: their number, day and amount."""
        places = range(1, self.chosen + 1)
        return [(place, self[f"on_{place}"], self[f"amount_{place}"]) for place in places]

    def parts(self) -> list[tuple[date, int]]:
        data = self.cleaned_data
        return [(data[f"on_{p}"], data[f"amount_{p}"]) for p in range(1, self.chosen + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        scene, parts = self.scene, self.parts()
        asked = sum(minor for _day, minor in parts)
        if asked != scene.standing.left:
            self._say_sum(asked, scene.standing.left)
        for place, (day, _minor) in enumerate(parts, start=1):
            earlier = parts[place - 2][0] if place > 1 else scene.standing.today - timedelta(1)
            if day <= earlier:
                self.add_error(f"on_{place}", _("Choose a day after the one before it."))
        if scene.for_customer and not self.errors:
            try:
                policy.check_split(scene.rules, scene.standing, parts)
            except Refused as refused:
                self.add_error(None, self.words(refused))
        return data

    def _say_sum(self, asked: int, left: int) -> None:
        language, currency = self.scene.language, self.scene.invoice.currency
        more = _("The parts come to {sum}; {left} is left to pay.")
        self.add_error(
            None,
            more.format(
                sum=format_money(Money(asked, currency), language),
                left=format_money(Money(left, currency), language),
            ),
        )

    def act(self) -> None:
        actions.split(self.scene.invoice.pk, self.parts(), **self.order)


class CreditForm(ChangeForm):
    """What to credit: lines, an amount, or all that is left of the invoice."""

    action = Action.CREDIT
    template = "invoices/changes/_credit.html"

    def __init__(self, scene: Scene, data: QueryDict | None = None) -> None:
        super().__init__(scene, data)
        self.lines = [
            (line, rest) for line, rest in queries.creditable_lines(scene.invoice) if rest > 0
        ]
        reason = self.fields.pop("reason")
        self.fields["what"] = forms.ChoiceField(
            label=_("What to credit"),
            choices=[("lines", _("Lines")), ("amount", _("An amount")), ("whole", _("All of it"))],
            widget=forms.RadioSelect,
            initial="lines",
            error_messages={"required": gettext_lazy("Choose what to credit.")},
        )
        self.fields["lines"] = forms.MultipleChoiceField(
            label=_("Lines"),
            choices=[(str(place), line.text) for place, (line, _rest) in enumerate(self.lines)],
            required=False,
        )
        self.fields["amount"] = AmountField(
            scene.invoice.currency, label=_("Amount, VAT included"), max_length=20, required=False
        )
        self.fields["reason"] = reason

    @property
    def rows(self) -> list[tuple[str, InvoiceLine, Money, bool]]:
        """The lines to choose from: value, line, what is not credited of it, chosen."""
        chosen = self["lines"].value() or []
        return [
            (str(place), line, self.scene.money(rest), str(place) in chosen)
            for place, (line, rest) in enumerate(self.lines)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("what") == "lines" and not data.get("lines"):
            self.add_error("lines", _("Choose one line or more."))
        if data.get("what") == "amount" and not data.get("amount") and "amount" in data:
            self.add_error("amount", _("Write an amount."))
        return data

    @property
    def terms(self) -> dict[str, Any]:
        """What to credit, as ``actions.Credit`` takes it."""
        data, invoice = self.cleaned_data, self.scene.invoice
        with translation.override(invoice.customer.language):
            text = _("Invoice {number}").format(number=invoice.number)
        chosen: dict[str, dict[str, Any]] = {
            "lines": {"line_ids": [self.lines[int(place)][0].pk for place in data["lines"]]},
            "amount": {"amount_minor": data["amount"]},
            "whole": {},
        }
        return {"text": text, **chosen[data["what"]]}

    def act(self) -> None:
        what = actions.Credit(**self.terms)
        actions.credit(self.scene.invoice.pk, what, **self.order)


class WriteDownForm(ChangeForm):
    """How much of what is left is asked for no more."""

    action = Action.WRITE_DOWN

    def __init__(self, scene: Scene, data: QueryDict | None = None) -> None:
        super().__init__(scene, data)
        most = policy.write_down_limit(scene.by, scene.rules, scene.standing)
        words = format_money(scene.money(most), scene.language)
        field = AmountField(
            scene.invoice.currency,
            label=_("Amount"),
            max_length=20,
            help_text=_("{most} at the most.").format(most=words),
        )
        self.fields = {"amount": field} | self.fields
        self.initial["amount"] = plain_amount(most, scene.language)

    def act(self) -> None:
        actions.write_down(self.scene.invoice.pk, self.cleaned_data["amount"], **self.order)


class ChargeForm(ChangeForm):
    """One more line, as a debit document."""

    action = Action.CHARGE

    def __init__(self, scene: Scene, data: QueryDict | None = None) -> None:
        super().__init__(scene, data)
        rates = VAT_RATES[scene.invoice.biller.country]
        own: dict[str, forms.Field] = {
            "text": forms.CharField(
                label=_("What it is for"),
                max_length=200,
                error_messages={"required": gettext_lazy("Write what it is for.")},
            ),
            "amount": AmountField(
                scene.invoice.currency, label=_("Amount, VAT included"), max_length=20
            ),
            "rate": forms.TypedChoiceField(
                label=_("VAT"),
                choices=[(str(rate), f"{rate // 100}\u00a0%") for rate in rates],
                coerce=int,
            ),
        }
        self.fields = own | self.fields

    def act(self) -> None:
        data = self.cleaned_data
        net = half_up(data["amount"] * BASIS, BASIS + data["rate"])
        line = LineDraft(
            text=data["text"],
            unit_price_minor=net,
            vat_basis_points=data["rate"],
            fixed_vat_minor=data["amount"] - net,
        )
        actions.charge(self.scene.invoice.pk, line, **self.order)

    def notes(self) -> list[str]:
        if self.scene.standing.due_on < self.scene.standing.today:
            return [_("The due date has passed, so the amount is overdue at once. Move it too.")]
        return []


class DisputeForm(ChangeForm):
    """Mark a dispute, or settle the one that stands."""

    action = Action.DISPUTE

    # As it was when the form was opened: a colleague may have been faster.
    settles = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, scene: Scene, data: QueryDict | None = None) -> None:
        super().__init__(scene, data)
        self.initial["settles"] = scene.standing.marks.disputed

    def act(self) -> None:
        settled = self.cleaned_data["settles"]
        actions.dispute(self.scene.invoice.pk, settled=settled, **self.order)


class CancelForm(ChangeForm):
    """Cancel the invoice for good."""

    action = Action.CANCEL

    def act(self) -> None:
        invoice = self.scene.invoice
        with translation.override(invoice.customer.language):
            text = _("Invoice {number}").format(number=invoice.number)
        actions.cancel(invoice.pk, text, **self.order)

    def notes(self) -> list[str]:
        return [_("A cancelled invoice stays cancelled: nothing can be added to it later.")]


FORMS: dict[Action, type[ChangeForm]] = {
    form.action: form
    for form in (
        MoveForm,
        SplitForm,
        CreditForm,
        WriteDownForm,
        ChargeForm,
        DisputeForm,
        CollectForm,
        CancelForm,
    )
}
