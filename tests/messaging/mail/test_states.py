"""When the other side is told, and by which way."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from messaging.mail.states import (
    HERE_FOR,
    TRIES_MAX,
    Facts,
    Plan,
    Step,
    Way,
    plan,
    quiet_until,
)

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 11, 27, 12, tzinfo=OSLO)
WHILE = timedelta(minutes=2)
MAIL, SMS = Way(1), Way(2, is_sms=True)
LONG_AGO = NOON - timedelta(hours=1)


def test_nothing_unread_is_nothing_to_tell() -> None:
    assert plan(Facts(None, None, [MAIL]), NOON, WHILE) == Plan(Step.NOTHING)


def test_a_short_while_is_waited_from_the_first_unread_message() -> None:
    since = NOON - timedelta(seconds=30)

    assert plan(Facts(since, None, [MAIL]), NOON, WHILE) == Plan(Step.WAIT, until=since + WHILE)
    assert plan(Facts(NOON - WHILE, None, [MAIL]), NOON, WHILE) == Plan(Step.SEND, way=MAIL)


def test_nobody_is_told_while_they_are_on_the_page() -> None:
    seen = NOON - timedelta(seconds=20)

    assert plan(Facts(LONG_AGO, seen, [MAIL]), NOON, WHILE) == Plan(
        Step.WAIT, until=seen + HERE_FOR
    )
    assert plan(Facts(LONG_AGO, NOON - HERE_FOR, [MAIL]), NOON, WHILE).step == Step.SEND


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ([MAIL, SMS], Plan(Step.SEND, way=MAIL)),
        ([Way(1, failures=TRIES_MAX - 1), SMS], Plan(Step.SEND, way=Way(1, failures=2))),
        ([Way(1, failures=TRIES_MAX), SMS], Plan(Step.SEND, way=SMS)),
        ([Way(1, is_over=True), SMS], Plan(Step.SEND, way=SMS)),
        ([Way(1, is_over=True)], Plan(Step.GIVE_UP)),
        ([], Plan(Step.GIVE_UP)),
    ],
)
def test_the_first_way_that_has_not_failed_is_taken(ways: list[Way], expected: Plan) -> None:
    assert plan(Facts(LONG_AGO, None, ways), NOON, WHILE) == expected


def test_no_telephone_rings_at_night_and_e_mails_wait_for_nothing() -> None:
    night = NOON.replace(hour=23)
    morning = datetime(2026, 11, 28, 8, tzinfo=OSLO)

    assert plan(Facts(LONG_AGO, None, [SMS]), night, WHILE) == Plan(Step.WAIT, until=morning)
    assert plan(Facts(LONG_AGO, None, [MAIL, SMS]), night, WHILE).step == Step.SEND


@pytest.mark.parametrize(
    ("hour", "minute", "ends"),
    [(7, 59, 27), (8, 0, None), (20, 59, None), (21, 0, 28), (0, 0, 27)],
)
def test_the_quiet_hours_end_at_eight(hour: int, minute: int, ends: int | None) -> None:
    until = quiet_until(NOON.replace(hour=hour, minute=minute))

    assert until == (None if ends is None else datetime(2026, 11, ends, 8, tzinfo=OSLO))
