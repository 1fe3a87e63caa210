"""Files for the bank and the bank's answers: nothing is paid twice, nothing is lost."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from invoices.documents.models import Invoice
from invoices.errors import FormatError, Refused
from invoices.ledger.codes import AccountKind
from invoices.ledger.queries import faults
from payments.refunds.files.actions import make_file, take_answer
from payments.refunds.models import CreditTerms, PayoutFile, PayoutReply, Refund
from tests.payments.formats.test_pain import an_answer
from tests.payments.refunds.holding import Holding, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def holding() -> Holding:
    return Holding()


def sent(holding: Holding, *minors: int) -> tuple[PayoutFile, list[Refund]]:
    refunds = [holding.approved(minor) for minor in minors]
    file = make_file(holding.biller, request_id=uuid.uuid4(), actor=holding.staff())
    return file, [Refund.objects.get(pk=refund.pk) for refund in refunds]


def answers(
    holding: Holding, file: PayoutFile, *payouts: tuple[str, str], group: str = ""
) -> tuple[int, int, int, bool]:
    raw = an_answer(*payouts, group=group).replace(b"NOTA-1-1", file.message_id.encode())
    taken = take_answer(holding.biller, raw, actor=holding.staff())
    return taken.paid, taken.returned, taken.waiting, taken.known


@pytest.mark.parametrize(("country", "version"), [("NO", "03"), ("SE", "09")])
def test_the_file_says_what_was_approved_and_is_kept(country: str, version: str) -> None:
    holding = Holding(country=country)
    CreditTerms.objects.create(biller=holding.biller, pain_version=version)

    file, (refund,) = sent(holding, 12_345)

    raw = bytes(PayoutFile.objects.get(pk=file.pk).raw)
    for said in (f"pain.001.001.{version}", "123.45", refund.end_to_end_id, refund.number):
        assert said.encode() in raw
    assert holding.customer.name.encode() in raw
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutFile.objects.filter(pk=file.pk).update(raw=b"")


def test_each_is_paid_or_credit_again_as_the_bank_says(holding: Holding) -> None:
    file, (one, other, third) = sent(holding, 5_000, 6_000, 7_000)
    said = (
        (one.end_to_end_id, "ACSC"),
        (other.end_to_end_id, "RJCT"),
        (third.end_to_end_id, "ACSP"),
    )

    assert answers(holding, file, *said, group="PART") == (1, 1, 1, False)
    assert answers(holding, file, *said, group="PART") == (0, 0, 0, True)

    assert [state(each) for each in (one, other, third)] == ["paid", "returned", "in_file"]
    assert (holding.held, holding.on(AccountKind.PAYOUT)) == (8_000, 7_000)
    assert faults() == []


def test_a_file_that_was_received_has_paid_nothing(holding: Holding) -> None:
    file, (refund,) = sent(holding, 5_000)

    assert answers(holding, file, group="ACCP") == (0, 0, 1, False)
    assert answers(holding, file, group="ACTC") == (0, 0, 1, False)
    assert state(refund) == "in_file"
    assert answers(holding, file, (refund.end_to_end_id, "ACSC")) == (1, 0, 0, False)
    assert answers(holding, file, group="ACSP") == (0, 0, 1, False)  # late: it stays paid

    assert state(refund) == "paid"
    assert faults() == []


def test_a_file_that_is_refused_whole_goes_again(holding: Holding) -> None:
    file, (refund,) = sent(holding, 5_000)

    assert answers(holding, file, group="RJCT") == (0, 0, 1, False)

    assert (state(refund), holding.on(AccountKind.PAYOUT)) == ("approved", 5_000)
    again = make_file(holding.biller, request_id=uuid.uuid4(), actor=holding.staff())
    assert again.message_id != file.message_id
    # A late word about the first file changes nothing.
    assert answers(holding, file, (refund.end_to_end_id, "ACSC"))[:2] == (0, 0)
    assert state(refund) == "in_file"
    assert answers(holding, again, group="ACSC") == (1, 0, 0, False)
    assert faults() == []


def test_no_order_of_answers_pays_twice(holding: Holding) -> None:
    file, (refund,) = sent(holding, 5_000)
    for code in ("ACSC", "RJCT", "ACSC", "ACCP"):
        raw = an_answer((refund.end_to_end_id, code)) + b"\n" * (1 + len(PayoutReply.objects.all()))
        raw = raw.replace(b"NOTA-1-1", file.message_id.encode())
        take_answer(holding.biller, raw, actor=holding.staff())

    # Paid, and then the bank said that it was not: the money stands as credit once.
    assert holding.told("refund.")[-2:] == ["refund.paid", "refund.returned"]
    assert (state(refund), holding.held) == ("returned", 20_000)
    assert (holding.on(AccountKind.BANK), holding.on(AccountKind.CLEARING)) == (70_000, 0)
    assert faults() == []


def test_answers_to_files_of_others_change_nothing(holding: Holding) -> None:
    other = Holding()
    file, (refund,) = sent(holding, 5_000)

    with pytest.raises(Refused, match="not made here"):
        answers(other, file, (refund.end_to_end_id, "ACSC"))
    with pytest.raises(FormatError, match="not in that file"):
        answers(holding, file, ("somebody-elses", "ACSC"))

    assert state(refund) == "in_file"
    assert not PayoutReply.objects.exists()


def test_an_invoice_of_another_customer_is_never_part_of_it(holding: Holding) -> None:
    file, (refund,) = sent(holding, 5_000)

    assert {refund.customer_id} == {Invoice.objects.get(pk=refund.invoice_id).customer_id}
    assert file.refunds.count() == 1
