"""Whose money was paid back: what comes onto an account first leaves it first."""

from datetime import date

import pytest

from invoices.documents.refunded import Held, PaidBack, paid_back

DAY, LATER = date(2026, 11, 20), date(2026, 11, 27)
OWN = Held(1, 500, "credit_refundable", DAY, own=True)
OTHERS = Held(2, 300, "overpayment", DAY)


def out(id: int, amount: int, code: str = "paid_out", on: date = LATER) -> Held:
    return Held(id, -amount, code, on)


def reversal(id: int, of: Held) -> Held:
    return Held(id, -of.amount_minor, "reversal", LATER, reverses_id=of.id)


@pytest.mark.parametrize(
    ("held", "back"),
    [
        ([], PaidBack()),
        ([OTHERS, out(3, 300)], PaidBack()),
        ([OWN], PaidBack(500)),
        ([OWN, out(3, 500)], PaidBack(500, 500, LATER)),
        ([OWN, out(3, 200)], PaidBack(500, 200, LATER)),
        ([OWN, out(3, 200, on=DAY), out(4, 300)], PaidBack(500, 500, LATER)),
        # Ours came first, so it goes first.
        ([OWN, OTHERS, out(3, 500)], PaidBack(500, 500, LATER)),
        ([OTHERS, OWN, out(3, 300)], PaidBack(500)),
        ([OTHERS, OWN, out(3, 800)], PaidBack(500, 500, LATER)),
        # Used on another invoice, it did not come back to the customer's bank.
        ([OWN, out(3, 500, "credit_used")], PaidBack(500)),
        ([OWN, out(3, 500, "credit_used"), OTHERS, out(4, 300)], PaidBack(500)),
        # The bank could not pay it out, or the credit itself was undone.
        ([OWN, out(3, 500), reversal(4, out(3, 500))], PaidBack(500)),
        ([OWN, reversal(4, OWN)], PaidBack()),
    ],
)
def test_the_invoices_own_money_is_followed(held: list[Held], back: PaidBack) -> None:
    assert paid_back(held) == back
    assert back.whole is (back.credited > 0 and back.paid == back.credited)
