"""Whatever is done in whatever order: credit is never negative, and nothing is paid twice."""

import uuid
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER
from invoices.history.models import HistoryEntry
from invoices.ledger.codes import AccountKind
from invoices.ledger.models import Transfer
from invoices.ledger.queries import faults
from payments.refunds import actions
from payments.refunds.credit.actions import take_back_use, use_at_issue, use_credit
from payments.refunds.files.actions import make_file
from payments.refunds.models import Refund
from payments.refunds.states import OUT, RESERVED, RefundState
from tests.build import an_invoice
from tests.payments.refunds.holding import ELSEWHERE, HOME, Holding

pytestmark = pytest.mark.django_db(transaction=False)

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["overpay", "taken_back", "use", "unuse", "at_issue", "ask", "approve", "refuse"]
            + ["withdraw", "account", "file", "paid", "failed", "held_back", "returned"]
        ),
        st.integers(0, 3),
        st.sampled_from([1, 3_000, 7_000, 20_000, 50_000]),
    ),
    min_size=4,
    max_size=24,
)


class Play:
    """One customer with two invoices, and everything that can be done with the credit."""

    def __init__(self) -> None:
        self.holding = Holding()
        self.second = an_invoice(self.holding.customer)
        self.staff = [self.holding.staff(), self.holding.staff()]
        self.files = 2

    def act(self, name: str, which: int, minor: int) -> None:
        refunds = list(Refund.objects.filter(customer=self.holding.customer).order_by("pk"))
        one = refunds[which % len(refunds)] if refunds else None
        getattr(self, name)(one, which, minor)

    def invoice(self, which: int) -> Invoice:
        return (self.holding.invoice, self.second)[which % 2]

    def overpay(self, one: Any, which: int, minor: int) -> None:
        self.files += 1
        self.holding.comes(minor, number=self.files)

    def taken_back(self, one: Any, which: int, minor: int) -> None:
        self.overpay(one, which, -minor)

    def use(self, one: Any, which: int, minor: int) -> None:
        use_credit(self.invoice(which).pk, minor, request_id=uuid.uuid4(), actor=CUSTOMER)

    def unuse(self, one: Any, which: int, minor: int) -> None:
        used = Transfer.objects.filter(code="credit_used", credit__invoice=self.invoice(which))
        if found := used.order_by("pk").last():
            take_back_use(self.invoice(which).pk, found.pk, actor=self.staff[0])

    def at_issue(self, one: Any, which: int, minor: int) -> None:
        use_at_issue(self.invoice(which).pk)

    def ask(self, one: Any, which: int, minor: int) -> None:
        actor = CUSTOMER if which < 2 else self.staff[0]
        invoice = self.invoice(which)
        actions.ask(invoice.pk, minor, HOME, request_id=uuid.uuid4(), actor=actor)

    def approve(self, one: Refund | None, which: int, minor: int) -> None:
        if one:
            actions.approve(one.pk, one.destination, actor=self.staff[which % 2])

    def refuse(self, one: Refund | None, which: int, minor: int) -> None:
        if one:
            actions.refuse(one.pk, "No", actor=self.staff[0])

    def withdraw(self, one: Refund | None, which: int, minor: int) -> None:
        if one:
            actions.withdraw(one.pk, actor=CUSTOMER)

    def account(self, one: Refund | None, which: int, minor: int) -> None:
        if one:
            to = ELSEWHERE if one.destination == HOME else HOME
            actions.change_account(one.pk, to, actor=self.staff[which % 2])

    def file(self, one: Any, which: int, minor: int) -> None:
        make_file(self.holding.biller, request_id=uuid.uuid4(), actor=self.staff[0])

    def paid(self, one: Refund | None, which: int, minor: int) -> None:
        if one:
            actions.confirm_paid(one.pk, actor=self.staff[0])

    def failed(self, one: Refund | None, which: int, minor: int) -> None:
        if one:
            actions.note_refused_by_bank(one.pk, actor=self.staff[0])

    def held_back(self, one: Refund | None, which: int, minor: int) -> None:
        if one and one.state == RefundState.IN_FILE:
            actions.follow(one.pk, RefundState.APPROVED, actor=self.staff[0])

    def returned(self, one: Refund | None, which: int, minor: int) -> None:
        if one:
            actions.note_returned(one.pk, None, actor=self.staff[0])

    def check(self) -> None:
        """All money that came is somewhere, once."""
        holding, refunds = self.holding, list(Refund.objects.all())
        held, aside = holding.held, holding.on(AccountKind.PAYOUT)
        assert held >= 0
        assert aside == sum(each.amount_minor for each in refunds if each.state in RESERVED)
        out = sum(each.amount_minor for each in refunds if each.state in OUT)
        paid = sum(figures(invoice).paid for invoice in (holding.invoice, self.second))
        came = holding.on(AccountKind.BANK) + out
        assert came == paid + held + aside + out + holding.on(AccountKind.CLEARING)
        for each in refunds:
            told = HistoryEntry.objects.filter(kind="refund.paid", data__refund=str(each.public_id))
            assert told.count() <= 1
            assert each.approved_by_id is None or each.approved_by_id not in (
                each.asked_by_id,
                each.account_by_id,
            )
        assert faults() == []


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(STEPS)
def test_credit_is_never_negative_and_nothing_is_paid_twice(
    db: None, steps: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        play = Play()
        for name, which, minor in steps:
            with suppress(Refused), transaction.atomic():
                play.act(name, which, minor)
            play.check()
        transaction.set_rollback(True)


def test_the_whole_way_is_walked_once(db: None) -> None:
    """That the play can come to its ends at all."""
    play = Play()
    steps = [("ask", 1), ("approve", 1), ("account", 2), ("approve", 1), ("file", 0)]
    for name, which in [*steps, ("held_back", 0), ("file", 0), ("paid", 0)]:
        play.act(name, which, 7_000)
        play.check()

    assert Refund.objects.get().state == RefundState.PAID
    play.act("returned", 1, 0)
    play.check()
    assert play.holding.held == 20_000
