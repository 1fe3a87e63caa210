"""The rules of changing, as tables: days, paydays, instalments, undoing, roles."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.billers.roles import Role
from invoices.changes.policy import (
    CUSTOMER,
    Rules,
    Standing,
    check_move,
    check_split,
    counts,
    even_parts,
    first_part_latest,
    latest_day,
    months_after,
    move_days,
    no_move,
    no_split,
    payday_of,
    suggested_day,
    undoable,
)
from invoices.documents.states import ChangeFact, ChangeKind, Marks
from invoices.errors import Refused

RULES = Rules("NO", "NOK")
ISSUED_DUE = date(2026, 11, 28)
TODAY = date(2026, 11, 22)
DISPUTED, CANCELLED = Marks(disputed=True), Marks(cancelled=True)


def standing(**facts: Any) -> Standing:
    """500.00 left, due 28 November as issued; today is 22 November."""
    given: dict[str, Any] = {"today": TODAY, "issued_due_on": ISSUED_DUE, "due_on": ISSUED_DUE}
    return Standing(**(given | {"left": 50_000} | facts))


def a_change(kind: ChangeKind = ChangeKind.DUE_MOVED, **facts: Any) -> ChangeFact:
    given: dict[str, Any] = {"id": 1, "by": CUSTOMER, "made_on": TODAY, "bookings": 1}
    if kind != ChangeKind.WRITTEN_DOWN:
        given |= {"from_on": ISSUED_DUE, "bites_on": ISSUED_DUE}
    return ChangeFact(kind=kind, public_id="x", **(given | facts))


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("rules", "facts", "first", "last", "count"),
    [
        ({}, {}, date(2026, 11, 29), date(2026, 12, 28), 30),
        ({"move_days_max": 1}, {}, date(2026, 11, 29), date(2026, 11, 29), 1),
        # The day that is in force is no choice.
        ({}, {"due_on": date(2026, 12, 28)}, date(2026, 11, 29), date(2026, 12, 27), 29),
        # Overdue: from tomorrow on.
        ({}, {"today": date(2026, 12, 10)}, date(2026, 12, 11), date(2026, 12, 28), 18),
        ({}, {"today": date(2026, 12, 27)}, date(2026, 12, 28), date(2026, 12, 28), 1),
        # Over the ends of months, of February and of the year.
        (
            {"move_days_max": 31},
            {"issued_due_on": date(2027, 1, 31), "due_on": date(2027, 1, 31)},
            date(2027, 2, 1),
            date(2027, 3, 3),
            31,
        ),
        (
            {"move_days_max": 14},
            {"issued_due_on": date(2026, 12, 30), "due_on": date(2026, 12, 30)},
            date(2026, 12, 31),
            date(2027, 1, 13),
            14,
        ),
    ],
)
def test_the_days_to_choose_from(
    rules: dict[str, Any], facts: dict[str, Any], first: date, last: date, count: int
) -> None:
    days = move_days(replace(RULES, **rules), standing(**facts))

    assert (days[0], days[-1], len(days)) == (first, last, count)


@pytest.mark.parametrize(
    ("rules", "facts", "why"),
    [
        ({}, {"left": 0}, "nothing left to pay"),
        ({}, {"marks": DISPUTED}, "looking into this invoice"),
        ({"move": False}, {}, "by agreement"),
        ({}, {"is_split": True}, "date of its own"),
        ({"moves_max": 1}, {"changes": [a_change()]}, "as often as it can be"),
        ({"moves_max": 0}, {}, "as often as it can be"),
        ({"move_days_max": 0}, {}, "was the last day"),
        ({}, {"today": date(2026, 12, 28)}, "was the last day"),
    ],
)
def test_why_the_due_date_cannot_be_moved(
    rules: dict[str, Any], facts: dict[str, Any], why: str
) -> None:
    refused = no_move(replace(RULES, **rules), standing(**facts))

    assert refused is not None
    assert why in str(refused)


def test_moves_by_staff_and_moves_undone_do_not_use_up_the_customers() -> None:
    changes = [
        a_change(id=1),
        a_change(ChangeKind.UNDONE, id=2, undoes_id=1),
        a_change(id=3, by="staff"),
        a_change(id=4),
    ]

    assert standing(changes=changes).moves == 1
    assert no_move(RULES, standing(changes=changes)) is None


@pytest.mark.parametrize(
    "to_on", [TODAY, ISSUED_DUE, date(2026, 12, 29), date(2025, 12, 1), date(2026, 11, 27)]
)
def test_a_day_outside_is_refused(to_on: date) -> None:
    with pytest.raises(Refused, match="Choose a day after"):
        check_move(RULES, standing(), to_on)


@pytest.mark.parametrize("to_on", [date(2026, 11, 29), date(2026, 12, 28)])
def test_the_first_and_the_last_day_are_allowed(to_on: date) -> None:
    check_move(RULES, standing(), to_on)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 90), st.integers(-60, 60))
def test_what_is_offered_is_accepted_and_nothing_else(due: date, most: int, ahead: int) -> None:
    rules = replace(RULES, move_days_max=most)
    now = standing(issued_due_on=due, due_on=due, today=due + timedelta(days=ahead))
    offered = move_days(rules, now)

    for day in offered:
        check_move(rules, now, day)
    for day in (now.today, due, latest_day(rules, now) + timedelta(days=1)):
        with pytest.raises(Refused):
            check_move(rules, now, day)


# ---------------------------------------------------------------- paydays


@pytest.mark.parametrize(
    ("days", "payday"),
    [
        ([], None),
        ([(9, 12)], None),  # once is not usually
        ([(9, 12), (10, 12)], 12),
        ([(9, 12), (10, 25)], None),
        ([(8, 15), (9, 15), (10, 16), (11, 13)], 15),
        ([(8, 15), (9, 15), (10, 2), (11, 28)], None),  # half is not most
        ([(8, 31), (9, 30), (10, 31)], 31),  # the end of every month
        ([(2, 28), (3, 31), (4, 30)], 31),
        ([(8, 31), (10, 1), (11, 2)], 1),  # round the corner of the month
        ([(8, 20), (9, 20), (10, 20), (11, 3)], 20),
    ],
)
def test_the_payday_is_where_most_payments_came(
    days: list[tuple[int, int]], payday: int | None
) -> None:
    assert payday_of([date(2026, month, day) for month, day in days]) == payday


@pytest.mark.parametrize(
    ("payday", "facts", "suggested"),
    [
        (None, {}, None),
        (15, {}, date(2026, 12, 15)),
        (12, {}, date(2026, 12, 14)),  # a Saturday: the bank day after it
        (28, {}, date(2026, 12, 28)),
        (27, {}, date(2026, 12, 28)),  # a Sunday, and the last day is a Monday
        (26, {"issued_due_on": date(2026, 11, 26)}, date(2026, 12, 26)),  # no bank day is left
        (31, {}, date(2026, 11, 30)),
        (31, {"issued_due_on": date(2027, 2, 10), "due_on": date(2027, 2, 10)}, date(2027, 3, 1)),
    ],
)
def test_the_payday_is_suggested_where_it_is_allowed(
    payday: int | None, facts: dict[str, Any], suggested: date | None
) -> None:
    assert suggested_day(RULES, standing(payday=payday, **facts)) == suggested


# ---------------------------------------------------------------- instalments


@pytest.mark.parametrize(
    ("left", "rules", "choices"),
    [
        (50_000, {}, [2, 3, 4]),
        (50_000, {"instalments_max": 12}, [2, 3, 4, 5]),
        (30_000, {}, [2, 3]),
        (29_999, {}, [2]),
        (20_000, {}, [2]),
        (19_999, {}, []),
        (50_000, {"instalment_floor": 0}, [2, 3, 4]),
        (50_000, {"instalments_max": 1}, []),
    ],
)
def test_how_many_instalments_there_can_be(
    left: int, rules: dict[str, Any], choices: list[int]
) -> None:
    assert counts(replace(RULES, **rules), standing(left=left)) == choices


@pytest.mark.parametrize(
    ("rules", "facts", "why"),
    [
        ({}, {"left": 0}, "nothing left"),
        ({}, {"marks": DISPUTED}, "looking into"),
        ({"split": False}, {}, "by agreement"),
        ({}, {"is_split": True}, "split already"),
        ({}, {"left": 19_999}, "too little to split: each part must be 100.00"),
    ],
)
def test_why_the_invoice_cannot_be_split(
    rules: dict[str, Any], facts: dict[str, Any], why: str
) -> None:
    refused = no_split(replace(RULES, **rules), standing(**facts))

    assert refused is not None
    assert why in str(refused)


def test_equal_parts_a_month_apart_are_proposed() -> None:
    assert even_parts(standing(left=50_001), 3) == [
        (date(2026, 11, 28), 16_667),
        (date(2026, 12, 28), 16_667),
        (date(2027, 1, 28), 16_667),
    ]
    assert even_parts(standing(today=date(2026, 12, 5)), 2)[0][0] == date(2026, 12, 6)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 1, 31), 2, date(2027, 3, 31)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 30), 15, date(2028, 2, 29)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


@given(
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.integers(-90, 60),
    st.integers(20_000, 10_000_000),
    st.data(),
)
def test_what_is_proposed_is_allowed(due: date, ahead: int, left: int, data: st.DataObject) -> None:
    now = standing(issued_due_on=due, due_on=due, today=due + timedelta(days=ahead), left=left)
    count = data.draw(st.sampled_from(counts(RULES, now)))

    parts = even_parts(now, count)

    check_split(RULES, now, parts)
    assert sum(amount for _, amount in parts) == left


@pytest.mark.parametrize(
    ("days", "amounts", "why"),
    [
        ([0, 30, 60, 90, 120], [10_000] * 5, "between 2 and 4"),
        ([0], [50_000], "between 2 and 4"),
        ([0, 30], [9_999, 40_001], "100.00 or more"),
        ([9, 30], [25_000] * 2, "is too late"),
        ([0, 36], [25_000] * 2, "is too late"),
    ],
)
def test_instalments_outside_the_policy_are_refused(
    days: list[int], amounts: list[int], why: str
) -> None:
    parts = [
        (ISSUED_DUE + timedelta(days=ahead), amount)
        for ahead, amount in zip(days, amounts, strict=True)
    ]

    with pytest.raises(Refused, match=why):
        check_split(RULES, standing(), parts)


def test_somebody_overdue_has_two_weeks_for_the_first_part() -> None:
    late = standing(today=date(2026, 12, 20))

    assert first_part_latest(late) == date(2027, 1, 3)
    check_split(RULES, late, [(date(2027, 1, 3), 25_000), (date(2027, 2, 7), 25_000)])


# ---------------------------------------------------------------- undo


@pytest.mark.parametrize(
    ("change", "today", "by", "bookings", "possible"),
    [
        (a_change(), TODAY, CUSTOMER, 1, True),
        (a_change(), ISSUED_DUE, CUSTOMER, 1, True),
        (a_change(), ISSUED_DUE + timedelta(days=1), CUSTOMER, 1, False),  # it has bitten
        (a_change(), TODAY, CUSTOMER, 2, False),  # something was booked since
        (a_change(by="staff"), TODAY, CUSTOMER, 1, False),
        (a_change(by="staff"), TODAY, Role.AGENT, 1, True),
        (a_change(), TODAY, Role.AGENT, 1, True),
        (a_change(), TODAY, Role.MARKETER, 1, False),
        (a_change(ChangeKind.SPLIT), TODAY, CUSTOMER, 1, True),
        (a_change(ChangeKind.WRITTEN_DOWN), TODAY, CUSTOMER, 1, False),
        (a_change(ChangeKind.WRITTEN_DOWN, by="staff"), date(2028, 1, 1), Role.AGENT, 1, True),
        (a_change(ChangeKind.DISPUTED), TODAY, Role.AGENT, 1, False),
        (a_change(ChangeKind.CANCELLED), TODAY, Role.ADMIN, 1, False),
        (a_change(ChangeKind.UNDONE, undoes_id=9), TODAY, CUSTOMER, 1, False),
    ],
)
def test_a_change_can_be_undone_until_it_bites(
    change: ChangeFact, today: date, by: str, bookings: int, possible: bool
) -> None:
    found = undoable(standing(today=today, changes=[change]), by, bookings)

    assert found == (change if possible else None)


def test_only_the_newest_change_can_be_undone() -> None:
    changes = [a_change(id=1), a_change(ChangeKind.DISPUTED, id=2, by="staff")]

    assert undoable(standing(changes=changes), CUSTOMER, 1) is None
    assert undoable(standing(), CUSTOMER, 1) is None
