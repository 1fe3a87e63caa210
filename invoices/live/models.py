"""What live keeps: the topics that have been closed, for as long as a page token lives."""

from django.db import models
from django.db.models.functions import Now


class ClosedTopic(models.Model):
    """A topic nobody may listen to any more, whatever token they hold (a revoked link's)."""

    topic = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.topic
