"""The days of a draw by the calendars of Norway and Sweden."""

from datetime import date, datetime, timedelta

import pytest

from payments.schemes.terms import (
    AUTOGIRO,
    AVTALEGIRO,
    DEFAULTS,
    OSLO,
    VIPPS,
    Terms,
    days_for,
    in_time,
    with_own,
)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("due_on", "draw_on", "notice_by", "send_from", "send_by"),
    [
        # A plain week: Friday 30 October 2026.
        ("2026-10-30", "2026-10-30", "2026-10-20", "2026-10-26", "2026-10-28T19:00"),
        # A Sunday is drawn on Monday.
        ("2026-11-01", "2026-11-02", "2026-10-21", "2026-10-27", "2026-10-29T19:00"),
        # Midsummer Eve, 19 June 2026, is no banking day in Sweden.
        ("2026-06-19", "2026-06-22", "2026-06-09", "2026-06-15", "2026-06-17T19:00"),
        # The national day, 6 June, fell on a Friday in 2025.
        ("2025-06-06", "2025-06-09", "2025-05-26", "2025-06-02", "2025-06-04T19:00"),
        # Over Christmas and New Year.
        ("2026-12-24", "2026-12-28", "2026-12-14", "2026-12-18", "2026-12-22T19:00"),
        ("2026-12-31", "2027-01-04", "2026-12-17", "2026-12-23", "2026-12-29T19:00"),
    ],
)
def test_autogiro(due_on: str, draw_on: str, notice_by: str, send_from: str, send_by: str) -> None:
    days = days_for(DEFAULTS[AUTOGIRO], date.fromisoformat(due_on), "SE")

    assert days.draw_on == date.fromisoformat(draw_on)
    assert days.notice_by == date.fromisoformat(notice_by)
    assert days.send_from == date.fromisoformat(send_from)
    assert days.send_by == _at(send_by)
    assert days.cancel_by == _at(send_by)


@pytest.mark.parametrize(
    ("due_on", "draw_on", "notice_by", "send_from", "send_by"),
    [
        ("2026-10-30", "2026-10-30", "2026-10-22", "2026-10-20", "2026-10-26T14:00"),
        # The national day, 17 May 2027, is a Monday, and Whit Monday besides.
        ("2027-05-17", "2027-05-18", "2027-05-10", "2027-05-08", "2027-05-11T14:00"),
        # Maundy Thursday and Good Friday 2027.
        ("2027-03-25", "2027-03-30", "2027-03-22", "2027-03-20", "2027-03-19T14:00"),
    ],
)
def test_avtalegiro(
    due_on: str, draw_on: str, notice_by: str, send_from: str, send_by: str
) -> None:
    days = days_for(DEFAULTS[AVTALEGIRO], date.fromisoformat(due_on), "NO")

    assert days.draw_on == date.fromisoformat(draw_on)
    assert days.notice_by == date.fromisoformat(notice_by)
    assert days.send_from == min(date.fromisoformat(send_from), days.send_by.date())
    assert days.send_by == _at(send_by)


@pytest.mark.parametrize("scheme", [AUTOGIRO, AVTALEGIRO, VIPPS])
@pytest.mark.parametrize("country", ["NO", "SE"])
def test_every_day_of_two_years_has_its_days_in_order(scheme: str, country: str) -> None:
    for ahead in range(730):
        days = days_for(DEFAULTS[scheme], date(2026, 1, 1) + timedelta(days=ahead), country)

        assert days.notice_from <= days.notice_by <= days.draw_on
        assert days.send_from <= days.send_by.date() < days.draw_on
        assert days.send_by <= days.cancel_by
        assert days.draw_on < days.answer_by


def test_the_retries_of_the_bank_put_off_when_silence_means_no() -> None:
    due_on = date(2026, 11, 2)
    with_retries = days_for(DEFAULTS[AUTOGIRO], due_on, "SE")
    without = days_for(DEFAULTS[AVTALEGIRO], due_on, "NO")

    assert with_retries.answer_by == date(2026, 11, 9)
    assert without.answer_by == date(2026, 11, 4)


@pytest.mark.parametrize(
    ("now", "notice", "possible"),
    [
        ("2026-10-20T23:59", True, True),
        ("2026-10-21T00:01", True, False),
        ("2026-10-21T00:01", False, True),
        ("2026-10-28T18:59", False, True),
        ("2026-10-28T19:00", False, False),
    ],
)
def test_the_last_moment_to_plan(now: str, notice: bool, possible: bool) -> None:
    days = days_for(DEFAULTS[AUTOGIRO], date(2026, 10, 30), "SE")

    assert in_time(days, _at(now).date(), _at(now), notice=notice) is possible


def test_an_agreement_of_its_own_changes_what_it_says_and_nothing_else() -> None:
    own = with_own(DEFAULTS[AUTOGIRO], {"send_by_bank_days": 1, "no_such_thing": 7})

    assert own == Terms(notice_bank_days=8, send_from_bank_days=4, send_by_bank_days=1, retries=3)
