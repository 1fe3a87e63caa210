"""Every edge of a payment at a provider, legal and illegal, from the data itself."""

from itertools import product

import pytest

from invoices.history.kinds import KINDS
from payments.providers.states import (
    EDGES,
    FINAL,
    IN_FLIGHT,
    NOTHING_DRAWN,
    IllegalEdgeError,
    IntentState,
    kind_of,
    leads,
)


@pytest.mark.parametrize(("old", "new"), list(product(IntentState, IntentState)))
def test_every_edge_is_told_or_refused(old: IntentState, new: IntentState) -> None:
    if (old, new) in EDGES:
        assert kind_of(old, new) in KINDS
        assert leads(old, new)
    else:
        assert not leads(old, new)
        with pytest.raises(IllegalEdgeError):
            kind_of(old, new)


def test_every_state_is_in_flight_or_final() -> None:
    assert set(IntentState) == IN_FLIGHT | FINAL
    assert not IN_FLIGHT & FINAL


def test_every_state_in_flight_can_end_in_every_way() -> None:
    assert {(old, new) for old in IN_FLIGHT for new in FINAL} <= set(EDGES)


def test_what_was_drawn_is_never_taken_for_not_drawn() -> None:
    assert not [edge for edge in EDGES if edge[0] == IntentState.CAPTURED]


def test_money_that_comes_after_all_is_still_booked() -> None:
    later = {edge for edge in EDGES if edge[0] in NOTHING_DRAWN}

    assert later == {(state, IntentState.CAPTURED) for state in NOTHING_DRAWN}
