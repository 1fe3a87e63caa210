"""Reading what customers say is paid."""

from collections.abc import Collection, Mapping
from datetime import date

from invoices import clock
from invoices.documents.holds import holds_reminders
from invoices.documents.models import Invoice
from invoices.documents.queries import changes_of, figures
from invoices.documents.states import marks_of
from payments.matching.expected.states import Claimed
from payments.matching.models import BANK_DAYS, Expected, MatchingTerms


def bank_days_of(biller_id: int) -> int:
    """How many banking days reminders wait for what is said to be paid."""
    terms = MatchingTerms.objects.filter(biller_id=biller_id)
    found = terms.values_list("said_paid_bank_days", flat=True).first()
    return BANK_DAYS if found is None else found


def claimed_of(invoice: Invoice) -> Claimed:
    """How the invoice stands for whoever says that it is paid; certain under its lock."""
    said = Expected.objects.filter(invoice=invoice)
    return Claimed(
        today=clock.today(),
        issued_on=invoice.issued_on,
        left=figures(invoice).left,
        currency=invoice.currency,
        disputed=marks_of(changes_of(invoice)).disputed,
        stated=said.open().exists(),
        lapses=said.filter(lapsed_at__isnull=False, met_at=None).count(),
    )


@holds_reminders
def expected_until(invoice_ids: Collection[int]) -> Mapping[int, date]:
    """Invoice id -> the last day on which a payment is looked out for."""
    said = Expected.objects.open().filter(invoice_id__in=invoice_ids, until__gte=clock.today())
    return dict(said.values_list("invoice_id", "until"))
