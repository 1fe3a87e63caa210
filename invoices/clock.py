"""What time it is. Everything asks here, so that the demo's clock can be moved forward."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """The time now, aware; in the demo plus the days its clock was moved."""
    return _standing.get() or timezone.now() + _offset()


def day_of(moment: datetime) -> date:
    """The calendar day of a moment, as people here count it."""
    return timezone.localdate(moment)


def today() -> date:
    """The calendar day in Oslo and Stockholm, which keep the same time."""
    return timezone.localdate(now())


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let it be ``moment`` inside the block: for telling what happened before Nota was there."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)


def move(days: int) -> None:
    """Move the demo's clock forward by whole days. Only where settings.CLOCK_FILE is set."""
    assert settings.CLOCK_FILE, "only the demo's clock can be moved"
    Path(settings.CLOCK_FILE).write_text(str(_offset().days + days))


def _offset() -> timedelta:
    if not settings.CLOCK_FILE:
        return timedelta()
    try:
        return timedelta(days=int(Path(settings.CLOCK_FILE).read_text()))
    except FileNotFoundError:
        return timedelta()  # nobody has moved it yet
