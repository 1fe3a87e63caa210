"""Money that is on its way to an invoice, and not there yet."""

from django.db import models


class Underway(models.Model):
    """An amount that somebody has set moving: at most one at a time for an invoice.

    PostgreSQL holds that, so that nobody pays twice: not on the page while a direct debit is
    drawn, and no draw while somebody pays. ``until`` is when it ended, None while it moves;
    ``reference`` says what it is within ``by`` (an intent, a claim).
    """

    class By(models.TextChoices):
        PROVIDER = "provider", "Paid on the page"
        CLAIM = "claim", "Direct debit"

    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    amount_minor = models.BigIntegerField()
    by = models.CharField(max_length=8, choices=By)
    reference = models.CharField(max_length=80)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=models.Q(until=None), name="underway_one_at_a_time"
            ),
            models.UniqueConstraint(fields=["by", "reference"], name="underway_reference_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="underway_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.reference}"
