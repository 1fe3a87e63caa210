"""What the demo's customers have said of paying, and credit that is used and paid back."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from invoices import clock
from invoices.billers.models import Biller, User
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.history.actors import CUSTOMER, staff
from payments.matching.expected.actions import give_up, state_paid
from payments.matching.models import Expected
from payments.plans.actions import promise
from payments.refunds.accounts import Destination, PayTo
from payments.refunds.actions import approve, ask, confirm_paid
from payments.refunds.files.actions import make_file

Moment = Callable[[date], datetime]

ACCOUNTS = {
    "NO": Destination(PayTo.KONTONR, "86011117947"),
    "SE": Destination(PayTo.BANKGIRO, "58056201"),
}


def say(newest: Sequence[Invoice], today: date, moment: Moment) -> None:
    """Who forgot October says twice that it is paid; November's is promised for a day."""
    late = newest[4]
    forgotten = (
        Invoice.objects.filter(customer=late.customer, pk__lt=late.pk).order_by("-pk").first()
    )
    assert forgotten is not None
    amount = figures(forgotten).left
    with clock.standing_at(moment(today - timedelta(days=16))):
        _state(forgotten, amount)
    with clock.standing_at(moment(today - timedelta(days=5))):
        for said in Expected.objects.filter(invoice=forgotten):
            give_up(said.pk)
    with clock.standing_at(moment(today - timedelta(days=1))):
        _state(newest[2], figures(newest[2]).left)
        pay_on = max(today, late.due_on) + timedelta(days=5)
        left = figures(late).left
        promise(late.pk, left, pay_on, request_id=uuid.uuid4(), actor=CUSTOMER)


def _state(invoice: Invoice, amount: int) -> None:
    state_paid(invoice.pk, amount, clock.today(), request_id=uuid.uuid4(), actor=CUSTOMER)


def pay_back(biller: Biller, over: Invoice, people: Mapping[str, User]) -> None:
    """Of the credit a part is paid back, a part is with the bank, a part waits for approval."""
    to = ACCOUNTS[biller.country]
    finance, admin = staff(people["finance"].pk), staff(people["admin"].pk)
    for step, amount in enumerate((2_500, 3_000, 2_000)):
        refund = ask(over.pk, amount, to, request_id=uuid.uuid4(), actor=CUSTOMER)
        if step == 2:
            return
        approve(refund.pk, to, actor=finance)
        make_file(biller, request_id=uuid.uuid4(), actor=admin)
        if step == 0:
            confirm_paid(refund.pk, actor=finance)
