"""When a biller answers: the hours of each day of the week, and the days that are different."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class OpeningPeriod(models.Model):
    """A stretch of a day of the week in which the biller answers; a day may have several.

    A period that ends at 00:00 ends with the day.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    biller = models.ForeignKey("invoices.Biller", on_delete=models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField()
    closes = models.TimeField(help_text="00:00 is the end of the day")

    class Meta:
        ordering = ["biller", "weekday", "opens"]
        constraints = [
            models.UniqueConstraint(
                fields=["biller", "weekday", "opens"], name="opening_period_once"
            ),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")) | Q(closes="00:00"),
                name="opening_period_ends_after_it_begins",
                violation_error_message="It has to close after it opens.",
            ),
            models.CheckConstraint(condition=Q(weekday__lt=7), name="opening_period_of_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class SpecialDay(models.Model):
    """A day that is not as its weekday says: closed, or open at other hours.

    Public holidays need none: they are closed, unless a day here opens them.
    """

    biller = models.ForeignKey("invoices.Biller", on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    opens = models.TimeField(null=True, blank=True, help_text="Empty: closed all day")
    closes = models.TimeField(null=True, blank=True, help_text="00:00 is the end of the day")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["biller", "-on"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "on"], name="special_day_once"),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None)
                | Q(opens__isnull=False, closes__isnull=False)
                & (Q(closes__gt=F("opens")) | Q(closes="00:00")),
                name="special_day_is_closed_or_has_hours",
                violation_error_message="Give both hours, the second after the first, or neither.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"
