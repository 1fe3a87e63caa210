"""What each role of staff may do to an invoice, and by how much."""

from datetime import timedelta
from typing import Any

import pytest

from invoices.billers.roles import Role
from invoices.changes.policy import (
    Action,
    staff_can,
    staff_may,
    write_down_limit,
)
from invoices.documents.states import Marks
from tests.invoices.changes.test_policy import (
    CANCELLED,
    DISPUTED,
    ISSUED_DUE,
    RULES,
    TODAY,
    standing,
)

AGENTS = {Role.AGENT, Role.FINANCE, Role.ADMIN}
MATRIX = {
    Action.MOVE: AGENTS,
    Action.SPLIT: AGENTS,
    Action.CREDIT: AGENTS,
    Action.WRITE_DOWN: AGENTS,
    Action.CHARGE: AGENTS,
    Action.DISPUTE: AGENTS,
    Action.COLLECT: {Role.FINANCE, Role.ADMIN},
    Action.CANCEL: {Role.FINANCE, Role.ADMIN},
}
LATE = {"today": ISSUED_DUE + timedelta(days=1)}
COLLECTED = Marks(in_collection=True)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_every_role_may_what_the_matrix_says(action: Action, role: Role) -> None:
    assert staff_may(role, action) is (role in MATRIX[action])
    assert staff_can(role, action, standing(**LATE)) is (role in MATRIX[action])


@pytest.mark.parametrize(
    ("facts", "possible"),
    [
        (LATE, set(Action)),
        ({}, set(Action) - {Action.COLLECT}),
        (LATE | {"left": 0}, {Action.CREDIT, Action.CHARGE, Action.CANCEL}),
        ({"today": ISSUED_DUE}, set(Action) - {Action.COLLECT}),  # still in time
        (LATE | {"is_split": True, "part_due_on": TODAY}, set(Action) - {Action.MOVE}),
        (
            LATE | {"is_split": True, "part_due_on": ISSUED_DUE + timedelta(days=1)},
            set(Action) - {Action.MOVE, Action.COLLECT},
        ),
        (LATE | {"marks": DISPUTED}, set(Action) - {Action.COLLECT}),
        (
            LATE | {"marks": COLLECTED},
            {Action.CREDIT, Action.WRITE_DOWN, Action.COLLECT, Action.CANCEL},
        ),
        (
            LATE | {"left": 0, "marks": COLLECTED},
            {Action.CREDIT, Action.COLLECT, Action.CANCEL},
        ),
        (LATE | {"left": 0, "marks": CANCELLED}, set()),
    ],
)
def test_what_can_be_done_follows_from_how_the_invoice_stands(
    facts: dict[str, Any], possible: set[Action]
) -> None:
    now = standing(**facts)

    assert {action for action in Action if staff_can(Role.ADMIN, action, now)} == possible


@pytest.mark.parametrize(
    ("role", "facts", "most"),
    [
        (Role.AGENT, {}, 5_000),
        (Role.AGENT, {"left": 300}, 300),
        (Role.AGENT, {"written_down": 4_000}, 1_000),
        (Role.AGENT, {"written_down": 9_000}, 0),
        (Role.FINANCE, {}, 50_000),
        (Role.ADMIN, {"written_down": 9_000}, 50_000),
    ],
)
def test_how_much_can_be_written_down(role: Role, facts: dict[str, int], most: int) -> None:
    assert write_down_limit(role, RULES, standing(**facts)) == most
