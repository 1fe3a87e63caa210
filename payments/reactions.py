"""The switchboard: what this floor does when something has happened below."""

from collections.abc import Sequence

from invoices.history.actors import BANK, SYSTEM
from invoices.history.models import HistoryEntry
from invoices.history.reactions import on
from payments.bankfiles.models import BankFile
from payments.claims.answers.actions import hear_file, settle_lines
from payments.claims.models import Claim
from payments.claims.plan.actions import invoices_to_plan, plan_invoices
from payments.claims.tasks import follow_charge_soon
from payments.claims.unbooking.actions import rebook_lines, unbook_lines
from payments.mandates.answers.actions import follow_file
from payments.mandates.models import Mandate
from payments.mandates.tasks import follow_mandate_in
from payments.matching.actions import match_file
from payments.plans.actions import look_again
from payments.providers.actions import FIRST_LOOK_S
from payments.providers.models import PaymentIntent
from payments.providers.tasks import follow_in
from payments.refunds.credit.actions import use_at_issue_of


@on("bankfile.received")
def match_received(entry_ids: Sequence[int]) -> None:
    """Lead the payments of files that have arrived to their invoices, then hear what the bank
    says of claims: money first, since a claim is settled by it."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids)
    file_ids = [entry.data["file_id"] for entry in entries]
    for file in BankFile.objects.filter(pk__in=file_ids).select_related("biller"):
        match_file(file)
        hear_file(file, actor=BANK)


@on("bankfile.received")
def follow_mandates(entry_ids: Sequence[int]) -> None:
    """Follow what banks say of mandates in files that have arrived."""
    for entry in HistoryEntry.objects.filter(pk__in=entry_ids):
        follow_file(entry.data["file_id"])


@on("payment.started")
def follow_payment(entry_ids: Sequence[int]) -> None:
    """Ask the provider how the payment goes, whatever the customer's browser does next."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids)
    started = [entry.data["intent"] for entry in entries]
    intents = PaymentIntent.objects.filter(public_id__in=started)
    for intent_id in intents.values_list("pk", flat=True):
        follow_in(FIRST_LOOK_S, intent_id)


@on("payment.matched")
@on("credit.used")
@on("invoice.credited")
@on("invoice.written_down")
def look_at_promises(entry_ids: Sequence[int]) -> None:
    """What has come may be what was promised."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids, invoice_id__isnull=False)
    look_again(set(entries.values_list("invoice_id", flat=True)))


@on("mandate.stopped")
def end_outside(entry_ids: Sequence[int]) -> None:
    """Where a service is asked over its API, ask it to end what the customer has stopped."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids)
    stopped = [entry.data["mandate"] for entry in entries]
    for mandate in Mandate.objects.filter(public_id__in=stopped, scheme="vipps"):
        follow_mandate_in(0, mandate.pk)


@on("claim.sent")
@on("claim.cancelling")
def follow_charges(entry_ids: Sequence[int]) -> None:
    """Where a service is asked over its API, ask it now for what was planned or taken back."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids)
    told = [entry.data["claim"] for entry in entries]
    claims = Claim.objects.filter(public_id__in=told, look_at__isnull=False)
    for claim_id in claims.values_list("pk", flat=True):
        follow_charge_soon(claim_id)


@on("invoice.issued")
def use_credit(entry_ids: Sequence[int]) -> None:
    """Lower new invoices by the credit that their customers have."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids, invoice_id__isnull=False)
    use_at_issue_of(set(entries.values_list("invoice_id", flat=True)))


@on("payment.matched")
def follow_money(entry_ids: Sequence[int]) -> None:
    """See what of it was drawn; for the rest, draw less or not at all."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids)
    lines = {entry.data["line"] for entry in entries if "line" in entry.data}
    settle_lines(sorted(lines - rebook_lines(sorted(lines))))
    _plan_invoices(entry_ids)


@on("payment.undone")
def unbook_draws(entry_ids: Sequence[int]) -> None:
    """What was drawn and is taken off its invoice is not drawn again; the rest is planned anew."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids)
    unbook_lines([entry.data["line"] for entry in entries if "line" in entry.data])
    _plan_invoices(entry_ids)


@on("invoice.issued")
@on("invoice.credited")
@on("invoice.charged")
@on("invoice.due_moved")
@on("invoice.due_move_undone")
@on("invoice.split")
@on("invoice.split_undone")
@on("invoice.written_down")
@on("invoice.write_down_undone")
@on("invoice.cancelled")
@on("invoice.disputed")
@on("invoice.dispute_settled")
@on("invoice.to_collection")
@on("invoice.from_collection")
@on("credit.used")
@on("payment.taken_back")
@on("transfer.reversed")
def plan_draws(entry_ids: Sequence[int]) -> None:
    """Let the draws of the invoices fit what is open of them now."""
    _plan_invoices(entry_ids)


def _plan_invoices(entry_ids: Sequence[int]) -> None:
    entries = HistoryEntry.objects.filter(pk__in=entry_ids, invoice__isnull=False)
    plan_invoices(entries.values_list("invoice_id", flat=True), actor=SYSTEM)


@on("mandate.activated")
@on("mandate.resumed")
@on("mandate.restored")
@on("mandate.paused")
@on("mandate.stopped")
@on("mandate.ended")
@on("mandate.notice")
def plan_customers(entry_ids: Sequence[int]) -> None:
    """A mandate begins, rests or ends: so do the draws under it."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids, customer__isnull=False)
    customers = set(entries.values_list("customer_id", flat=True))
    plan_invoices(invoices_to_plan(customers), actor=SYSTEM)
