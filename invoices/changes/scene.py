"""One invoice and one person who wants to change something of it, while a request lasts."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from invoices.changes import policy
from invoices.changes.actions import Asker
from invoices.changes.policy import CUSTOMER, Action, Rules, Standing
from invoices.changes.queries import payday, rules_of, standing_of
from invoices.documents.models import Invoice
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.money import Money

# Where each action lives: the last step of its path, and its name for customers and for staff.
PATHS: dict[Action, str] = {
    Action.MOVE: "due-date",
    Action.SPLIT: "split",
    Action.CREDIT: "credit",
    Action.WRITE_DOWN: "write-down",
    Action.CHARGE: "charge",
    Action.DISPUTE: "dispute",
    Action.COLLECT: "collection",
    Action.CANCEL: "cancel",
}
CUSTOMER_NAMES: dict[Action, str] = {
    Action.MOVE: "move_due_date",
    Action.SPLIT: "split_invoice",
}
STAFF_NAMES: dict[Action, str] = {
    Action.MOVE: "staff_move_due_date",
    Action.SPLIT: "staff_split_invoice",
    Action.CREDIT: "staff_credit_invoice",
    Action.WRITE_DOWN: "staff_write_down",
    Action.CHARGE: "staff_charge_invoice",
    Action.DISPUTE: "staff_dispute_invoice",
    Action.COLLECT: "staff_collect_invoice",
    Action.CANCEL: "staff_cancel_invoice",
}


def where(invoice: Invoice, by: str) -> dict[str, object]:
    """The arguments of the invoice's addresses, for a customer or for staff."""
    if by == CUSTOMER:
        return {"public_id": invoice.public_id}
    return {"slug": invoice.biller.slug, "public_id": invoice.public_id}


def action_url(invoice: Invoice, by: str, action: Action) -> str:
    """Where the action is asked for."""
    names = CUSTOMER_NAMES if by == CUSTOMER else STAFF_NAMES
    return reverse(names[action], kwargs=where(invoice, by))


@dataclass
class Scene:
    """``by`` is CUSTOMER or a role; ``language`` is the one the page speaks."""

    invoice: Invoice
    by: str
    actor: Actor
    language: str

    @property
    def for_customer(self) -> bool:
        return self.by == CUSTOMER

    @property
    def asker(self) -> Asker:
        return Asker(self.actor.kind, self.actor.user_id, self.by)

    @cached_property
    def rules(self) -> Rules:
        return rules_of(self.invoice.biller)

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.invoice)

    @cached_property
    def payday(self) -> int | None:
        return payday(self.invoice)

    @property
    def panel(self) -> str:
        """The panel of the invoice page in which this happens."""
        return "changes" if self.for_customer else "actions"

    @property
    def page_url(self) -> str:
        name = "invoice_page" if self.for_customer else "staff_invoice"
        return reverse(name, kwargs=where(self.invoice, self.by))

    @property
    def back_words(self) -> str:
        """What the way back to the page is called."""
        return _("Back to the invoice")

    @property
    def panels_url(self) -> str:
        name = "invoice_panels" if self.for_customer else "staff_panels"
        return reverse(name, kwargs=where(self.invoice, self.by))

    @property
    def undo_url(self) -> str:
        name = "undo_change" if self.for_customer else "staff_undo_change"
        return reverse(name, kwargs=where(self.invoice, self.by))

    @property
    def back_url(self) -> str:
        """One step back: the choices for a customer, the page for staff."""
        if self.for_customer:
            return reverse("invoice_changes", kwargs=where(self.invoice, self.by))
        return self.page_url

    def url(self, action: Action) -> str:
        return action_url(self.invoice, self.by, action)

    def refusal(self, action: Action) -> Refused | None:
        """Why it cannot be done as the invoice stands; None where it can."""
        if not self.for_customer:
            if policy.staff_can(self.by, action, self.standing):
                return None
            return Refused(N_("This cannot be done with the invoice as it stands now."))
        if action == Action.MOVE:
            return policy.no_move(self.rules, self.standing)
        return policy.no_split(self.rules, self.standing)

    @property
    def left(self) -> Money:
        return self.money(self.standing.left)

    def money(self, minor: int) -> Money:
        return Money(minor, self.invoice.currency)
