"""When the other side is told, by which way, and what became of a mail. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

TRIES_MAX: Final = 3
RETRY_AFTER: Final = timedelta(minutes=1)  # doubled with each failure
HERE_FOR: Final = timedelta(seconds=90)  # a page that was looked at so lately still is
QUIET_FROM, QUIET_TO = time(21), time(8)  # no telephone rings at night


class LetterState(StrEnum):
    SENT = "sent"
    FAILED = "failed"  # the mailer or the network would not take it
    RETURNED = "returned"  # it was sent, and came back for good


class Via(StrEnum):
    SMTP = "smtp"
    HOOK = "hook"


class Verdict(StrEnum):
    """What became of an incoming mail."""

    POSTED = "posted"
    AUTOMATIC = "automatic"
    BOUNCED = "bounced"
    EMPTY = "empty"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reach the customer: how often it has failed this time, and whether for good."""

    point_id: int
    is_sms: bool = False
    failures: int = 0
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known: since when messages are unread and untold, and when somebody last looked."""

    unread_since: datetime | None
    here_at: datetime | None
    ways: Sequence[Way]


class Step(StrEnum):
    NOTHING = "nothing"
    WAIT = "wait"
    SEND = "send"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do now; for WAIT until when, for SEND by which way."""

    step: Step
    until: datetime | None = None
    way: Way | None = None


def plan(facts: Facts, now: datetime, patience: timedelta) -> Plan:
    """By what was read, and not by who is online; but never while somebody is on the page.

    ``now`` is local time. The first way that has not failed for good is taken.
    """
    if facts.unread_since is None:
        return Plan(Step.NOTHING)
    due = facts.unread_since + patience
    if facts.here_at is not None:
        due = max(due, facts.here_at + HERE_FOR)
    if now < due:
        return Plan(Step.WAIT, until=due)
    way = next((w for w in facts.ways if not w.is_over and w.failures < TRIES_MAX), None)
    if way is None:
        return Plan(Step.GIVE_UP)
    if way.is_sms and (until := quiet_until(now)) is not None:
        return Plan(Step.WAIT, until=until)
    return Plan(Step.SEND, way=way)


def quiet_until(now: datetime) -> datetime | None:
    """When the quiet hours end, if it is quiet now."""
    if QUIET_TO <= now.time() < QUIET_FROM:
        return None
    day = now.date() + timedelta(days=1 if now.time() >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_TO, now.tzinfo)
