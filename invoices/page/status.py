"""What an invoice's state is called, and the tone in which it is said."""

from django.utils.translation import gettext as _

from invoices.documents.states import SETTLED, State
from invoices.errors import N_
from invoices.page.view import InvoiceView
from invoices.page.words import due_words

TONES = {
    State.OPEN: "plain",
    State.PART_PAID: "plain",
    State.OVERDUE: "bad",
    State.PAID: "good",
    State.CREDITED: "good",
    State.WRITTEN_OFF: "good",
    State.CANCELLED: "plain",
    State.DISPUTED: "warn",
    State.IN_COLLECTION: "bad",
    State.REFUNDED: "good",
}
# The states whose word does not hang on a day.
FIXED_LABELS = {
    State.PAID: N_("Paid"),
    State.CREDITED: N_("Credited"),
    State.WRITTEN_OFF: N_("Settled"),
    State.CANCELLED: N_("Cancelled"),
    State.DISPUTED: N_("Being looked into"),
    State.IN_COLLECTION: N_("In collection"),
    State.REFUNDED: N_("Paid back"),
}
NEAR_DAYS = 7


def status_label(view: InvoiceView) -> str:
    """The state in a word or two, with its day where that matters."""
    state = view.state
    if state in FIXED_LABELS:
        return _(FIXED_LABELS[state])
    words = due_words(view.due_on, view.on)
    if state == State.OVERDUE:
        return _("Was due {when}").format(when=words)
    return _("Due {when}").format(when=words)


def status_tone(view: InvoiceView) -> str:
    """The colour beside the word; near its day an open invoice warns."""
    state = view.state
    near = state not in SETTLED and (view.due_on - view.on).days <= NEAR_DAYS
    return "warn" if near and TONES[state] == "plain" else TONES[state]
