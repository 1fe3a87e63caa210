"""Django looks for models here; they live in their rooms."""

from messaging.threads.models import Message, Thread

__all__ = ["Message", "Thread"]
