"""Credit used and paid back by many at once: it is spent once."""

import uuid
from functools import partial

import pytest

from invoices.documents.queries import figures
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER
from invoices.history.models import HistoryEntry
from invoices.ledger.codes import AccountKind
from invoices.ledger.queries import faults
from payments.refunds.actions import approve, ask, change_account, confirm_paid
from payments.refunds.credit.actions import use_at_issue, use_credit
from payments.refunds.files.actions import make_file
from payments.refunds.models import PayoutFile, Refund
from tests.build import an_invoice
from tests.faults.test_at_once import at_once, kinds
from tests.payments.refunds.holding import ELSEWHERE, HOME, Holding, state

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_approvals_at_once_set_the_money_aside_once() -> None:
    holding = Holding()
    for _ in range(4):
        refund = holding.asks(5_000)

        outcomes = at_once(
            *[partial(approve, refund.pk, HOME, actor=holding.staff()) for _ in range(2)]
        )

        assert kinds(outcomes) == {"Refund": 1, "Refused": 1}
        told = HistoryEntry.objects.filter(kind="refund.approved")
        assert told.filter(data__refund=str(refund.public_id)).count() == 1
    assert (holding.held, holding.on(AccountKind.PAYOUT)) == (0, 20_000)
    assert faults() == []


def test_used_and_paid_back_at_once_it_is_spent_once() -> None:
    for _ in range(4):
        holding = Holding()
        invoice = an_invoice(holding.customer)

        outcomes = at_once(
            partial(use_credit, invoice.pk, 20_000, request_id=uuid.uuid4(), actor=CUSTOMER),
            partial(ask, holding.invoice.pk, 20_000, HOME, request_id=uuid.uuid4(), actor=CUSTOMER),
        )

        assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1, outcomes
        asked = Refund.objects.filter(customer=holding.customer).count()
        assert (figures(invoice).paid, asked) in ((20_000, 0), (0, 1))
    assert faults() == []


def test_many_asking_at_once_are_given_no_more_than_there_is() -> None:
    holding = Holding()

    outcomes = at_once(
        *[
            partial(ask, holding.invoice.pk, 8_000, HOME, request_id=uuid.uuid4(), actor=CUSTOMER)
            for _ in range(6)
        ]
    )

    assert kinds(outcomes) == {"Refund": 2, "Refused": 4}


def test_an_account_changed_while_it_is_approved_is_never_paid_unseen() -> None:
    for _ in range(4):
        holding = Holding()
        refund = holding.asks()

        at_once(
            partial(approve, refund.pk, HOME, actor=holding.staff()),
            partial(change_account, refund.pk, ELSEWHERE, actor=CUSTOMER),
        )

        # Approved first and then void, or refused since another account stands there.
        assert state(refund) == "asked"
        assert (holding.held, holding.on(AccountKind.PAYOUT)) == (20_000, 0)
    assert faults() == []


def test_two_files_at_once_hold_each_payback_once() -> None:
    holding = Holding()
    for _ in range(3):
        holding.approved(5_000)

    at_once(
        *[
            partial(make_file, holding.biller, request_id=uuid.uuid4(), actor=holding.staff())
            for _ in range(2)
        ]
    )

    assert PayoutFile.objects.count() == 1
    refund = Refund.objects.first()
    assert refund is not None
    at_once(*[partial(confirm_paid, refund.pk, actor=holding.staff()) for _ in range(3)])
    assert holding.on(AccountKind.PAYOUT) == 10_000
    assert faults() == []


def test_new_invoices_at_once_share_the_credit() -> None:
    holding = Holding()
    invoices = [an_invoice(holding.customer) for _ in range(4)]

    at_once(*[partial(use_at_issue, invoice.pk) for invoice in invoices])

    assert sum(figures(invoice).paid for invoice in invoices) == 20_000
    assert holding.held == 0
    assert faults() == []
