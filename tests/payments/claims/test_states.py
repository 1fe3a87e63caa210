"""Every edge of a claim, legal and illegal, from the data itself."""

from itertools import product

import pytest

from invoices.history.kinds import KINDS
from payments.claims.states import (
    AT_BANK,
    BEFORE,
    EDGES,
    FINAL,
    GIVEN_UP,
    IN_FLIGHT,
    LIVE,
    ClaimState,
    IllegalEdgeError,
    kind_of,
    leads,
)

NEVER_SENT = frozenset({ClaimState.STOPPED, ClaimState.WITHDRAWN}) | BEFORE


@pytest.mark.parametrize(("old", "new"), list(product(ClaimState, ClaimState)))
def test_every_edge_is_told_or_refused(old: ClaimState, new: ClaimState) -> None:
    if (old, new) in EDGES:
        assert kind_of(old, new) in KINDS
        assert leads(old, new)
    else:
        assert not leads(old, new)
        with pytest.raises(IllegalEdgeError):
            kind_of(old, new)


def test_every_state_is_in_exactly_one_group() -> None:
    groups = [BEFORE, IN_FLIGHT, frozenset({ClaimState.CANCELLING}), FINAL]

    assert set(ClaimState) == set().union(*groups)
    assert sum(map(len, groups)) == len(ClaimState)
    assert LIVE == BEFORE | IN_FLIGHT


def test_what_is_at_the_bank_can_be_settled_whatever_was_thought_of_it() -> None:
    assert {(old, ClaimState.SETTLED) for old in AT_BANK | GIVEN_UP} <= set(EDGES)


def test_what_was_never_sent_is_never_settled() -> None:
    assert not {(old, ClaimState.SETTLED) for old in NEVER_SENT} & set(EDGES)


def test_money_that_came_is_lost_by_a_refund_or_by_undoing_its_booking_alone() -> None:
    assert {new for old, new in EDGES if old == ClaimState.SETTLED} == {
        ClaimState.REFUNDED,
        ClaimState.UNBOOKED,
    }
    assert {new for old, new in EDGES if old == ClaimState.UNBOOKED} == {
        ClaimState.REFUNDED,
        ClaimState.SETTLED,
    }


def test_nothing_returns_from_the_bank_to_where_it_was_planned() -> None:
    assert not [
        (old, new)
        for old, new in EDGES
        if old in AT_BANK | FINAL - {ClaimState.STOPPED} and new in BEFORE
    ]


def test_every_state_can_be_reached_from_the_first() -> None:
    reached, before = {ClaimState.PLANNED}, set[ClaimState]()
    while reached != before:
        before = set(reached)
        reached |= {new for old, new in EDGES if old in before}

    assert reached == set(ClaimState)
