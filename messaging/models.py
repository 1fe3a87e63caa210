"""Django looks for models here; they live in their rooms."""

from messaging.hours.models import OpeningPeriod, SpecialDay
from messaging.threads.models import Message, Thread

__all__ = ["Message", "OpeningPeriod", "SpecialDay", "Thread"]
