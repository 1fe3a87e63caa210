"""Why a bill is not what the last one was: every difference, no more, and honest causes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.documents.explain import Cause, Difference, Fact, Nature, explain

FIBER = Fact("Fiber 500", 79_900, 63_920)
TV = Fact("TV Basis", 24_900, 19_920)
WIFI = Fact("Ekstra wifi-punkt", 5_100, 4_080)


def fact(amount: int, price: int, quantity: int = 1_000, nature: Nature = Nature.PLAIN) -> Fact:
    return Fact("Mobil", amount, price, quantity, nature)


@pytest.mark.parametrize(
    ("before", "now", "cause"),
    [
        ([fact(100, 80)], [fact(120, 96)], Cause.PRICE),
        ([fact(100, 80, nature=Nature.CAMPAIGN)], [fact(120, 96)], Cause.CAMPAIGN_ENDED),
        ([fact(120, 96)], [fact(100, 80, nature=Nature.CAMPAIGN)], Cause.CAMPAIGN_BEGAN),
        ([fact(100, 80)], [fact(200, 80, 2_000)], Cause.QUANTITY),
        ([fact(100, 80)], [fact(240, 96, 2_000)], Cause.UNKNOWN),
        ([fact(100, 1, nature=Nature.USAGE)], [fact(90, 1, nature=Nature.USAGE)], Cause.USAGE),
        ([fact(50, 40, nature=Nature.PART)], [fact(100, 80)], Cause.PART),
        ([], [fact(100, 80)], Cause.NEW),
        ([], [fact(100, 80, nature=Nature.ONE_OFF)], Cause.ONE_OFF),
        ([], [fact(-50, -40, nature=Nature.CAMPAIGN)], Cause.CAMPAIGN_BEGAN),
        ([fact(100, 80)], [], Cause.GONE),
        ([fact(100, 80, nature=Nature.ONE_OFF)], [], Cause.ONE_OFF_BEFORE),
        ([fact(-50, -40, nature=Nature.CAMPAIGN)], [], Cause.CAMPAIGN_ENDED),
    ],
)
def test_each_difference_has_the_cause_that_is_known(
    before: list[Fact], now: list[Fact], cause: Cause
) -> None:
    assert [each.cause for each in explain(before, now)] == [cause]


def test_what_is_the_same_is_not_mentioned_and_the_largest_comes_first() -> None:
    cheap_tv = Fact("TV  Basis", 22_000, 17_600, nature=Nature.CAMPAIGN)

    assert explain([FIBER, cheap_tv], [FIBER, TV, WIFI]) == [
        Difference("Ekstra wifi-punkt", 5_100, Cause.NEW),
        Difference("TV Basis", 2_900, Cause.CAMPAIGN_ENDED),
    ]
    assert explain([FIBER, TV], [TV, FIBER]) == []


FACTS = st.lists(
    st.builds(
        Fact,
        text=st.sampled_from(["Fiber", "TV", "Wifi", "Samtaler"]),
        amount=st.integers(-10_000, 10_000),
        unit_price=st.integers(-10_000, 10_000),
        quantity_milli=st.integers(1, 5_000),
        nature=st.sampled_from(Nature),
    ),
    max_size=6,
)


@given(FACTS, FACTS)
def test_the_differences_sum_to_the_whole_difference(before: list[Fact], now: list[Fact]) -> None:
    whole = sum(each.amount for each in now) - sum(each.amount for each in before)

    assert sum(each.amount for each in explain(before, now)) == whole
