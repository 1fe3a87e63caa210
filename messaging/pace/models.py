"""What was counted of a biller's answers, a row each, counted anew every few minutes."""

from django.db import models
from django.db.models.functions import Now


class Pace(models.Model):
    """How long first answers took lately, in seconds of opening hours.

    A fifth of them took no longer than ``low_s``, a fifth longer than ``high_s``. ``per_hour`` is
    how many were given in an open hour. ``quiet`` holds [weekday, from, to] of hours in which few
    write and answers come fast.
    """

    biller = models.OneToOneField("invoices.Biller", on_delete=models.CASCADE, related_name="+")
    answers = models.PositiveIntegerField()
    low_s = models.FloatField()
    high_s = models.FloatField()
    per_hour = models.FloatField()
    quiet = models.JSONField(default=list)
    counted_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.answers} answers"
