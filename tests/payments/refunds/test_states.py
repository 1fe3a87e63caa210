"""Every edge of a payback, legal and illegal, from the data; what each does with the money."""

from itertools import product

import pytest

from invoices.errors import Refused
from invoices.history.kinds import KINDS
from payments.refunds.states import (
    EDGES,
    ENDED,
    OUT,
    RESERVED,
    UNDECIDED,
    WAITING,
    Moves,
    RefundState,
    check_four_eyes,
    leads,
    moves,
)

GROUPS = (WAITING, RESERVED, OUT, ENDED)


def test_every_state_is_in_one_group() -> None:
    assert sorted(state for group in GROUPS for state in group) == sorted(RefundState)


@pytest.mark.parametrize(("old", "new"), list(product(RefundState, RefundState)))
def test_every_edge_is_told_or_refused(old: RefundState, new: RefundState) -> None:
    assert leads(old, new) is ((old, new) in EDGES)
    if leads(old, new):
        assert EDGES[old, new] in KINDS
        assert old not in ENDED


def test_no_money_is_paid_that_was_not_set_aside_first() -> None:
    assert {old for old, new in EDGES if new in OUT} <= RESERVED
    assert {old for old, new in EDGES if new in RESERVED} <= WAITING | RESERVED
    assert not any(new == RefundState.WITHDRAWN for old, new in EDGES if old not in UNDECIDED)


@pytest.mark.parametrize(("old", "new"), sorted(EDGES))
def test_each_edge_moves_the_money_from_where_it_is(old: RefundState, new: RefundState) -> None:
    def place(state: RefundState) -> str:
        return "aside" if state in RESERVED else "out" if state in OUT else "credit"

    between = {
        ("credit", "credit"): Moves.NOTHING,
        ("credit", "aside"): Moves.RESERVE,
        ("aside", "aside"): Moves.NOTHING,
        ("aside", "credit"): Moves.RELEASE,
        ("aside", "out"): Moves.PAY,
        ("out", "credit"): Moves.BACK,
    }
    assert moves(old, new) == between[place(old), place(new)]


@pytest.mark.parametrize(
    ("approver", "asked_by", "account_by", "may"),
    [
        (1, None, None, True),  # the customer asked
        (1, 2, 2, True),
        (1, 1, 2, False),
        (1, 2, 1, False),
        (1, None, 1, False),  # the customer asked, and staff corrected the account
        (1, 1, 1, False),
    ],
)
def test_who_prepared_it_never_approves_it(
    approver: int, asked_by: int | None, account_by: int | None, may: bool
) -> None:
    if may:
        check_four_eyes(approver, asked_by=asked_by, account_by=account_by)
    else:
        with pytest.raises(Refused, match="somebody else"):
            check_four_eyes(approver, asked_by=asked_by, account_by=account_by)
