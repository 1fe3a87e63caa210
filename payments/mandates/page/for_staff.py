"""What staff can do in the panel, for a customer who has asked them to."""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from invoices.page.view import InvoiceView
from payments.mandates.desk.rights import may


@dataclass(frozen=True, slots=True)
class StaffAct:
    """One thing to do, and where the form goes."""

    what: str
    label: str
    url: str


def staff_acts(view: InvoiceView, acts: Collection[str]) -> tuple[StaffAct, ...]:
    """Of what the customer could do now, what the role may do instead."""
    labels = {
        "pause": _("Pause"),
        "resume": _("Let it go on"),
        "restore": _("Undo the stop"),
        "stop": _("Stop"),
    }
    can = {"stop" if act == "leave" else act for act in acts}
    where = [view.invoice.biller.slug, view.invoice.public_id]
    return tuple(
        StaffAct(what, label, reverse(f"staff_autopay_{what}", args=where))
        for what, label in labels.items()
        if what in can and may(view.viewer, what) and not view.as_of
    )
