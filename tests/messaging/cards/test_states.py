"""What a card can be, and when its promise is still kept."""

import pytest

from invoices.history.kinds import KINDS
from messaging.cards.states import EDGES, FINAL, CardState, Promise, What

MOVED = Promise(50_000, 50_000, "2026-12-01", "2026-12-11")
SPLIT = Promise(50_000, 50_000, "2026-12-01", "2026-12-31", [["2026-12-31", 50_000]])
CREDITED = Promise(50_000, 40_000, "2026-12-01", "2026-12-01", credited=10_000)


def test_every_state_but_the_first_is_reached_from_it_and_is_the_end() -> None:
    assert {to for _from, to in EDGES} == FINAL
    assert {from_ for from_, _to in EDGES} == {CardState.PROPOSED}
    assert set(EDGES.values()) <= set(KINDS)
    assert len(set(EDGES.values())) == len(EDGES)


def test_a_promise_is_the_same_after_it_was_kept_as_json() -> None:
    for promise in (MOVED, SPLIT, CREDITED):
        assert Promise.of(promise.to_json()) == promise


@pytest.mark.parametrize(
    ("promise", "now", "what", "kept"),
    [
        (MOVED, MOVED, What.MOVE, True),
        # Something was paid meanwhile: the day is what was promised.
        (MOVED, Promise(20_000, 20_000, "2026-12-01", "2026-12-11"), What.MOVE, True),
        # The due date was moved meanwhile.
        (MOVED, Promise(50_000, 50_000, "2026-12-05", "2026-12-11"), What.MOVE, False),
        (SPLIT, SPLIT, What.SPLIT, True),
        (
            SPLIT,
            Promise(40_000, 40_000, "2026-12-01", "2026-12-31", [("2026-12-31", 40_000)]),
            What.SPLIT,
            False,
        ),
        (CREDITED, Promise(30_000, 20_000, "x", "x", credited=10_000), What.CREDIT, True),
        (CREDITED, Promise(50_000, 45_000, "x", "x", credited=5_000), What.CREDIT, False),
    ],
)
def test_a_promise_is_kept_by_what_it_was_about(
    promise: Promise, now: Promise, what: What, kept: bool
) -> None:
    assert promise.is_kept_by(now, what) is kept
