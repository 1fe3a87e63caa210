"""The state of an invoice, and what is open of its instalments."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.documents.states import (
    SETTLED,
    UNSETTLED,
    ChangeFact,
    ChangeKind,
    Collector,
    Figures,
    Marks,
    State,
    marks_of,
    parts_of,
    state_of,
)

DUE = date(2026, 12, 14)
BEFORE, AFTER = date(2026, 12, 13), date(2026, 12, 15)


@pytest.mark.parametrize(
    ("figures", "today", "state"),
    [
        (Figures(500, 0, 0), BEFORE, State.OPEN),
        (Figures(500, 0, 0), DUE, State.OPEN),
        (Figures(500, 0, 0), AFTER, State.OVERDUE),
        (Figures(500, 100, 0), DUE, State.OPEN),
        (Figures(500, 0, 1), DUE, State.PART_PAID),
        (Figures(500, 0, 499), DUE, State.PART_PAID),
        (Figures(500, 0, 499), AFTER, State.OVERDUE),
        (Figures(500, 0, 500), BEFORE, State.PAID),
        (Figures(500, 0, 500), AFTER, State.PAID),
        (Figures(500, 499, 1), AFTER, State.PAID),
        (Figures(500, 500, 0), BEFORE, State.CREDITED),
        (Figures(500, 500, 0), AFTER, State.CREDITED),
    ],
)
def test_the_state_follows_from_figures_and_day(
    figures: Figures, today: date, state: State
) -> None:
    assert state_of(figures, DUE, today) == state


DISPUTED, CANCELLED = Marks(disputed=True), Marks(cancelled=True)
COLLECTED, REFUNDED = Marks(in_collection=True), Marks(refunded=True)


@pytest.mark.parametrize(
    ("figures", "marks", "today", "state"),
    [
        (Figures(500, 0, 0), DISPUTED, BEFORE, State.DISPUTED),
        (Figures(500, 0, 100), DISPUTED, AFTER, State.DISPUTED),
        (Figures(500, 0, 500), DISPUTED, AFTER, State.PAID),
        (Figures(500, 500, 0), CANCELLED, AFTER, State.CANCELLED),
        (Figures(500, 500, 0), Marks(disputed=True, cancelled=True), AFTER, State.CANCELLED),
        (Figures(500, 0, 450, 50), Marks(), BEFORE, State.WRITTEN_OFF),
        (Figures(500, 0, 0, 500), Marks(), AFTER, State.WRITTEN_OFF),
        (Figures(500, 0, 400, 50), Marks(), BEFORE, State.PART_PAID),
        (Figures(500, 0, 400, 50), Marks(), AFTER, State.OVERDUE),
        (Figures(500, 0, 100), COLLECTED, AFTER, State.IN_COLLECTION),
        (Figures(500, 0, 500), COLLECTED, AFTER, State.PAID),
        (Figures(500, 0, 500), REFUNDED, AFTER, State.REFUNDED),
        (Figures(500, 0, 500), Marks(refunded=True, cancelled=True), AFTER, State.CANCELLED),
        (Figures(500, 0, 400), REFUNDED, AFTER, State.OVERDUE),  # a payment was taken back since
    ],
)
def test_marks_and_write_downs_make_states_of_their_own(
    figures: Figures, marks: Marks, today: date, state: State
) -> None:
    assert state_of(figures, DUE, today, marks) == state


@pytest.mark.parametrize(
    ("kinds", "marks"),
    [
        ([], Marks()),
        ([ChangeKind.DUE_MOVED, ChangeKind.SPLIT], Marks()),
        ([ChangeKind.DISPUTED, ChangeKind.DUE_MOVED], DISPUTED),
        ([ChangeKind.DISPUTED, ChangeKind.DISPUTE_SETTLED], Marks()),
        ([ChangeKind.DISPUTED, ChangeKind.DISPUTE_SETTLED, ChangeKind.DISPUTED], DISPUTED),
        ([ChangeKind.CANCELLED], CANCELLED),
        ([ChangeKind.TO_COLLECTION, ChangeKind.WRITTEN_DOWN], COLLECTED),
        ([ChangeKind.TO_COLLECTION, ChangeKind.FROM_COLLECTION], Marks()),
        (
            [ChangeKind.TO_COLLECTION, ChangeKind.FROM_COLLECTION, ChangeKind.TO_COLLECTION],
            COLLECTED,
        ),
    ],
)
def test_the_marks_follow_from_the_changes(kinds: list[ChangeKind], marks: Marks) -> None:
    facts = [
        ChangeFact(
            id=place,
            public_id="x",
            kind=kind,
            by="staff",
            made_on=BEFORE,
            collector=Collector("Kravo AS") if kind == ChangeKind.TO_COLLECTION else None,
        )
        for place, kind in enumerate(kinds)
    ]

    assert marks_of(facts) == marks


def test_every_state_is_settled_or_not() -> None:
    assert frozenset(State) == SETTLED | UNSETTLED
    assert not SETTLED & UNSETTLED


@pytest.mark.parametrize(
    ("left_before", "left", "opens"),
    [
        (500, 500, [200, 200, 100]),
        (500, 450, [150, 200, 100]),
        (500, 300, [0, 200, 100]),
        (500, 299, [0, 199, 100]),
        (500, 1, [0, 0, 1]),
        (500, 0, [0, 0, 0]),
        (500, 600, [200, 200, 100]),  # a charge after the split is outside of it
    ],
)
def test_money_fills_the_first_instalment_first(
    left_before: int, left: int, opens: list[int]
) -> None:
    plan = [(BEFORE, 200), (DUE, 200), (AFTER, 100)]

    parts = parts_of(plan, left_before, left)

    assert [part.open for part in parts] == opens
    assert [(part.due_on, part.amount) for part in parts] == plan


@given(st.lists(st.integers(1, 1_000), min_size=2, max_size=6), st.data())
def test_the_open_parts_are_together_what_is_left(amounts: list[int], data: st.DataObject) -> None:
    left = data.draw(st.integers(0, sum(amounts)))

    parts = parts_of([(DUE, amount) for amount in amounts], sum(amounts), left)

    assert sum(part.open for part in parts) == left
    assert all(0 <= part.open <= part.amount for part in parts)
