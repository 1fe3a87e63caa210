"""The forms of saying that it is paid, and when it will be."""

import uuid
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.changes.fields import ISO, AmountField, plain_amount
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import Actor
from invoices.page.words import long_date
from payments.matching.expected import actions as expected
from payments.matching.expected.queries import claimed_of
from payments.matching.expected.states import first_day, no_statement
from payments.plans import actions
from payments.plans.queries import owed_of, terms_of
from payments.plans.states import latest_day, no_promise, suggested_day

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class TellForm(forms.Form):
    """An amount and a day. ``request_id`` is made with the form: sent twice, it is said once."""

    title: "ClassVar[StrOrPromise]"
    button: "ClassVar[StrOrPromise]"

    request_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, invoice: Invoice, language: str, *, by_staff: bool, data: QueryDict | None = None
    ) -> None:
        super().__init__(data, initial={"request_id": uuid.uuid4()}, prefix="told")
        self.label_suffix = ""
        self.invoice, self.language, self.by_staff = invoice, language, by_staff
        self.fields["amount"] = AmountField(invoice.currency, label=_("Amount"), max_length=20)
        self.prepare()

    def prepare(self) -> None:
        """Read how the invoice stands, and make the field of the day."""
        raise NotImplementedError

    def refusal(self) -> Refused | None:
        """Why it cannot be said at all; None where it can."""
        raise NotImplementedError

    def act(self, actor: Actor) -> None:
        """Say it."""
        raise NotImplementedError

    @property
    def lead(self) -> str:
        """What saying it does, in a sentence."""
        raise NotImplementedError

    def ask_amount(self, minor: int) -> None:
        """Fill in what is most likely."""
        self.initial["amount"] = plain_amount(minor, self.language)

    def ask_day(self, label: str, first: date, last: date, likely: date) -> None:
        """Ask for a day between two."""
        attrs = {"type": "date", "min": first.isoformat(), "max": last.isoformat()}
        self.fields["day"] = forms.DateField(
            label=label,
            input_formats=[ISO],
            widget=forms.DateInput(format=ISO, attrs=attrs),
            error_messages={
                "required": gettext_lazy("Choose a day."),
                "invalid": gettext_lazy("Choose a day that exists."),
            },
        )
        self.initial["day"] = likely

    @property
    def said(self) -> tuple[int, date]:
        return self.cleaned_data["amount"], self.cleaned_data["day"]


class PaidForm(TellForm):
    """It is paid: how much, and on which day."""

    title = gettext_lazy("I have paid")
    button = gettext_lazy("Tell us")

    def prepare(self) -> None:
        self.claimed = claimed = claimed_of(self.invoice)
        self.ask_amount(owed_of(self.invoice).ask)
        label = _("The day it was paid") if self.by_staff else _("The day you paid")
        self.ask_day(label, first_day(claimed), claimed.today, claimed.today)

    def refusal(self) -> Refused | None:
        return no_statement(self.claimed)

    @property
    def lead(self) -> str:
        return _(
            "A payment can take a bank day or two to arrive. We look out for it, "
            "and no reminders are sent meanwhile."
        )

    def act(self, actor: Actor) -> None:
        request_id: uuid.UUID = self.cleaned_data["request_id"]
        expected.state_paid(self.invoice.pk, *self.said, request_id=request_id, actor=actor)


class PromiseForm(TellForm):
    """It will be paid: how much, and on which day."""

    title = gettext_lazy("Choose a day to pay")
    button = gettext_lazy("Agree on this day")

    def prepare(self) -> None:
        self.terms, self.owed = terms_of(self.invoice.biller), owed_of(self.invoice)
        self.ask_amount(self.owed.ask)
        last = latest_day(self.terms, self.owed)
        likely = suggested_day(self.terms, self.owed)
        label = _("The day it will be paid") if self.by_staff else _("The day you will pay")
        self.ask_day(label, self.owed.today, last, likely)

    def refusal(self) -> Refused | None:
        return no_promise(self.terms, self.owed, by_staff=self.by_staff)

    @property
    def lead(self) -> str:
        day = long_date(latest_day(self.terms, self.owed), self.language)
        return _(
            "{day} at the latest. No reminders are sent until then. The due date stays, "
            "and late interest can run from it."
        ).format(day=day[:1].upper() + day[1:])

    def act(self, actor: Actor) -> None:
        request_id: uuid.UUID = self.cleaned_data["request_id"]
        actions.promise(self.invoice.pk, *self.said, request_id=request_id, actor=actor)
