"""What time it is. Everything asks here, so that the demo's clock can be moved forward."""

from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The time now, aware; in the demo plus the days its clock was moved."""
    return timezone.now() + _offset()


def today() -> date:
    """The calendar day in Oslo and Stockholm, which keep the same time."""
    return timezone.localdate(now())


def move(days: int) -> None:
    """Move the demo's clock forward by whole days. Only where settings.CLOCK_FILE is set."""
    file = _clock_file()
    assert file is not None, "only the demo's clock can be moved"
    file.write_text(str(_offset().days + days))


def _clock_file() -> Path | None:
    return Path(settings.CLOCK_FILE) if settings.CLOCK_FILE else None


def _offset() -> timedelta:
    file = _clock_file()
    if file is None or not file.exists():
        return timedelta()
    return timedelta(days=int(file.read_text() or 0))
