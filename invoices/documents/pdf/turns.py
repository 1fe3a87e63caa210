"""Who may wait for a PDF now: drawing one takes a core for a moment, and pages come first.

The press draws one at a time. Those who wait for it never hold the last thread that draws pages;
who finds no seat is told to come back in a moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings

from invoices.errors import N_, OutsideError

_seats = BoundedSemaphore(max(1, settings.WEB_THREADS - 1))


class PdfUnavailable(OutsideError):
    """No PDF can be made at this moment, or on this machine; the sentence says which."""


@contextmanager
def a_seat() -> Iterator[None]:
    """A seat among those who wait for a PDF; refused at once where none is free."""
    if not _seats.acquire(blocking=False):
        raise PdfUnavailable(
            N_("Many PDFs are being made at this moment. Try again in a few seconds.")
        )
    try:
        yield
    finally:
        _seats.release()
