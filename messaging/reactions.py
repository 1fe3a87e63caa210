"""The switchboard: what this floor does when something has happened below."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from invoices.history.actors import CUSTOMER, SYSTEM
from invoices.history.models import HistoryEntry
from invoices.history.reactions import on
from messaging.cards import actions as cards
from messaging.mail.tasks import tell_customer_in, tell_staff_in
from messaging.threads.states import Side

# After these an invoice may no longer be what it was when something was proposed on it.
CHANGES_THE_INVOICE = (
    "payment.matched",
    "payment.taken_back",
    "transfer.reversed",
    "invoice.credited",
    "invoice.charged",
    "invoice.due_moved",
    "invoice.due_move_undone",
    "invoice.split",
    "invoice.split_undone",
    "invoice.written_down",
    "invoice.write_down_undone",
    "invoice.cancelled",
    "invoice.disputed",
    "invoice.dispute_settled",
)


def review_cards(entry_ids: Sequence[int]) -> None:
    """Take back what was proposed and no longer fits."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids, invoice__isnull=False)
    cards.review_all(list(entries.values_list("invoice_id", flat=True)), actor=SYSTEM)


@on("mandate.begun")
@on("mandate.activated")
def accept_what_proposed_it(entry_ids: Sequence[int]) -> None:
    """The customer has chosen automatic payment: so the proposal of it is answered."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids, customer__isnull=False)
    for customer_id in set(entries.values_list("customer_id", flat=True)):
        cards.accept_by_choosing(customer_id, actor=CUSTOMER)


@on("message.sent")
def tell_the_other_side(entry_ids: Sequence[int]) -> None:
    """Look after a while whether it was read, and tell whoever has not by mail."""
    for entry in HistoryEntry.objects.filter(pk__in=entry_ids):
        thread_id = entry.data["thread_id"]
        if entry.data["side"] == Side.STAFF:
            tell_customer_in(timedelta(seconds=settings.AWAY_AFTER_S), thread_id)
        else:
            tell_staff_in(timedelta(seconds=settings.STAFF_AWAY_AFTER_S), thread_id)


for _kind in CHANGES_THE_INVOICE:
    on(_kind)(review_cards)
