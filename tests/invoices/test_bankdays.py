"""When the banks of Norway and Sweden move money."""

from datetime import date

import pytest

from invoices.bankdays import is_bank_day, next_bank_day, shift_bank_days


@pytest.mark.parametrize(
    ("day", "norway", "sweden"),
    [
        (date(2026, 11, 27), True, True),
        (date(2026, 11, 28), False, False),  # a Saturday
        (date(2026, 11, 29), False, False),
        (date(2026, 1, 1), False, False),
        (date(2026, 1, 6), True, False),  # Epiphany
        (date(2026, 4, 2), False, True),  # Maundy Thursday
        (date(2026, 4, 3), False, False),
        (date(2026, 4, 6), False, False),
        (date(2027, 3, 29), False, False),  # Easter Monday of another year
        (date(2026, 5, 1), False, False),
        (date(2026, 5, 14), False, False),  # Ascension
        (date(2027, 5, 17), False, True),
        (date(2026, 5, 25), False, True),  # Whit Monday
        (date(2028, 6, 6), True, False),
        (date(2026, 6, 19), True, False),  # Midsummer Eve
        (date(2026, 12, 24), False, False),
        (date(2026, 12, 31), False, False),
    ],
)
def test_weekends_and_holidays_are_no_bank_days(day: date, norway: bool, sweden: bool) -> None:
    assert (is_bank_day(day, "NO"), is_bank_day(day, "SE")) == (norway, sweden)


def test_money_waits_for_the_next_bank_day() -> None:
    assert next_bank_day(date(2026, 12, 23), "NO") == date(2026, 12, 23)
    assert next_bank_day(date(2026, 12, 24), "NO") == date(2026, 12, 28)
    assert next_bank_day(date(2026, 12, 31), "SE") == date(2027, 1, 4)


def test_shifting_counts_bank_days_only() -> None:
    # From the Friday before Christmas: Monday and Tuesday, then not before the 28th.
    assert shift_bank_days(date(2026, 12, 18), 4, "NO") == date(2026, 12, 28)
    assert shift_bank_days(date(2026, 12, 28), -4, "NO") == date(2026, 12, 18)
    assert shift_bank_days(date(2026, 12, 27), 0, "NO") == date(2026, 12, 27)
