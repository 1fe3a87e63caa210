"""Paybacks: asked, approved by other eyes, sent, paid, refused, back."""

import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from invoices.billers.roles import Role
from invoices.documents.actions import credit_invoice
from invoices.errors import Refused
from invoices.history.actors import BANK, CUSTOMER, SYSTEM
from invoices.ledger.codes import AccountKind
from invoices.ledger.queries import faults
from invoices.page.facts import Facts
from payments.matching.models import Waiting
from payments.refunds.actions import (
    approve,
    ask,
    change_account,
    confirm_paid,
    follow,
    note_refused_by_bank,
    note_returned,
    refuse,
    withdraw,
)
from payments.refunds.files.actions import make_file
from payments.refunds.models import PayoutFile, Refund
from payments.refunds.queries import come_back
from payments.refunds.states import RefundState
from tests.build import an_ocr_file, receive
from tests.payments.refunds.holding import ELSEWHERE, HOME, Holding, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def holding() -> Holding:
    return Holding()


def in_file(holding: Holding) -> Refund:
    refund = holding.approved()
    make_file(holding.biller, request_id=uuid.uuid4(), actor=holding.staff())
    return refund


def test_asking_moves_nothing(holding: Holding) -> None:
    refund = holding.asks()

    assert (state(refund), holding.held) == ("asked", 20_000)
    assert holding.on(AccountKind.PAYOUT) == 0
    assert holding.told("refund.") == ["refund.asked"]


def test_the_same_form_twice_asks_once(holding: Holding) -> None:
    form = uuid.uuid4()

    asked = [ask(holding.invoice.pk, 100, HOME, request_id=form, actor=CUSTOMER) for _ in range(2)]

    assert asked[0] == asked[1]
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("minor", [0, -1, 20_001])
def test_no_more_is_asked_for_than_there_is(holding: Holding, minor: int) -> None:
    with pytest.raises(Refused, match="can be paid back"):
        holding.asks(minor)


def test_approving_sets_the_money_aside(holding: Holding) -> None:
    refund = holding.approved(15_000)

    assert (state(refund), holding.held) == ("approved", 5_000)
    assert holding.on(AccountKind.PAYOUT) == 15_000
    assert faults() == []


@pytest.mark.parametrize("role", [Role.FINANCE, Role.ADMIN])
def test_who_prepared_it_does_not_approve_it_whatever_the_role(
    holding: Holding, role: Role
) -> None:
    one, other = holding.staff(role), holding.staff(role)
    refund = holding.asks(actor=one)

    with pytest.raises(Refused, match="somebody else"):
        approve(refund.pk, HOME, actor=one)

    assert approve(refund.pk, HOME, actor=other).state == "approved"


def test_who_corrected_the_account_does_not_approve_it(holding: Holding) -> None:
    one, refund = holding.staff(), holding.asks()
    change_account(refund.pk, ELSEWHERE, actor=one)

    with pytest.raises(Refused, match="somebody else"):
        approve(refund.pk, ELSEWHERE, actor=one)

    approve(refund.pk, ELSEWHERE, actor=holding.staff())


def test_postgresql_itself_holds_the_four_eyes(holding: Holding) -> None:
    one = holding.staff()
    refund = holding.asks(actor=one)

    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(
            approved_by_id=one.user_id, approved_at=timezone.now(), state="approved"
        )


def test_another_account_voids_the_approval(holding: Holding) -> None:
    refund = holding.approved()

    changed = change_account(refund.pk, ELSEWHERE, actor=CUSTOMER)

    assert (changed.state, changed.approved_by_id, holding.held) == ("asked", None, 20_000)
    assert holding.on(AccountKind.PAYOUT) == 0
    approve(refund.pk, ELSEWHERE, actor=holding.staff())
    assert (holding.held, holding.on(AccountKind.PAYOUT)) == (0, 20_000)
    assert faults() == []


def test_the_account_that_was_seen_is_the_one_that_is_approved(holding: Holding) -> None:
    refund = holding.asks()
    change_account(refund.pk, ELSEWHERE, actor=CUSTOMER)

    with pytest.raises(Refused, match="changed meanwhile"):
        approve(refund.pk, HOME, actor=holding.staff())


def test_what_the_bank_took_back_meanwhile_is_not_paid_out(holding: Holding) -> None:
    refund = holding.asks()
    holding.comes(-70_000, number=2)  # the whole payment
    assert holding.held == 0

    with pytest.raises(Refused, match="cannot be paid back"):
        approve(refund.pk, HOME, actor=holding.staff())

    assert refuse(refund.pk, "Betalingen ble trukket tilbake", actor=holding.staff())
    assert faults() == []


def test_refused_and_withdrawn_the_credit_is_free_again(holding: Holding) -> None:
    one, other = holding.approved(5_000), holding.approved(6_000)
    with pytest.raises(Refused, match="Write why"):
        refuse(one.pk, "  ", actor=holding.staff())

    refuse(one.pk, "Feil konto", actor=holding.staff())
    withdraw(other.pk, actor=CUSTOMER)
    refuse(one.pk, "Feil konto", actor=holding.staff())
    withdraw(other.pk, actor=CUSTOMER)

    assert (state(one), state(other), holding.held) == ("refused", "withdrawn", 20_000)
    assert holding.told("refund.").count("refund.refused") == 1
    assert faults() == []


def test_a_file_holds_what_is_approved_and_takes_it_once(holding: Holding) -> None:
    one, asked = holding.approved(5_000), holding.asks(6_000)
    form, finance = uuid.uuid4(), holding.staff()

    file = make_file(holding.biller, request_id=form, actor=finance)

    assert make_file(holding.biller, request_id=form, actor=finance) == file
    assert (state(one), state(asked)) == ("in_file", "asked")
    assert (file.payouts, file.sum_minor) == (1, 5_000)
    with pytest.raises(Refused, match="Nothing is approved"):
        make_file(holding.biller, request_id=uuid.uuid4(), actor=finance)
    assert PayoutFile.objects.count() == 1


def test_paid_once_from_what_was_set_aside(holding: Holding) -> None:
    refund, bank = in_file(holding), holding.on(AccountKind.BANK)

    for _ in range(2):
        confirm_paid(refund.pk, actor=holding.staff())

    assert holding.on(AccountKind.BANK) == bank - 20_000
    assert (holding.on(AccountKind.PAYOUT), holding.held) == (0, 0)
    assert holding.told("refund.")[-1] == "refund.paid"
    assert faults() == []


@pytest.mark.parametrize(
    "too_late",
    [
        lambda refund, holding: withdraw(refund.pk, actor=CUSTOMER),
        lambda refund, holding: change_account(refund.pk, ELSEWHERE, actor=CUSTOMER),
        lambda refund, holding: refuse(refund.pk, "no", actor=holding.staff()),
        lambda refund, holding: approve(refund.pk, HOME, actor=holding.staff()),
    ],
)
def test_what_is_in_a_file_cannot_be_stopped_here(
    holding: Holding, too_late: Callable[[Refund, Holding], object]
) -> None:
    refund = in_file(holding)

    with pytest.raises(Refused):
        too_late(refund, holding)

    assert (state(refund), holding.on(AccountKind.PAYOUT)) == ("in_file", 20_000)


def test_what_the_bank_refuses_is_credit_again(holding: Holding) -> None:
    refund = in_file(holding)

    for _ in range(2):
        note_refused_by_bank(refund.pk, actor=holding.staff())

    assert (state(refund), holding.held) == ("returned", 20_000)
    assert holding.on(AccountKind.PAYOUT) == 0
    assert faults() == []


def test_what_comes_back_as_a_payment_is_credit_again_and_waits_no_longer(
    holding: Holding,
) -> None:
    refund = in_file(holding)
    confirm_paid(refund.pk, actor=holding.staff())
    receive(holding.biller, an_ocr_file(("999", 20_000), ("998", 300), biller=holding.biller))
    (line,) = come_back(refund)
    bank = holding.on(AccountKind.BANK)

    for _ in range(2):
        note_returned(refund.pk, line.pk, actor=holding.staff())

    assert (state(refund), holding.held) == ("returned", 20_000)
    assert (holding.on(AccountKind.BANK), holding.on(AccountKind.CLEARING)) == (bank, 300)
    assert Waiting.objects.count() == 1
    assert faults() == []


def test_what_comes_back_as_a_correction_comes_from_the_bank(holding: Holding) -> None:
    refund = in_file(holding)
    confirm_paid(refund.pk, actor=holding.staff())
    bank = holding.on(AccountKind.BANK)

    note_returned(refund.pk, None, actor=holding.staff())

    assert (holding.held, holding.on(AccountKind.BANK)) == (20_000, bank + 20_000)
    assert faults() == []


def test_a_payment_of_another_amount_is_not_what_came_back(holding: Holding) -> None:
    refund = in_file(holding)
    confirm_paid(refund.pk, actor=holding.staff())
    receive(holding.biller, an_ocr_file(("999", 19_999), biller=holding.biller))
    assert come_back(refund) == []

    with pytest.raises(Refused, match="no longer waiting"):
        note_returned(refund.pk, Waiting.objects.get().pk, actor=holding.staff())


def test_a_late_answer_to_another_file_changes_nothing(holding: Holding) -> None:
    refund = in_file(holding)
    first = PayoutFile.objects.get()
    assert follow(refund.pk, RefundState.APPROVED, actor=BANK, file_id=first.pk)
    make_file(holding.biller, request_id=uuid.uuid4(), actor=holding.staff())

    assert not follow(refund.pk, RefundState.RETURNED, actor=BANK, file_id=first.pk)

    assert state(refund) == "in_file"


def test_what_is_credited_and_paid_back_is_told_on_the_invoice_until_it_comes_back() -> None:
    holding = Holding(credit_minor=0)
    credit_invoice(holding.invoice.pk, None, reason="", actor=SYSTEM)

    def back() -> int:
        return Facts.read(holding.invoice, kinds=[]).paid_back.paid

    refund = holding.approved(50_000)
    assert back() == 0  # set aside is not paid back
    make_file(holding.biller, request_id=uuid.uuid4(), actor=holding.staff())
    confirm_paid(refund.pk, actor=holding.staff())
    assert back() == 50_000

    note_returned(refund.pk, None, actor=holding.staff())

    assert back() == 0
    assert Facts.read(holding.invoice, kinds=[]).held_minor == 50_000
