"""The states of a mandate, from the data: every edge, legal and illegal."""

from itertools import product

import pytest

from invoices.history.actors import CUSTOMER
from invoices.history.kinds import KINDS
from payments.mandates import actions
from payments.mandates.models import Mandate
from payments.mandates.states import (
    ASKED,
    EDGES,
    FINAL,
    IN_FORCE,
    LEAVING,
    LIVE,
    IllegalEdgeError,
    MandateState,
    kind_of,
    leads,
)
from tests.payments.mandates.house import a_swede, enrolled, fresh

EVERY = list(product(MandateState, MandateState))


def test_every_state_is_in_one_group() -> None:
    groups = [ASKED, IN_FORCE, LEAVING, FINAL]

    assert LIVE == ASKED | IN_FORCE
    assert sorted(state for group in groups for state in group) == sorted(MandateState)


@pytest.mark.parametrize(("old", "new"), EVERY)
def test_an_edge_is_told_as_a_kind_that_there_is_or_is_refused(
    old: MandateState, new: MandateState
) -> None:
    if (old, new) in EDGES:
        assert kind_of(old, new) in KINDS
        assert leads(old, new)
        return
    assert not leads(old, new)
    with pytest.raises(IllegalEdgeError):
        kind_of(old, new)


def test_nothing_leads_out_of_the_end_and_every_other_state_leads_to_it() -> None:
    assert not [edge for edge in EDGES if edge[0] in FINAL]

    reached = set(FINAL)
    while more := {old for old, new in EDGES if new in reached} - reached:
        reached |= more
    assert reached == set(MandateState)


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new"), EVERY)
def test_the_actions_take_the_edges_that_there_are_and_no_others(
    old: MandateState, new: MandateState
) -> None:
    mandate = enrolled(a_swede())
    by = "customer" if old == MandateState.PAUSED else ""
    Mandate.objects.filter(pk=mandate.pk).update(state=old, paused_by=by)
    mandate = fresh(mandate)
    mandate.paused_by = "customer" if new == MandateState.PAUSED else mandate.paused_by

    if (old, new) in EDGES:
        actions.move(mandate, new, CUSTOMER)
        assert fresh(mandate).state == new
    else:
        with pytest.raises(IllegalEdgeError):
            actions.move(mandate, new, CUSTOMER)
        assert fresh(mandate).state == old
