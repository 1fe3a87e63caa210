"""How long a link opens, by the facts alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.documents.links.expiry import AFTER_DUE, AFTER_SETTLED, AT_MOST, Facts, open_through

MADE = date(2026, 1, 10)
DAYS = st.dates(date(2025, 1, 1), date(2028, 1, 1))


@pytest.mark.parametrize(
    ("due_on", "settled_on", "through"),
    [
        (date(2026, 1, 24), None, date(2026, 2, 23)),  # 30 days after due
        (date(2026, 1, 24), date(2026, 1, 20), date(2026, 4, 20)),  # 90 days after settled
        (date(2026, 9, 1), date(2026, 1, 20), date(2026, 10, 1)),  # whichever is later
        (date(2025, 6, 1), None, date(2026, 2, 9)),  # long due, made today: 30 days
        (date(2027, 6, 1), None, date(2027, 1, 10)),  # never more than a year
    ],
)
def test_the_last_day(due_on: date, settled_on: date | None, through: date) -> None:
    assert open_through(MADE, Facts(due_on, settled_on)) == through


@given(DAYS, DAYS, st.none() | DAYS)
def test_it_is_never_past_a_year_and_never_before_its_reasons(
    made_on: date, due_on: date, settled_on: date | None
) -> None:
    through = open_through(made_on, Facts(due_on, settled_on))

    assert made_on < through <= made_on + AT_MOST
    for reason in (due_on + AFTER_DUE, settled_on and settled_on + AFTER_SETTLED):
        assert not reason or through >= min(reason, made_on + AT_MOST)
    assert open_through(made_on, Facts(due_on + timedelta(1), settled_on)) >= through
