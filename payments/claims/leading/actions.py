"""Leads drawn payments that wait: over the one way to book, as matching does."""

from django.db import connection

from invoices.documents.models import Invoice
from invoices.documents.queries import paid_of
from invoices.history.actors import Actor
from invoices.ledger.models import Account
from payments.bankfiles.models import BankLine
from payments.matching.booking.actions import Judged, book
from payments.matching.engine import Verdict
from payments.matching.facts import Open
from payments.matching.models import Match, Waiting
from payments.matching.reading import Line
from payments.matching.rules import Candidate, Received, Share, exact, taken_back

RULE = "drawn"


def lead_drawn(line: BankLine, invoice_id: int, *, actor: Actor) -> bool:
    """Book a payment that waits to the invoice its claim was for, and a refund back from it.

    The caller has locked the invoice. False where the payment does not wait: matching has led it,
    or a person has had it in hand.
    """
    assert connection.in_atomic_block
    waiting = Waiting.objects.select_for_update().filter(pk=line.pk)
    if not waiting or Match.objects.filter(line=line).exists():
        return False
    invoice = Invoice.objects.select_related("agreement", "biller").get(pk=invoice_id)
    to = _open(invoice)
    shares = _shares(line, to)
    if shares is None:
        return False  # less is there than is to go back: a person must look
    left = to.left - sum(share.to_invoice for share in shares)
    row = Line(*(getattr(line, name) for name in Line._fields))
    judged = Judged(row, Verdict(RULE, shares), {to.id: left}, line.file.name)
    book([judged], {to.id: to}, biller=invoice.biller, actor=actor)
    waiting.delete()
    return True


def _open(invoice: Invoice) -> Open:
    account = Account.objects.get(invoice=invoice)
    return Open(
        id=invoice.pk,
        customer_id=invoice.customer_id,
        account_id=invoice.agreement.account_id,
        number=invoice.number,
        reference=invoice.reference,
        due_on=invoice.due_on,
        left=account.debit_minor - account.credit_minor,
        paid=paid_of([invoice.pk]).get(invoice.pk, 0),
        receivable_id=account.pk,
    )


def _shares(line: BankLine, to: Open) -> list[Share] | None:
    held = Account.objects.filter(customer_id=to.customer_id).first()
    credit = held.credit_minor - held.debit_minor if held else 0
    candidate = Candidate(to.id, to.left, to.paid, credit)
    received = Received(line.amount_minor, [(to.reference, None)])
    rule = exact if line.amount_minor > 0 else taken_back
    return rule(received, {to.reference: candidate})
