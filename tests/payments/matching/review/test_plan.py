"""Sharing out a payment by hand: what is let through, and what is refused."""

from typing import Any

import pytest

from invoices.errors import Refused
from payments.matching.review.plan import PORTIONS_MAX, Portion, divide
from payments.matching.rules import Candidate, Share

ANNAS, BOS = Candidate(1, 500, paid=100, credit=30), Candidate(2, 300)
INVOICES = {1: ANNAS, 2: BOS}


def shared(amount: int, *portions: Portion) -> list[Share]:
    return divide(amount, portions, INVOICES, "NOK")


def test_parts_that_add_up_are_shared_and_what_is_more_is_credit() -> None:
    assert shared(700, Portion(1, 400), Portion(2, 300)) == [Share(1, 400, 0), Share(2, 300, 0)]
    assert shared(900, Portion(1, 500, left_seen=500), Portion(2, 400)) == [
        Share(1, 500, 0),
        Share(2, 300, 100),
    ]


def test_money_taken_back_comes_from_what_was_paid_and_then_from_credit() -> None:
    assert shared(-80, Portion(1, -80)) == [Share(1, -80, 0)]
    assert shared(-120, Portion(1, -120)) == [Share(1, -100, -20)]


@pytest.mark.parametrize(
    ("amount", "portions", "words"),
    [
        (700, [Portion(1, 400), Portion(2, 299)], "come to 6.99"),
        (700, [Portion(1, 400), Portion(2, 301)], "come to 7.01"),
        (700, [], "Choose an invoice"),
        (700, [Portion(3, 700)], "Choose an invoice"),
        (700, [Portion(1, 400), Portion(1, 300)], "once"),
        (100, [Portion(1, 200), Portion(2, -100)], "more than nothing"),
        (100, [Portion(1, 100), Portion(2, 0)], "more than nothing"),
        (500, [Portion(1, 500, left_seen=400)], "has changed"),
        (-131, [Portion(1, -131)], "Only 1.30"),
        (-10, [Portion(2, -10)], "Only 0.00"),
        (-100, [Portion(1, -50), Portion(2, -50)], "one invoice"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(amount: int, portions: Any, words: str) -> None:
    with pytest.raises(Refused, match=words):
        shared(amount, *portions)


def test_there_is_a_limit_to_how_many_invoices_share_one_payment() -> None:
    many = {n: Candidate(n, 10) for n in range(PORTIONS_MAX + 1)}
    with pytest.raises(Refused, match="at most"):
        divide(130, [Portion(n, 10) for n in many], many, "NOK")
