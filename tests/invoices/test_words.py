"""Dates are spoken: counted from today, named in the reader's language."""

import datetime as dt

import pytest
from django.utils import translation

from invoices.page.words import clock, day_label, due_words, long_date

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
        (6, "in 6 days"),
        (30, "in 30 days"),
        (-1, "yesterday"),
        (-3, "3 days ago"),
    ],
)
def test_a_due_date_is_counted_in_days_and_never_rounded(days: int, words: str) -> None:
    with translation.override("en"):
        assert due_words(TODAY + dt.timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "lørdag 28. november"),
        ("nn", "laurdag 28. november"),
        ("sv", "lördag 28 november"),
        ("en", "Saturday 28 November"),
        ("en-gb", "Saturday 28 November"),
    ],
)
def test_a_near_date_is_said_with_its_weekday(language: str, words: str) -> None:
    assert long_date(dt.date(2026, 11, 28), language, today=TODAY) == words


def test_a_far_date_is_said_without_weekday_and_another_year_with_the_year() -> None:
    assert long_date(dt.date(2026, 3, 2), "nb", today=TODAY) == "2. mars"
    assert long_date(dt.date(2025, 3, 2), "sv", today=TODAY) == "2 mars 2025"
    assert long_date(dt.date(2027, 1, 1), "nb", today=TODAY) == "fredag 1. januar 2027"


def test_a_day_in_the_story_is_today_yesterday_or_its_date() -> None:
    with translation.override("nb"):
        assert day_label(dt.date(2026, 11, 16), TODAY) == "Mandag 16. november"
    with translation.override("en"):
        assert day_label(TODAY, TODAY) == "Today"
        assert day_label(TODAY - dt.timedelta(days=1), TODAY) == "Yesterday"


def test_the_clock_is_written_as_the_language_writes_it() -> None:
    at = dt.datetime(2026, 11, 22, 9, 41, tzinfo=dt.UTC)

    assert (clock(at, "nb"), clock(at, "sv"), clock(at, "en")) == ("09.41", "09:41", "09:41")
